// core/select_case.hpp: what a select can wait for: a send, a receive, a time, another context.
// Thread: that of the select's context.
// Owner: the caller, in its frame; a case is used again and again, by one select at a time.
#pragma once

#include "core/channel.hpp"
#include "core/spin_lock.hpp"

#include <concepts>
#include <optional>

namespace core {

/// What all cases have, for select() to use. A part with a queue of its own (an alarm, say) adds a case by deriving.
class select_case {
public:
    select_case() noexcept = default;
    select_case(const select_case&) = delete;
    select_case& operator=(const select_case&) = delete;

    /// A new select begins, at this time; what the last one left is forgotten.
    virtual void begin(time_point /*now*/) { ended_ = detail::outcome::none; }
    /// Whether it would happen at once.
    [[nodiscard]] virtual bool may() = 0;
    /// Lets it happen; false: another thread was faster.
    [[nodiscard]] virtual bool take() = 0;
    /// Waits in the queue: `place().of` is who waits.
    virtual void enter() = 0;
    /// Leaves the queue; nothing happens where it is in none.
    virtual void leave() noexcept { slot_.unlink(); }
    /// What guards the queue, where several threads use it.
    [[nodiscard]] virtual spin_lock* lock() const noexcept { return nullptr; }
    /// For reports: "channel<int>::receive".
    [[nodiscard]] virtual std::string told() const = 0;

    /// It was chosen while it waited.
    void won(detail::outcome how) noexcept { ended_ = how; }
    [[nodiscard]] detail::waiter& place() noexcept { return slot_; }

protected:
    ~select_case() = default;
    detail::waiter slot_;
    detail::outcome ended_ = detail::outcome::none;  // how it ended where it was chosen; then `none` once it was read
};

/// A channel within a shard or across threads, and not a view of one.
template <class C>
concept any_channel = requires(C& c) {
    typename C::value_type;
    { C::across } -> std::convertible_to<bool>;
    c.state();
};

/// Receives from a channel. `receive_case jobs{channel};` … `jobs.value()` where it was chosen.
template <any_channel Channel>
class receive_case final : public select_case {
public:
    using value_type = typename Channel::value_type;
    static constexpr bool across = Channel::across;

    explicit receive_case(Channel& from) noexcept : from_(&from) { slot_.value = got_.place(); }
    /// An empty view is never chosen.
    explicit receive_case(const receiver<value_type, Channel>& from) noexcept : from_(from.of()) {
        slot_.value = got_.place();
    }
    ~receive_case() { forget(); }

    /// What it received; once, where it was chosen. Error: closed, and drained.
    [[nodiscard]] result<value_type> value() {
        assert(ended_ != detail::outcome::none);
        if (ended_ != detail::outcome::moved) return fail(errc::closed);
        ended_ = detail::outcome::none;
        return got_.take();
    }

    void begin(time_point) override { forget(); }
    bool may() override { return from_ != nullptr && from_->state().may_receive(); }
    bool take() override {
        ended_ = from_->state().take(got_.place());
        return ended_ != detail::outcome::none;
    }
    void enter() override {
        if (from_ != nullptr) from_->state().receivers.push_back(slot_);
    }
    [[nodiscard]] spin_lock* lock() const noexcept override { return from_ == nullptr ? nullptr : from_->lock(); }
    [[nodiscard]] std::string told() const override {
        return from_ == nullptr ? "a receive from no channel" : from_->state().told(Channel::kind, "receive");
    }

private:
    void forget() noexcept {
        if (ended_ == detail::outcome::moved) got_.drop();
        ended_ = detail::outcome::none;
    }
    Channel* from_;
    detail::room<value_type> got_;
};

/// Sends a value to a channel. `send_case out{channel, 7};` … `out.sent()` where it was chosen.
template <any_channel Channel>
class send_case final : public select_case {
public:
    using value_type = typename Channel::value_type;
    static constexpr bool across = Channel::across;

    /// Without a value: offer() one before each select.
    explicit send_case(Channel& to) noexcept : to_(&to) {}
    send_case(Channel& to, value_type value) : to_(&to), value_(std::move(value)) {}
    explicit send_case(const sender<value_type, Channel>& to) noexcept : to_(to.of()) {}
    send_case(const sender<value_type, Channel>& to, value_type value) : to_(to.of()), value_(std::move(value)) {}

    /// What the next select is to send. One that was not sent stays for the next.
    void offer(value_type value) { value_.emplace(std::move(value)); }
    /// What was not sent.
    [[nodiscard]] std::optional<value_type>& value() noexcept { return value_; }
    /// Where it was chosen: success, or closed; then the value is still here.
    [[nodiscard]] result<> sent() const {
        assert(ended_ != detail::outcome::none);
        if (ended_ == detail::outcome::closed) return fail(errc::closed);
        return {};
    }

    void begin(time_point at) override {
        assert(value_.has_value() && "offer() a value first");
        select_case::begin(at);
        slot_.value = &*value_;
    }
    bool may() override { return to_ != nullptr && to_->state().may_send(); }
    bool take() override {
        ended_ = to_->state().give(*value_);
        return ended_ != detail::outcome::none;
    }
    void enter() override {
        if (to_ != nullptr) to_->state().senders.push_back(slot_);
    }
    [[nodiscard]] spin_lock* lock() const noexcept override { return to_ == nullptr ? nullptr : to_->lock(); }
    [[nodiscard]] std::string told() const override {
        return to_ == nullptr ? "a send to no channel" : to_->state().told(Channel::kind, "send");
    }

private:
    Channel* to_;
    std::optional<value_type> value_;
};

/// A time: a duration from the beginning of each select, or a point.
class timer_case final : public select_case, timer {
public:
    static constexpr bool across = false;

    explicit timer_case(scheduler& on, duration after) noexcept : on_(on), after_(after) {}
    explicit timer_case(scheduler& on, time_point at) noexcept : on_(on), at_(at) {}
    ~timer_case() { on_.cancel(*this); }

    void begin(time_point now) override {
        select_case::begin(now);
        if (after_) at_ = later(now, *after_);
    }
    bool may() override { return at_ <= on_.now(); }
    bool take() override { return true; }
    void enter() override {
        if (at_ != time_point::max()) on_.start(*this, at_);
    }
    void leave() noexcept override { on_.cancel(*this); }
    [[nodiscard]] std::string told() const override { return "a time"; }

private:
    void fired() noexcept override {
        if (slot_.of->claim()) slot_.of->end(slot_, detail::outcome::moved);
    }
    scheduler& on_;
    std::optional<duration> after_;
    time_point at_{};
};

/// The end of another context than the one the select is given: Go's `case <-ctx.Done()`.
class done_case final : public select_case, stop_hook {
public:
    static constexpr bool across = false;

    explicit done_case(context& of) noexcept : of_(of) {}

    bool may() override { return of_.done(); }
    bool take() override { return true; }
    void enter() override { of_.add(*this); }
    void leave() noexcept override { stop_hook::unlink(); }
    [[nodiscard]] std::string told() const override { return "the end of a context"; }

private:
    void stopped(const error&) noexcept override {
        if (slot_.of->claim()) slot_.of->end(slot_, detail::outcome::moved);
    }
    [[nodiscard]] wait_place waits_in() const override { return {"select: the end of a context", {}}; }
    context& of_;
};

template <class T, class C>
receive_case(const receiver<T, C>&) -> receive_case<C>;
template <class T, class C>
send_case(const sender<T, C>&) -> send_case<C>;
template <class T, class C, class V>
send_case(const sender<T, C>&, V&&) -> send_case<C>;

}  // namespace core
