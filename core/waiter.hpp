// core/waiter.hpp: a coroutine that waits in a line until it is served or its context ends; the base of awaiters.
// Thread: that of the context's scheduler.
// Owner: the caller's frame, where the awaiter lives; nothing is allocated to wait.
#pragma once

#include "core/context.hpp"
#include "core/list.hpp"
#include "core/scheduler.hpp"

#include <coroutine>

namespace core {

/// What the awaiters of lines have in common. An ended context fails the wait even where it could be served at once;
/// but who has been served before its context ended stays served: either the thing was given or the wait was given up.
class waiter : job, stop_hook, public list_hook<waiter> {
public:
    /// Serves it: it leaves its line and resumes in this turn or the next, never inside this call.
    void serve() noexcept {
        list_hook<waiter>::unlink();
        stop_hook::unlink();
        end(outcome::served);
    }

protected:
    explicit waiter(context& ctx) noexcept : ctx_(ctx) {}
    ~waiter() = default;

    /// For await_ready(): `serve_now()` says whether nothing need be waited for.
    template <class F>
    [[nodiscard]] bool begin(F serve_now) {
        if (ctx_.done()) {
            outcome_ = outcome::gave_up;
        } else if (serve_now()) {
            outcome_ = outcome::served;
        }
        return outcome_ != outcome::waiting && ctx_.on().may_go_on();
    }
    /// For await_suspend(): takes the last place of `line`; who need not wait lets the others that are ready run first.
    void wait_in(list<waiter>& line, std::coroutine_handle<> h) noexcept {
        handle = h;
        if (outcome_ != outcome::waiting) return ctx_.on().ready(*this);
        line.push_back(*this);
        ctx_.add(*this);
    }
    /// For await_resume(): whether it was served; otherwise its context has ended, and says why.
    [[nodiscard]] bool served() const noexcept { return outcome_ == outcome::served; }
    [[nodiscard]] bool given_up() const noexcept { return outcome_ == outcome::gave_up; }
    [[nodiscard]] auto why() const { return tl::unexpected<error>(ctx_.why()); }

private:
    enum class outcome : unsigned char { waiting, served, gave_up };

    /// Its context has ended and its place in the line is given up.
    virtual void gave_up() noexcept {}
    /// Names the wait in the report of a deadlock.
    [[nodiscard]] virtual const char* what() const noexcept = 0;
    [[nodiscard]] wait_place waits_in() const final { return {what(), handle}; }

    void stopped(const error&) noexcept final {
        list_hook<waiter>::unlink();
        end(outcome::gave_up);
        gave_up();
    }
    void end(outcome how) noexcept {
        outcome_ = how;
        ctx_.on().ready(*this);
    }

    context& ctx_;
    outcome outcome_ = outcome::waiting;
};

/// A wait that gives nothing but that it was served. Awaited where it is made.
class line_awaiter : waiter {
public:
    /// @param what names the wait; a literal
    /// @param over whether nothing need be waited for
    line_awaiter(const char* what, list<waiter>& line, context& ctx, bool over) noexcept
        : waiter(ctx), what_(what), line_(line), over_(over) {}
    bool await_ready() noexcept {
        return begin([this] { return over_; });
    }
    void await_suspend(std::coroutine_handle<> h) noexcept { wait_in(line_, h); }
    [[nodiscard]] result<> await_resume() const {
        if (!served()) return why();
        return {};
    }

private:
    [[nodiscard]] const char* what() const noexcept override { return what_; }
    const char* const what_;
    list<waiter>& line_;
    const bool over_;
};

/// Lets `j` run on its scheduler, in this turn or the next; from any thread.
inline void resume_on(scheduler& home, job& j) noexcept {
    scheduler::here() == &home ? home.ready(j) : home.ready_from_elsewhere(j);
}

/// Serves all that wait in `line`.
inline void serve_all(list<waiter>& line) noexcept {
    while (!line.empty()) line.front().serve();
}

}  // namespace core
