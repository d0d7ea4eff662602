// core/operation.hpp: one coroutine's wait in one queue or in several, of which exactly one ends it.
// Thread: the operation's scheduler; claim() and end() also that of a partner, who holds the lock of the queue then.
// Owner: an awaiter in the waiting coroutine's frame.
#pragma once

#include "core/context.hpp"

#include <atomic>

namespace core::detail {

class operation;

/// How a wait ended.
enum class outcome : std::uint8_t { none, moved, closed, stopped };

/// A place in a queue. A plain wait has one, a select one for each of its cases.
struct waiter : list_hook<waiter> {
    operation* of = nullptr;
    void* value = nullptr;          ///< the T that is sent, or the room for the one that is received
    std::uint32_t number = 0;       ///< of the select's case
    outcome ended = outcome::none;  ///< for a case: how it ended, where it won
};

/// What a partner, a timer or a context ends: who claims it first has it, all others pass it by.
class operation : public job, public stop_hook {
public:
    /// @param many it stands in several queues, and leave() takes it out of them
    /// @param across partners may be on other threads; then its places are given up when it resumes
    operation(context& ctx, bool many, bool across) noexcept : ctx_(ctx), many_(many), across_(across) {}

    /// For partners, before the value moves: false where somebody else was first.
    [[nodiscard]] bool claim() noexcept { return !across_ || !claimed_.exchange(true, std::memory_order_acq_rel); }
    /// Whether claim() would still succeed, as seen now.
    [[nodiscard]] bool open() const noexcept { return !across_ || !claimed_.load(std::memory_order_acquire); }

    /// For partners, after claim(): the coroutine will run, on its own scheduler, in this turn or the next.
    void end(waiter& w, outcome how) noexcept {
        w.ended = how_ = how;
        won_ = &w;
        if (across_) return end_across();
        stop_hook::unlink();
        if (many_) leave();
        ctx_.on().ready(*this);
    }

    [[nodiscard]] context& ctx() const noexcept { return ctx_; }

protected:
    ~operation() = default;

    /// Takes all places out of their queues; harmless for those that are out already.
    virtual void leave() noexcept = 0;

    /// The error of one that did not move; not for `moved`.
    [[nodiscard]] tl::unexpected<error> why() const {
        return how_ == outcome::stopped ? tl::unexpected<error>(ctx_.why()) : fail(errc::closed);
    }

    context& ctx_;
    waiter* won_ = nullptr;
    outcome how_ = outcome::none;

private:
    void stopped(const error&) noexcept final {
        if (!claim()) return;  // a partner was first; the coroutine is about to run
        how_ = outcome::stopped;
        leave();
        ctx_.on().ready(*this);
    }
    void end_across() noexcept {
        scheduler& home = ctx_.on();
        if (scheduler::here() == &home) {
            home.ready(*this);
        } else {
            home.ready_from_elsewhere(*this);
        }
    }

    const bool many_;
    const bool across_;
    std::atomic<bool> claimed_{false};
};

/// Those who wait, in the order they came.
class queue {
public:
    void push_back(waiter& w) noexcept { waiters_.push_back(w); }

    /// Claims the first that can still be claimed, and takes it out; nullptr: there is none.
    [[nodiscard]] waiter* claim_first() noexcept {
        while (waiter* w = waiters_.pop_front()) {
            if (w->of->claim()) return w;
        }
        return nullptr;
    }
    /// Whether somebody waits who could be claimed now.
    [[nodiscard]] bool any() noexcept {
        while (!waiters_.empty()) {
            if (waiters_.front().of->open()) return true;
            waiters_.front().unlink();  // it has ended elsewhere
        }
        return false;
    }
    [[nodiscard]] bool empty() const noexcept { return waiters_.empty(); }

private:
    list<waiter> waiters_;
};

}  // namespace core::detail
