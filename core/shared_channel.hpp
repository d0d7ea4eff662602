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

    class send_awaiter;
    class receive_awaiter;

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

private:
    friend class sender<T, shared_channel>;
    friend class receiver<T, shared_channel>;
    friend class send_case<shared_channel>;
    friend class receive_case<shared_channel>;
    static constexpr bool across = true;
    static constexpr std::string_view kind = "shared_channel";

    template <class F>
    auto locked(F f) const {
        const std::lock_guard hold{lock_};
        return f();
    }

    alignas(64) mutable spin_lock lock_;
    detail::channel_state<T> state_;
};

/// What send() gives to co_await. Lives in the caller's frame; nothing is allocated to wait.
template <class T>
class shared_channel<T>::send_awaiter final : detail::operation {
public:
    send_awaiter(shared_channel* to, context& ctx, T value)
        : operation(ctx, false, true), to_(to), value_(std::move(value)) {}

    bool await_ready() {
        if (ctx_.done()) {
            how_ = detail::outcome::stopped;
        } else if (to_ != nullptr) {
            how_ = to_->locked([&] { return to_->state_.give(value_); });
        }
        return how_ != detail::outcome::none && ctx_.on().may_go_on();
    }
    void await_suspend(std::coroutine_handle<> h) {
        handle = h;
        if (how_ != detail::outcome::none || !wait()) ctx_.on().ready(*this);
    }
    [[nodiscard]] result<> await_resume() {
        stop_hook::unlink();  // a partner on another thread could not
        if (how_ == detail::outcome::moved) return {};
        return why();
    }

private:
    /// False: it could be sent after all. Once the lock is free another thread may end the wait.
    bool wait() {
        place_.of = this;
        place_.value = &value_;
        if (to_ == nullptr) {
            ctx_.add(*this);
            return true;
        }
        const std::lock_guard hold{to_->lock_};
        how_ = to_->state_.give(value_);
        if (how_ != detail::outcome::none) return false;
        ctx_.add(*this);
        to_->state_.senders.push_back(place_);
        return true;
    }
    void leave() noexcept override {
        if (to_ != nullptr) to_->locked([&] { place_.unlink(); });
    }
    [[nodiscard]] wait_place waits_in() const override {
        return {to_ == nullptr ? "a send to no channel" : to_->state_.told(kind, "send"), handle};
    }

    shared_channel* to_;
    detail::waiter place_;
    T value_;
};

/// What receive() gives to co_await. Lives in the caller's frame; nothing is allocated to wait.
template <class T>
class shared_channel<T>::receive_awaiter final : detail::operation {
public:
    receive_awaiter(shared_channel* from, context& ctx) noexcept : operation(ctx, false, true), from_(from) {}
    ~receive_awaiter() {
        if (how_ == detail::outcome::moved) got_.drop();  // its coroutine died before it could run
    }

    bool await_ready() {
        if (ctx_.done()) {
            how_ = detail::outcome::stopped;
        } else if (from_ != nullptr) {
            how_ = from_->locked([&] { return from_->state_.take(got_.place()); });
        }
        return how_ != detail::outcome::none && ctx_.on().may_go_on();
    }
    void await_suspend(std::coroutine_handle<> h) {
        handle = h;
        if (how_ != detail::outcome::none || !wait()) ctx_.on().ready(*this);
    }
    [[nodiscard]] result<T> await_resume() {
        stop_hook::unlink();  // a partner on another thread could not
        if (how_ != detail::outcome::moved) return why();
        how_ = detail::outcome::none;
        return got_.take();
    }

private:
    /// False: there was a value after all. Once the lock is free another thread may end the wait.
    bool wait() {
        place_.of = this;
        place_.value = got_.place();
        if (from_ == nullptr) {
            ctx_.add(*this);
            return true;
        }
        const std::lock_guard hold{from_->lock_};
        how_ = from_->state_.take(got_.place());
        if (how_ != detail::outcome::none) return false;
        ctx_.add(*this);
        from_->state_.receivers.push_back(place_);
        return true;
    }
    void leave() noexcept override {
        if (from_ != nullptr) from_->locked([&] { place_.unlink(); });
    }
    [[nodiscard]] wait_place waits_in() const override {
        return {from_ == nullptr ? "a receive from no channel" : from_->state_.told(kind, "receive"), handle};
    }

    shared_channel* from_;
    detail::waiter place_;
    detail::room<T> got_;
};

template <class T>
sender(shared_channel<T>&) -> sender<T, shared_channel<T>>;
template <class T>
receiver(shared_channel<T>&) -> receiver<T, shared_channel<T>>;
template <class T>
receive_case(shared_channel<T>&) -> receive_case<shared_channel<T>>;
template <class T>
send_case(shared_channel<T>&) -> send_case<shared_channel<T>>;
template <class T, class V>
send_case(shared_channel<T>&, V&&) -> send_case<shared_channel<T>>;

}  // namespace core
