// core/scope.hpp: structured concurrency: tasks that belong together, that end together, and that nothing outlives.
// Thread: that of its context's scheduler.
// Owner: whoever spawns; it must be joined before it dies (checked in the destructor).
#pragma once

#include "core/context.hpp"
#include "core/task.hpp"

#include <memory>
#include <string>
#include <vector>

namespace core {

/// The only place where a task is started. The first error or exception cancels the others and is what join() gives.
class scope {
public:
    /// @param name for who is asked who still runs; a literal, as a rule
    scope(context& parent, const char* name) : ctx_(parent), name_(name) {}
    ~scope();
    scope(const scope&) = delete;
    scope& operator=(const scope&) = delete;

    /// The context that its tasks are given; ends with the parent, by cancel(), or by the first error.
    [[nodiscard]] context& ctx() noexcept { return ctx_; }
    void cancel(error cause = {errc::cancelled, {}}) { ctx_.cancel(std::move(cause)); }

    /// Starts `work` in this turn or the next. @param name must outlive the task; a literal, as a rule
    void spawn(const char* name, task<> work);
    void spawn(const char* name, task<result<>> work);

    [[nodiscard]] std::size_t running() const noexcept { return running_; }
    /// The names of the tasks that still run, `scope/task`, at most `most` of them.
    [[nodiscard]] std::vector<std::string> names(std::size_t most = 20);
    /// The same, each with what it waits for, as far as it can be seen: "test/pump waits in channel<int>::receive".
    /// Tasks of scopes below are told where they wait. Sorted.
    [[nodiscard]] std::vector<std::string> waits(std::size_t most = 20);

    class join_awaiter : job, list_hook<join_awaiter> {
    public:
        explicit join_awaiter(scope& of) noexcept : of_(of) {}
        bool await_ready() noexcept { return of_.running_ == 0; }
        void await_suspend(std::coroutine_handle<> h) noexcept {
            handle = h;
            of_.joining_.push_back(*this);
        }
        result<> await_resume();

    private:
        friend class scope;
        friend class list<join_awaiter>;
        scope& of_;
    };

    /// Waits until no task runs; gives the first error. It doesn't cancel who still runs, and no context shortens it:
    /// that the tasks end is what their own context is for. While somebody joins, only the scope's tasks may spawn into
    /// it; after it the scope's context is over.
    [[nodiscard]] join_awaiter join() noexcept { return join_awaiter{*this}; }

private:
    friend void detail::finished(detail::promise_base& p) noexcept;
    static task<> watch(scope& s, task<result<>> work);
    void fail(error e);
    void ended() noexcept;

    context ctx_;
    const char* name_;
    list<detail::promise_base> tasks_;
    std::size_t running_ = 0;
    std::unique_ptr<const error> first_error_;  // small where there is none: each connection has a scope
    list<join_awaiter> joining_;
};

}  // namespace core
