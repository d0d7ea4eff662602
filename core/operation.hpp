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
    operation* of;  ///< both are set when it enters a queue, and nothing reads them before
    void* value;    ///< the T that is sent, or the room for the one that is received
};

/// In how many queues an operation stands, and who may end it.
enum class reach : std::uint8_t {
    one,     ///< one queue, of its own thread
    many,    ///< several queues, of its own thread; who ends it takes it out of the others
    across,  ///< queues that other threads use too; it leaves them when it resumes
};

/// What a partner, a timer or a context ends: who claims it first has it, all others pass it by.
class operation : public job, public stop_hook {
public:
    operation(context& ctx, reach how_far) noexcept : ctx_(ctx), reach_(how_far) {}

    /// For partners, before the value moves: false where somebody else was first.
    [[nodiscard]] bool claim() noexcept {
        return reach_ != reach::across || !claimed_.exchange(true, std::memory_order_acq_rel);
    }
    /// Whether claim() would still succeed, as seen now.
    [[nodiscard]] bool open() const noexcept {
        return reach_ != reach::across || !claimed_.load(std::memory_order_acquire);
    }

    /// For partners, after claim(): the coroutine will run, on its own scheduler, in this turn or the next.
    void end(waiter& w, outcome how) noexcept {
        how_ = how;
        if (reach_ != reach::one) return end_one_of_many(w);
        stop_hook::unlink();
        ctx_.on().ready(*this);
    }

    [[nodiscard]] context& ctx() const noexcept { return ctx_; }

protected:
    ~operation() = default;

    /// Takes all places out of their queues; harmless for those that are out already.
    virtual void leave() noexcept = 0;

    /// Of a wait in several queues: in which one it was ended.
    virtual void won(waiter&) noexcept {}

    context& ctx_;
    outcome how_ = outcome::none;

private:
    void stopped(const error&) noexcept final;
    void end_one_of_many(waiter& w) noexcept;

    const reach reach_;
    std::atomic<bool> claimed_{false};
};

/// The error of a wait that ended without a value.
[[nodiscard, gnu::cold]] tl::unexpected<error> why_of(outcome how, const context& ctx);

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
