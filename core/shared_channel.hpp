// core/shared_channel.hpp: values from coroutine to coroutine across threads; each resumes on its own loop.
// Thread: any, in all calls; within a shard use a channel, which needs no lock.
// Owner: whoever made the loops that use it; it must outlive its waiters (checked in the destructor).
#pragma once

#include "core/channel.hpp"
#include "core/spin_lock.hpp"

#include <mutex>

namespace core {

/// A channel between threads, with the rules of `channel`: order, rendezvous at capacity 0, drained after close().
///
/// A waiter resumes on the scheduler of its context. Those of another loop that a turn has served are handed over at
/// the turn's end, all at once, so a loop is woken once for many values. What was written before a send is seen after
/// its receive, and what was before close() by who is told of it.
template <class T>
class shared_channel {
public:
    using value_type = T;
    static constexpr std::size_t unbounded = channel<T>::unbounded;

    /// @param name for the report of a deadlock; a literal
    explicit shared_channel(std::size_t capacity, const char* name = nullptr) noexcept : state_(capacity, name) {}
    shared_channel(const shared_channel&) = delete;
    shared_channel& operator=(const shared_channel&) = delete;

    using send_awaiter = core::send_awaiter<shared_channel>;
    using receive_awaiter = core::receive_awaiter<shared_channel>;

    /// Waits for a place or a receiver. Errors: closed, or the context's; then the value was not sent.
    [[nodiscard]] send_awaiter send(context& ctx, T value) { return send_awaiter{this, ctx, std::move(value)}; }
    /// Waits for a value. Errors: closed (and drained), or the context's; then none was taken.
    [[nodiscard]] receive_awaiter receive(context& ctx) { return receive_awaiter{this, ctx}; }

    /// Never waits, and may be called from a thread without a loop. `value` is moved from only where it was sent.
    result<> try_send(T&& value) {
        const auto how = locked([&] { return state_.give(value); });
        if (how == detail::outcome::moved) return {};
        return fail(how == detail::outcome::closed ? errc::closed : errc::full);
    }
    /// Never waits, and may be called from a thread without a loop.
    result<T> try_receive() {
        detail::room<T> got;
        const auto how = locked([&] { return state_.take(got.place()); });
        if (how == detail::outcome::moved) return got.take();
        return fail(how == detail::outcome::closed ? errc::closed : errc::empty);
    }

    /// No sends from here on; waiting receivers and senders end with `closed`. Error: it was closed already.
    result<> close() {
        return locked([&] { return state_.close(); });
    }

    [[nodiscard]] bool closed() const noexcept {
        return locked([&] { return state_.closed; });
    }
    [[nodiscard]] std::size_t size() const noexcept {
        return locked([&] { return state_.buffer.size(); });
    }
    [[nodiscard]] std::size_t capacity() const noexcept { return state_.capacity; }

    /// For awaiters and the cases of a select: what it holds, and how to be alone with it.
    [[nodiscard]] detail::channel_state<T>& state() noexcept { return state_; }
    template <class F>
    auto locked(F f) const {
        const std::lock_guard hold{lock_};
        return f();
    }
    [[nodiscard]] spin_lock* lock() noexcept { return &lock_; }
    static constexpr bool across = true;
    static constexpr std::string_view kind = "shared_channel";

private:
    alignas(64) mutable spin_lock lock_;
    detail::channel_state<T> state_;
};

template <class T>
sender(shared_channel<T>&) -> sender<T, shared_channel<T>>;
template <class T>
receiver(shared_channel<T>&) -> receiver<T, shared_channel<T>>;

}  // namespace core
