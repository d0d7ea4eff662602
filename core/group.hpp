// core/group.hpp: a scope that runs at most so many tasks at a time.
// Thread: that of its context's scheduler.
// Owner: whoever starts the tasks; it must be joined before it dies, like any scope.
#pragma once

#include "core/operation.hpp"
#include "core/scope.hpp"

#include <coroutine>
#include <utility>

namespace core {

/// Go's errgroup: tasks that give results; the first error ends the others and is what join() gives. As with any scope,
/// only its own tasks may start more while somebody joins.
class group final {
public:
    /// @param limit how many run at most at a time, at least 1
    group(context& parent, const char* name, std::size_t limit) : all_(parent, name), limit_(limit) {
        assert(limit > 0);
    }
    ~group() { assert(waiting_.empty()); }

    class go_awaiter;

    /// Starts `work`, where it has to wait behind those who asked before. Errors: that of the group's context, where it
    /// has ended; then `work` never starts.
    [[nodiscard]] go_awaiter go(const char* name, task<result<>> work);
    /// Starts `work` if that needs no waiting; false: the limit is reached, or the group is over, and it never starts.
    bool try_go(const char* name, task<result<>> work) {
        if (running_ == limit_ || ctx().done()) return false;
        start(name, std::move(work));
        return true;
    }

    [[nodiscard]] context& ctx() noexcept { return all_.ctx(); }
    void cancel() noexcept { all_.ctx().cancel(); }
    void cancel(error cause) { all_.cancel(std::move(cause)); }
    [[nodiscard]] std::size_t running() const noexcept { return all_.running(); }
    [[nodiscard]] std::vector<std::string> names(std::size_t most = 20) { return all_.names(most); }
    /// As scope::join().
    [[nodiscard]] scope::join_awaiter join() noexcept { return all_.join(); }

private:
    void start(const char* name, task<result<>> work) {
        ++running_;
        all_.spawn(name, run(*this, std::move(work)));
    }
    /// A place is free: for who waits longest, who then starts with it.
    void free_one() noexcept {
        if (detail::waiter* w = waiting_.claim_first()) {
            w->of->end(*w, detail::outcome::moved);
        } else {
            --running_;
        }
    }
    struct place {
        explicit place(group& g) noexcept : of(g) {}
        place(const place&) = delete;
        place& operator=(const place&) = delete;
        ~place() { of.free_one(); }
        group& of;
    };
    static task<result<>> run(group& g, task<result<>> work) {
        const place held{g};  // given back by an exception too
        auto outcome = co_await std::move(work);
        co_return outcome;
    }

    scope all_;
    const std::size_t limit_;
    std::size_t running_ = 0;  // and places that were handed to one who will start
    detail::queue waiting_;
};

/// What go() gives to co_await. Lives in the caller's frame; nothing is allocated to wait.
class group::go_awaiter final : detail::operation {
public:
    go_awaiter(group& of, const char* name, task<result<>> work) noexcept
        : operation(of.ctx(), detail::reach::one), of_(of), name_(name), work_(std::move(work)) {}

    bool await_ready() noexcept {
        if (ctx_.done()) {
            how_ = detail::outcome::stopped;
        } else if (of_.running_ < of_.limit_) {
            ++of_.running_;
            how_ = detail::outcome::moved;
        }
        return how_ != detail::outcome::none && ctx_.on().may_go_on();
    }
    void await_suspend(std::coroutine_handle<> h) noexcept {
        handle = h;
        if (how_ != detail::outcome::none) return ctx_.on().ready(*this);
        place_.of = this;
        of_.waiting_.push_back(place_);
        ctx_.add(*this);
    }
    [[nodiscard]] result<> await_resume() {
        if (how_ != detail::outcome::moved) return detail::why_of(how_, ctx_);
        if (ctx_.done()) {  // between the place's coming and now
            of_.free_one();
            return detail::why_of(detail::outcome::stopped, ctx_);
        }
        --of_.running_;  // start() counts it again
        of_.start(name_, std::move(work_));
        return {};
    }

private:
    void leave() noexcept override { place_.unlink(); }
    [[nodiscard]] wait_place waits_in() const override { return {"group::go", handle}; }

    group& of_;
    const char* const name_;
    task<result<>> work_;
    detail::waiter place_;
};

inline group::go_awaiter group::go(const char* name, task<result<>> work) {
    return go_awaiter{*this, name, std::move(work)};
}

}  // namespace core
