// core/channel_wait.hpp: what send() and receive() give to co_await, for channels within a shard and across threads.
// Thread: that of the context's scheduler; a partner across threads ends a wait from its own, with the channel's lock.
// Owner: the caller's frame; nothing is allocated to wait.
#pragma once

#include "core/channel_state.hpp"

#include <coroutine>

namespace core {

namespace detail {

/// A place in the queue of a channel's senders or receivers. Made only where there is something to wait for: most sends
/// and receives of a busy channel never need one.
template <class Channel, bool Sends>
class channel_wait final : public operation {
public:
    channel_wait(Channel* of, context& ctx, void* value) noexcept
        : operation(ctx, Channel::across ? reach::across : reach::one), of_(of) {
        place_.of = this;
        place_.value = value;
    }

    /// Waits in the channel, whose lock is held; without one for ever.
    void enter(std::coroutine_handle<> h) noexcept {
        handle = h;
        ctx_.add(*this);
        if (of_ != nullptr) (Sends ? of_->state().senders : of_->state().receivers).push_back(place_);
    }
    /// After the wait.
    [[nodiscard]] outcome how() noexcept {
        if constexpr (Channel::across) stop_hook::unlink();  // a partner on another thread could not
        return how_;
    }

private:
    void leave() noexcept override {
        if (of_ != nullptr) of_->locked([&] { place_.unlink(); });
    }
    [[nodiscard]] wait_place waits_in() const override {
        constexpr std::string_view what = Sends ? "send" : "receive";
        return {of_ == nullptr ? "no channel" : of_->state().told(Channel::kind, what), handle};
    }

    Channel* of_;
    waiter place_;
};

/// What both awaiters do; `Derived` has attempt(), which sends or receives where that is possible at once, and value().
template <class Channel, bool Sends, class Derived>
class channel_awaiter {
public:
    channel_awaiter(Channel* of, context& ctx) noexcept : of_(of), ctx_(ctx) {}
    channel_awaiter(const channel_awaiter&) = delete;
    channel_awaiter& operator=(const channel_awaiter&) = delete;
    ~channel_awaiter() {
        if (waits_) std::destroy_at(&wait_);
    }

    [[gnu::always_inline]] bool await_ready() {  // a call here costs a fifth of a hand-over
        if (ctx_.done()) {
            how_ = outcome::stopped;
        } else if (of_ != nullptr) {
            how_ = of_->locked([this] { return self().attempt(); });
        }
        return how_ != outcome::none && ctx_.on().may_go_on();
    }
    void await_suspend(std::coroutine_handle<> h) {
        std::construct_at(&wait_, of_, ctx_, self().value());
        waits_ = true;
        if (how_ == outcome::none && enter(h)) return;
        wait_.handle = h;
        ctx_.on().ready(wait_);
    }

protected:
    /// How it ended; after it.
    [[nodiscard]] outcome ended() noexcept {
        if (waits_ && how_ == outcome::none) how_ = wait_.how();
        return how_;
    }
    [[nodiscard]] tl::unexpected<error> why() const { return why_of(how_, ctx_); }

    Channel* of_;
    context& ctx_;
    outcome how_ = outcome::none;

private:
    [[nodiscard]] Derived& self() noexcept { return static_cast<Derived&>(*this); }

    /// False: there was no need after all. Once the lock is free another thread may end the wait.
    bool enter(std::coroutine_handle<> h) {
        if (of_ == nullptr || !Channel::across) {
            wait_.enter(h);
            return true;
        }
        return of_->locked([&] {
            how_ = self().attempt();
            if (how_ != outcome::none) return false;
            wait_.enter(h);
            return true;
        });
    }

    bool waits_ = false;
    union {
        channel_wait<Channel, Sends> wait_;
    };
};

}  // namespace detail

/// What send() gives to co_await.
template <class Channel>
class send_awaiter final : public detail::channel_awaiter<Channel, true, send_awaiter<Channel>> {
    using base = detail::channel_awaiter<Channel, true, send_awaiter<Channel>>;
    using T = typename Channel::value_type;

public:
    /// @param to nullptr: never ready
    send_awaiter(Channel* to, context& ctx, T value) : base(to, ctx), value_(std::move(value)) {}

    [[nodiscard]] result<> await_resume() {
        if (this->ended() == detail::outcome::moved) return {};
        return this->why();
    }

private:
    friend base;
    [[nodiscard]] detail::outcome attempt() { return this->of_->state().give(value_); }
    [[nodiscard]] void* value() noexcept { return &value_; }

    T value_;
};

/// What receive() gives to co_await.
template <class Channel>
class receive_awaiter final : public detail::channel_awaiter<Channel, false, receive_awaiter<Channel>> {
    using base = detail::channel_awaiter<Channel, false, receive_awaiter<Channel>>;
    using T = typename Channel::value_type;

public:
    /// @param from nullptr: never ready
    receive_awaiter(Channel* from, context& ctx) noexcept : base(from, ctx) {}
    ~receive_awaiter() {
        if (!taken_ && this->ended() == detail::outcome::moved) got_.drop();  // its coroutine died before it could run
    }

    [[nodiscard]] result<T> await_resume() {
        taken_ = true;
        if (this->ended() != detail::outcome::moved) return this->why();
        return got_.take();
    }

private:
    friend base;
    [[nodiscard]] detail::outcome attempt() { return this->of_->state().take(got_.place()); }
    [[nodiscard]] void* value() noexcept { return got_.place(); }

    bool taken_ = false;
    detail::room<T> got_;
};

}  // namespace core
