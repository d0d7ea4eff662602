// core/channel.hpp: values from coroutine to coroutine within one shard, in order, without locks or atomics.
// Thread: one scheduler's; all calls from it. Between shards use a mailbox.
// Owner: whoever makes it; it must outlive its waiters (checked in the destructor). What is buffered dies with it.
#pragma once

#include "core/context.hpp"

#include <algorithm>
#include <limits>
#include <memory>
#include <optional>

namespace core {

namespace detail {

/// A bounded FIFO that allocates on first use and doubles up to its bound.
template <class T>
class fifo {
public:
    [[nodiscard]] std::size_t size() const noexcept { return size_; }
    [[nodiscard]] bool empty() const noexcept { return size_ == 0; }

    void push(T&& value) {
        if (size_ == room_) grow();
        slots_[(head_ + size_) & (room_ - 1)].emplace(std::move(value));
        ++size_;
    }
    T pop() noexcept {
        std::optional<T>& slot = slots_[head_];
        T value = std::move(*slot);
        slot.reset();
        head_ = (head_ + 1) & (room_ - 1);
        --size_;
        return value;
    }

private:
    void grow() {
        const std::size_t room = std::max<std::size_t>(4, room_ * 2);  // a power of two
        auto slots = std::make_unique<std::optional<T>[]>(room);
        for (std::size_t i = 0; i < size_; ++i) slots[i] = std::move(slots_[(head_ + i) & (room_ - 1)]);
        slots_ = std::move(slots);
        room_ = room;
        head_ = 0;
    }

    std::unique_ptr<std::optional<T>[]> slots_;
    std::size_t room_ = 0;
    std::size_t head_ = 0;
    std::size_t size_ = 0;
};

}  // namespace detail

/// A channel of `capacity` values; with capacity 0 a send ends only when a receiver has taken the value (a rendezvous).
///
/// Waiters are served in the order they came, and resume on their scheduler in this turn or the next, never inside the
/// call that served them. A wait ends when its context ends, with the context's error, and leaves nothing behind:
/// either the value has moved or the cancellation has won. After close() what is buffered can still be received.
template <class T>
class channel {
    static_assert(alignof(T) <= __STDCPP_DEFAULT_NEW_ALIGNMENT__,
                  "the frames of coroutines, where values wait, are aligned no further: send a pointer");

public:
    /// A capacity for senders that are bounded by something else (a credit, say); who uses it says by what.
    static constexpr std::size_t unbounded = std::numeric_limits<std::size_t>::max();

    explicit channel(std::size_t capacity) noexcept : capacity_(capacity) {}
    channel(const channel&) = delete;
    channel& operator=(const channel&) = delete;
    ~channel() {
        assert(receivers_.empty());
        assert(senders_.empty());
    }

    class send_awaiter;
    class receive_awaiter;

    /// Waits for a place or a receiver. Errors: closed, or the context's; then the value was not sent.
    [[nodiscard]] send_awaiter send(context& ctx, T value) { return send_awaiter{*this, ctx, std::move(value)}; }
    /// Waits for a value. Errors: closed (and drained), or the context's; then none was taken.
    [[nodiscard]] receive_awaiter receive(context& ctx) { return receive_awaiter{*this, ctx}; }

    /// Never waits: full and closed are told apart. `value` is moved from only where it was sent.
    result<> try_send(T&& value) {
        auto done = give(value);
        return done ? std::move(*done) : result<>{fail(errc::full)};
    }
    /// Never waits: empty and closed are told apart.
    result<T> try_receive() {
        auto got = take();
        return got ? std::move(*got) : result<T>{fail(errc::empty)};
    }

    /// No sends from here on; waiting receivers and senders end with `closed`. Error: it was closed already.
    result<> close() {
        if (closed_) return fail(errc::closed);
        closed_ = true;
        while (receive_awaiter* r = receivers_.pop_front()) r->end(fail(errc::closed));
        while (send_awaiter* s = senders_.pop_front()) s->end(fail(errc::closed));
        return {};
    }

