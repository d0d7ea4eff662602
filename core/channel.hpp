// core/channel.hpp: values from coroutine to coroutine within one shard, in order, without locks or atomics.
// Thread: one scheduler's; all calls from it. Across threads: shared_channel.
// Owner: whoever makes it; it must outlive its waiters (checked in the destructor). What is buffered dies with it.
#pragma once

#include "core/channel_wait.hpp"
#include "core/spin_lock.hpp"
#include "core/task.hpp"

#include <limits>

namespace core {

/// A channel of `capacity` values; with capacity 0 a send ends only when a receiver has taken the value (a rendezvous).
///
/// Waiters are served in the order they came, and resume on their scheduler in this turn or the next, never inside the
/// call that served them. A wait ends when its context ends, with the context's error, and leaves nothing behind:
/// either the value has moved or the cancellation has won. After close() what is buffered can still be received.
template <class T>
class channel {
public:
    using value_type = T;
    /// A capacity for senders that are bounded by something else (a credit, say); who uses it says by what.
    static constexpr std::size_t unbounded = std::numeric_limits<std::size_t>::max();

    /// @param name for the report of a deadlock; a literal
    explicit channel(std::size_t capacity, const char* name = nullptr) noexcept : state_(capacity, name) {}
    channel(const channel&) = delete;
    channel& operator=(const channel&) = delete;

    using send_awaiter = core::send_awaiter<channel>;
    using receive_awaiter = core::receive_awaiter<channel>;

    /// Waits for a place or a receiver. Errors: closed, or the context's; then the value was not sent.
    [[nodiscard]] send_awaiter send(context& ctx, T value) { return send_awaiter{this, ctx, std::move(value)}; }
    /// Waits for a value. Errors: closed (and drained), or the context's; then none was taken.
    [[nodiscard]] receive_awaiter receive(context& ctx) { return receive_awaiter{this, ctx}; }

    /// Never waits: full and closed are told apart. `value` is moved from only where it was sent.
    result<> try_send(T&& value) {
        const auto how = state_.give(value);
        if (how == detail::outcome::moved) return {};
        return fail(how == detail::outcome::closed ? errc::closed : errc::full);
    }
    /// Never waits: empty and closed are told apart.
    result<T> try_receive() {
        detail::room<T> got;
        const auto how = state_.take(got.place());
        if (how == detail::outcome::moved) return got.take();
        return fail(how == detail::outcome::closed ? errc::closed : errc::empty);
    }

    /// No sends from here on; waiting receivers and senders end with `closed`. Error: it was closed already.
    result<> close() { return state_.close(); }

    /// Gives the memory of an empty buffer back, for one that will be without values for long.
    void rest() noexcept { state_.buffer.rest(); }

    [[nodiscard]] bool closed() const noexcept { return state_.closed; }
    [[nodiscard]] std::size_t size() const noexcept { return state_.buffer.size(); }
    [[nodiscard]] std::size_t capacity() const noexcept { return state_.capacity; }

    /// For awaiters and the cases of a select: what it holds, and how to be alone with it.
    [[nodiscard]] detail::channel_state<T>& state() noexcept { return state_; }
    template <class F>
    auto locked(F f) {
        return f();
    }
    [[nodiscard]] spin_lock* lock() noexcept { return nullptr; }
    static constexpr bool across = false;
    static constexpr std::string_view kind = "channel";

private:
    detail::channel_state<T> state_;
};

/// The sending side of a channel: a view, copied at will, that can neither receive nor close others out by mistake.
/// Empty: a send waits until its context ends, and is never chosen in a select.
template <class T, class Channel = channel<T>>
class sender {
public:
    sender() noexcept = default;
    sender(Channel& of) noexcept : of_(&of) {}

    [[nodiscard]] auto send(context& ctx, T value) const {
        return typename Channel::send_awaiter{of_, ctx, std::move(value)};
    }
    result<> try_send(T&& value) const {
        if (of_ == nullptr) return fail(errc::full);
        return of_->try_send(std::move(value));
    }
    /// For the one who has nothing more to send.
    result<> close() const { return of_->close(); }
    explicit operator bool() const noexcept { return of_ != nullptr; }
    [[nodiscard]] Channel* of() const noexcept { return of_; }

private:
    Channel* of_ = nullptr;
};

/// The receiving side of a channel: a view, copied at will. Empty: a receive waits until its context ends, and is never
/// chosen in a select.
template <class T, class Channel = channel<T>>
class receiver {
public:
    receiver() noexcept = default;
    receiver(Channel& of) noexcept : of_(&of) {}

    [[nodiscard]] auto receive(context& ctx) const { return typename Channel::receive_awaiter{of_, ctx}; }
    result<T> try_receive() const {
        if (of_ == nullptr) return fail(errc::empty);
        return of_->try_receive();
    }
    explicit operator bool() const noexcept { return of_ != nullptr; }
    [[nodiscard]] Channel* of() const noexcept { return of_; }

private:
    Channel* of_ = nullptr;
};

template <class T>
sender(channel<T>&) -> sender<T, channel<T>>;
template <class T>
receiver(channel<T>&) -> receiver<T, channel<T>>;

}  // namespace core
