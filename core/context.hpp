// core/context.hpp: a tree of reasons to stop, as in Go: cancelling one cancels all below it, with a cause.
// Thread: that of its scheduler; between threads it is crossed only by message, or looked at through a stop_flag.
// Owner: whoever started the work, as a rule in a coroutine's frame or a scope; children and waiters die before it.
#pragma once

#include "core/list.hpp"
#include "core/result.hpp"
#include "core/scheduler.hpp"

#include <cassert>
#include <coroutine>
#include <string>
#include <vector>

namespace core {

/// For the report of a deadlock: in what somebody waits, and which coroutine is suspended there, if any.
struct wait_place {
    std::string what = "a wait";  ///< "channel<int>::receive"
    std::coroutine_handle<> who{};
};

/// Something that waits and must hear when its context ends. Lives in an awaiter.
class stop_hook : public list_hook<stop_hook> {
public:
    /// What a report says of this wait. Asked only where a test has come to a standstill.
    [[nodiscard]] virtual wait_place waits_in() const { return {}; }

protected:
    ~stop_hook() = default;

private:
    friend class context;
    /// Called once, unlinked already. Gives up the wait and puts its coroutine on the ready list; resumes nothing
    /// itself.
    virtual void stopped(const error& why) noexcept = 0;
};

namespace detail {

/// Why contexts have ended, shared by all below; the common ones are static and cost nothing.
struct cause {
    error what;
    bool by_deadline = false;
    unsigned users = 0;  // 0: static, and shared between threads

    static const cause* plain(errc code) noexcept;  // without detail
    static const cause* deadline() noexcept;
};

/// Holds a share of a cause. Of one thread, so it counts without atomics.
class cause_ptr {
public:
    cause_ptr() noexcept = default;
    explicit cause_ptr(const cause* c) noexcept : cause_(const_cast<cause*>(c)) {
        if (counts()) ++cause_->users;
    }
    cause_ptr(const cause_ptr& other) noexcept : cause_ptr(other.cause_) {}
    cause_ptr& operator=(const cause_ptr&) = delete;
    ~cause_ptr() {
        if (counts() && --cause_->users == 0) delete cause_;
    }
    static cause_ptr make(error what, bool by_deadline);

    /// Once: it held none.
    void set(const cause* c) noexcept {
        cause_ = const_cast<cause*>(c);
        if (counts()) ++cause_->users;
    }
    explicit operator bool() const noexcept { return cause_ != nullptr; }
    const cause& operator*() const noexcept { return *cause_; }
    [[nodiscard]] const cause* get() const noexcept { return cause_; }

private:
    [[nodiscard]] bool counts() const noexcept { return cause_ != nullptr && cause_->users != 0; }
    cause* cause_ = nullptr;
};

/// What is found by looking upwards: a value or a deadline. Only contexts that hold one are in the chain.
struct trait {
    const trait* above = nullptr;
    const void* key = nullptr;  // one for each type of value, or that of deadlines
};

/// A deadline, or (max) that those above do not count.
struct limit : trait {
    time_point at = time_point::max();
};
inline constexpr char deadline_key = 0;

}  // namespace detail

/// Ends once: by cancel(), with its parent, or (timed_context) at its deadline.
class context : public list_hook<context> {
public:
    /// A root: ends only by cancel().
    explicit context(scheduler& on) noexcept : on_(on) {}
    /// A child; of an ended parent it is born ended, with its cause.
    explicit context(context& parent) noexcept : on_(parent.on_), why_(parent.why_), traits_(parent.traits_) {
        if (!done()) parent.children_.push_back(*this);
    }
    ~context() {
        assert(waiters_.empty());
        assert(children_.empty());
    }
    context(const context&) = delete;
    context& operator=(const context&) = delete;

    [[nodiscard]] bool done() const noexcept { return static_cast<bool>(why_); }
    /// Why it ended: the cause it was cancelled with; only where done(). Waits end with this error.
    [[nodiscard]] const error& why() const noexcept { return (*why_).what; }
    /// How it ended, whatever the cause: by a deadline (of its own or of one above) or else `cancelled`; where done().
    [[nodiscard]] errc ended_by() const noexcept { return (*why_).by_deadline ? errc::deadline : errc::cancelled; }
    /// When it ends at the latest; time_point::max() where there is no deadline.
    [[nodiscard]] time_point deadline() const noexcept;

    /// Ends this context and all below it before it returns. The first cause stays; later calls do nothing. Costs what
    /// is below, not what is beside; waiters resume in this turn or the next.
    void cancel() noexcept {
        if (!done()) end(detail::cause::plain(errc::cancelled));
    }
    void cancel(error cause);

    [[nodiscard]] scheduler& on() const noexcept { return on_; }

    /// For value(): where it looks first.
    [[nodiscard]] const detail::trait* traits() const noexcept { return traits_; }

    /// For awaiters: tells `h` when the context ends; not where it has ended already (ask done() first).
    void add(stop_hook& h) noexcept { waiters_.push_back(h); }

    /// For reports: calls `f` with each wait in this context and below.
    template <class F>
    void each_wait(F f) {
        std::vector<context*> all{this};  // no recursion: a chain may be long
        while (!all.empty()) {
            context& c = *all.back();
            all.pop_back();
            for (stop_hook& w : c.waiters_) f(w);
            for (context& below : c.children_) all.push_back(&below);
        }
    }

protected:
    /// A context that ends on its own but finds what is above `like`.
    context(scheduler& on, const context& like) noexcept : on_(on), traits_(like.traits_) {}
    void end(const detail::cause* why) noexcept;
    /// For those who follow another context: ends with its cause.
    void end_like(const context& other) noexcept {
        if (!done()) end(other.why_.get());
    }
    /// Puts `t` where this context and those made below it later will look first.
    void show(detail::trait& t) noexcept {
        t.above = traits_;
        traits_ = &t;
    }

private:
    scheduler& on_;
    detail::cause_ptr why_;
    list<context> children_;
    list<stop_hook> waiters_;
    const detail::trait* traits_ = nullptr;
};

/// A context that ends by itself, with errc::deadline. A deadline behind an ancestor's changes nothing, for that one
/// ends first.
class timed_context final : public context, private timer, private stop_hook {
public:
    timed_context(context& parent, time_point deadline);
    timed_context(context& parent, duration timeout) : timed_context(parent, later(parent.on().now(), timeout)) {}
    /// @param late what why() gives when the deadline has passed, in place of errc::deadline
    timed_context(context& parent, time_point deadline, error late);
    ~timed_context() { on().cancel(*this); }

private:
    friend class context;
    void begin(time_point deadline);
    void fired() noexcept override { end(late_.get()); }
    void stopped(const error&) noexcept override { on().cancel(*this); }  // what has ended needs no timer
    [[nodiscard]] wait_place waits_in() const override { return {"a deadline", {}}; }

    detail::limit limit_;
    const detail::cause_ptr late_{detail::cause::deadline()};
};

}  // namespace core