    [[nodiscard]] bool closed() const noexcept { return closed_; }
    [[nodiscard]] std::size_t size() const noexcept { return buffer_.size(); }
    [[nodiscard]] std::size_t capacity() const noexcept { return capacity_; }

private:
    /// Sends if that is possible at once; empty: it would wait.
    std::optional<result<>> give(T& value) {
        if (closed_) return result<>{fail(errc::closed)};
        if (receive_awaiter* r = receivers_.pop_front()) {
            r->end(result<T>{tl::in_place, std::move(value)});
            return result<>{};
        }
        if (buffer_.size() >= capacity_) return std::nullopt;
        buffer_.push(std::move(value));
        return result<>{};
    }

    /// Receives if that is possible at once; empty: it would wait.
    std::optional<result<T>> take() {
        if (!buffer_.empty()) {
            std::optional<result<T>> got{std::in_place, tl::in_place, buffer_.pop()};
            if (send_awaiter* s = senders_.pop_front()) {
                buffer_.push(std::move(s->value_));
                s->end({});
            }
            return got;
        }
        if (send_awaiter* s = senders_.pop_front()) {
            std::optional<result<T>> got{std::in_place, tl::in_place, std::move(s->value_)};
            s->end({});
            return got;
        }
        if (closed_) return result<T>{fail(errc::closed)};
        return std::nullopt;
    }

    const std::size_t capacity_;
    bool closed_ = false;
    detail::fifo<T> buffer_;
    list<receive_awaiter> receivers_;
    list<send_awaiter> senders_;
};

/// What send() gives to co_await. Lives in the caller's frame; nothing is allocated to wait.
template <class T>
class channel<T>::send_awaiter : job, stop_hook, list_hook<send_awaiter> {
public:
    send_awaiter(channel& to, context& ctx, T value) : to_(to), ctx_(ctx), value_(std::move(value)) {}

    bool await_ready() {
        done_ = ctx_.done() ? result<>{tl::unexpected<error>(ctx_.why())} : to_.give(value_);
        return done_ && ctx_.on().may_go_on();
    }
    void await_suspend(std::coroutine_handle<> h) noexcept {
        handle = h;
        if (done_) return ctx_.on().ready(*this);
        to_.senders_.push_back(*this);
        ctx_.add(*this);
    }
    [[nodiscard]] result<> await_resume() { return std::move(*done_); }

private:
    friend class channel;
    friend class list<send_awaiter>;

    void end(result<> outcome) {
        stop_hook::unlink();
        done_ = std::move(outcome);
        ctx_.on().ready(*this);
    }
    void stopped(const error& why) noexcept override {
        list_hook<send_awaiter>::unlink();
        end(tl::unexpected<error>(why));
    }

    channel& to_;
    context& ctx_;
    T value_;
    std::optional<result<>> done_;
};

/// What receive() gives to co_await. Lives in the caller's frame; nothing is allocated to wait.
template <class T>
class channel<T>::receive_awaiter : job, stop_hook, list_hook<receive_awaiter> {
public:
    receive_awaiter(channel& from, context& ctx) noexcept : from_(from), ctx_(ctx) {}

    bool await_ready() {
        got_ = ctx_.done() ? result<T>{tl::unexpected<error>(ctx_.why())} : from_.take();
        return got_ && ctx_.on().may_go_on();
    }
    void await_suspend(std::coroutine_handle<> h) noexcept {
        handle = h;
        if (got_) return ctx_.on().ready(*this);
        from_.receivers_.push_back(*this);
        ctx_.add(*this);
    }
    [[nodiscard]] result<T> await_resume() { return std::move(*got_); }

private:
    friend class channel;
    friend class list<receive_awaiter>;

    void end(result<T> outcome) {
        stop_hook::unlink();
        got_ = std::move(outcome);
        ctx_.on().ready(*this);
    }
    void stopped(const error& why) noexcept override {
        list_hook<receive_awaiter>::unlink();
        end(tl::unexpected<error>(why));
    }

    channel& from_;
    context& ctx_;
    std::optional<result<T>> got_;
};

}  // namespace core
