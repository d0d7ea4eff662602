// core/channel.hpp: values from coroutine to coroutine within one shard, in order, without locks or atomics.
// Thread: one scheduler's; all calls from it. Across threads: shared_channel.
// Owner: whoever makes it; it must outlive its waiters (checked in the destructor). What is buffered dies with it.
#pragma once

#include "core/fifo.hpp"
#include "core/operation.hpp"
#include "core/task.hpp"
#include "core/type_name.hpp"

#include <limits>
#include <memory>
#include <utility>

namespace core {

template <class T, class Channel>
class sender;
template <class T, class Channel>
class receiver;
template <class Channel>
class send_case;
template <class Channel>
class receive_case;

namespace detail {

/// The state of a channel and the steps that need no waiting. What calls it holds the lock, where there is one.
template <class T>
class channel_state {
    static_assert(alignof(T) <= frame_alignment, "the frames of coroutines, where values wait, are aligned no further");

public:
    channel_state(std::size_t most, const char* called) noexcept : capacity(most), name(called) {}
    ~channel_state() {
        assert(receivers.empty());
        assert(senders.empty());
    }

    /// Whether a send, or a receive, would end at once.
    [[nodiscard]] bool may_send() noexcept { return closed || buffer.size() < capacity || receivers.any(); }
    [[nodiscard]] bool may_receive() noexcept { return closed || !buffer.empty() || senders.any(); }

    /// Sends if that is possible at once, and moves from `value` only then; none: it would wait.
    [[nodiscard]] outcome give(T& value) {
        if (closed) return outcome::closed;
        if (waiter* r = receivers.claim_first()) {
            std::construct_at(static_cast<T*>(r->value), std::move(value));
            r->of->end(*r, outcome::moved);
            return outcome::moved;
        }
        if (buffer.size() >= capacity) return outcome::none;
        buffer.push(std::move(value));
        return outcome::moved;
    }

    /// Receives into `room`, which holds nothing yet, if that is possible at once; none: it would wait.
    [[nodiscard]] outcome take(void* room) {
        if (!buffer.empty()) {
            std::construct_at(static_cast<T*>(room), std::move(buffer.front()));
            buffer.drop();
            if (waiter* s = senders.claim_first()) {
                buffer.push(std::move(*static_cast<T*>(s->value)));
                s->of->end(*s, outcome::moved);
            }
            return outcome::moved;
        }
        if (waiter* s = senders.claim_first()) {
            std::construct_at(static_cast<T*>(room), std::move(*static_cast<T*>(s->value)));
            s->of->end(*s, outcome::moved);
            return outcome::moved;
        }
        return closed ? outcome::closed : outcome::none;
    }

    result<> close() {
        if (closed) return fail(errc::closed);
        closed = true;
        while (waiter* r = receivers.claim_first()) r->of->end(*r, outcome::closed);
        while (waiter* s = senders.claim_first()) s->of->end(*s, outcome::closed);
        return {};
    }

    [[nodiscard]] std::string told(std::string_view kind, std::string_view what) const {
        std::string text{kind};
        text.append("<").append(type_name<T>()).append(">");
        if (name != nullptr) text.append(" \"").append(name).append("\"");
        return text.append("::").append(what);
    }

    const std::size_t capacity;
    const char* const name;
    bool closed = false;
    fifo<T> buffer;
    queue receivers;
    queue senders;
};

/// Room for a T that comes later, or never.
template <class T>
class room {
public:
    room() noexcept {}
    room(const room&) = delete;
    room& operator=(const room&) = delete;
    ~room() {}  // who has filled it empties it

    [[nodiscard]] void* place() noexcept { return &value_; }
    /// Moves the value out; there must be one.
    [[nodiscard]] result<T> take() {
        result<T> taken{tl::in_place, std::move(value_)};
        std::destroy_at(&value_);
        return taken;
    }
    void drop() noexcept { std::destroy_at(&value_); }

private:
    union {
        T value_;
    };
};

}  // namespace detail

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

    class send_awaiter;
    class receive_awaiter;

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

    [[nodiscard]] bool closed() const noexcept { return state_.closed; }
    [[nodiscard]] std::size_t size() const noexcept { return state_.buffer.size(); }
    [[nodiscard]] std::size_t capacity() const noexcept { return state_.capacity; }

private:
    friend class sender<T, channel>;
    friend class receiver<T, channel>;
    friend class send_case<channel>;
    friend class receive_case<channel>;
    static constexpr bool across = false;
    static constexpr std::string_view kind = "channel";
    detail::channel_state<T> state_;
};

/// What send() gives to co_await. Lives in the caller's frame; nothing is allocated to wait.
template <class T>
class channel<T>::send_awaiter final : detail::operation {
public:
    /// @param to nullptr: never ready
    send_awaiter(channel* to, context& ctx, T value)
        : operation(ctx, false, false), to_(to), value_(std::move(value)) {}

    bool await_ready() {
        how_ = ctx_.done() ? detail::outcome::stopped : to_ == nullptr ? how_ : to_->state_.give(value_);
        return how_ != detail::outcome::none && ctx_.on().may_go_on();
    }
    void await_suspend(std::coroutine_handle<> h) noexcept {
        handle = h;
        if (how_ != detail::outcome::none) return ctx_.on().ready(*this);
        place_.of = this;
        place_.value = &value_;
        if (to_ != nullptr) to_->state_.senders.push_back(place_);
        ctx_.add(*this);
    }
    [[nodiscard]] result<> await_resume() {
        if (how_ == detail::outcome::moved) return {};
        return why();
    }

private:
    void leave() noexcept override { place_.unlink(); }
    [[nodiscard]] wait_place waits_in() const override {
        return {to_ == nullptr ? "a send to no channel" : to_->state_.told(kind, "send"), handle};
    }

    channel* to_;
    detail::waiter place_;
    T value_;
};

/// What receive() gives to co_await. Lives in the caller's frame; nothing is allocated to wait.
template <class T>
class channel<T>::receive_awaiter final : detail::operation {
public:
    /// @param from nullptr: never ready
    receive_awaiter(channel* from, context& ctx) noexcept : operation(ctx, false, false), from_(from) {}
    ~receive_awaiter() {
        if (how_ == detail::outcome::moved) got_.drop();  // its coroutine died before it could run
    }

    bool await_ready() {
        how_ = ctx_.done() ? detail::outcome::stopped : from_ == nullptr ? how_ : from_->state_.take(got_.place());
        return how_ != detail::outcome::none && ctx_.on().may_go_on();
    }
    void await_suspend(std::coroutine_handle<> h) noexcept {
        handle = h;
        if (how_ != detail::outcome::none) return ctx_.on().ready(*this);
        place_.of = this;
        place_.value = got_.place();
        if (from_ != nullptr) from_->state_.receivers.push_back(place_);
        ctx_.add(*this);
    }
    [[nodiscard]] result<T> await_resume() {
        if (how_ != detail::outcome::moved) return why();
        how_ = detail::outcome::none;
        return got_.take();
    }

private:
    void leave() noexcept override { place_.unlink(); }
    [[nodiscard]] wait_place waits_in() const override {
        return {from_ == nullptr ? "a receive from no channel" : from_->state_.told(kind, "receive"), handle};
    }

    channel* from_;
    detail::waiter place_;
    detail::room<T> got_;
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

private:
    friend class send_case<Channel>;
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

private:
    friend class receive_case<Channel>;
    Channel* of_ = nullptr;
};

template <class T>
sender(channel<T>&) -> sender<T, channel<T>>;
template <class T>
receiver(channel<T>&) -> receiver<T, channel<T>>;

}  // namespace core
