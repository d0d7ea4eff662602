// core/context.hpp: a tree of reasons to stop, as in Go: cancelling one cancels all below it, with a cause.
// Thread: that of its scheduler; it is crossed between threads only by message.
// Owner: whoever started the work, as a rule in a coroutine's frame or a scope; children and waiters are gone before it
// dies.
#pragma once

#include "core/list.hpp"
#include "core/result.hpp"
#include "core/scheduler.hpp"

#include <memory>

namespace core {

/// Something that waits and must hear when its context ends. Lives in an awaiter.
class stop_hook : public list_hook<stop_hook> {
protected:
    ~stop_hook() = default;

private:
    friend class context;
    /// Called once, unlinked already. Gives up the wait and puts its coroutine on the ready list; resumes nothing
    /// itself.
    virtual void stopped(const error& why) noexcept = 0;
};

/// Ends once: by cancel(), with its parent, or (timed_context) at its deadline.
class context : public list_hook<context> {
public:
    /// A root: ends only by cancel().
    explicit context(scheduler& on) noexcept : on_(on) {}
    /// A child; of an ended parent it is born ended, with its cause.
    explicit context(context& parent);
    ~context();
    context(const context&) = delete;
    context& operator=(const context&) = delete;

    [[nodiscard]] bool done() const noexcept { return why_ != nullptr; }
    /// Why it ended; only where done().
    [[nodiscard]] const error& why() const noexcept { return *why_; }

    /// Ends this context and all below it before it returns. The first cause stays; later calls do nothing. Costs what
    /// is below, not what is beside; waiters resume in this turn or the next.
    void cancel(error cause = {errc::cancelled, {}});

    [[nodiscard]] scheduler& on() const noexcept { return on_; }

    /// For awaiters: tells `h` when the context ends; not where it has ended already (ask done() first).
    void add(stop_hook& h) noexcept { waiters_.push_back(h); }

private:
    scheduler& on_;
    std::unique_ptr<const error> why_;
    list<context> children_;
    list<stop_hook> waiters_;
};

/// A context that ends by itself, with errc::deadline. A deadline behind an ancestor's changes nothing, for that one
/// ends first.
class timed_context final : public context, private timer, private stop_hook {
public:
    timed_context(context& parent, time_point deadline);
    timed_context(context& parent, duration timeout) : timed_context(parent, parent.on().now() + timeout) {}
    ~timed_context() { on().cancel(*this); }

private:
    void fired() noexcept override { cancel({errc::deadline, {}}); }
    void stopped(const error&) noexcept override { on().cancel(*this); }  // what has ended needs no timer
};

}  // namespace core
