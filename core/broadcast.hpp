// core/broadcast.hpp: every item to every subscriber, through a ring that waits for nobody.
// Thread: one scheduler's; all calls from it.
// Owner: whoever makes it; its subscriptions must be gone before it dies (checked in the destructor).
#pragma once

#include "core/waiter.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <utility>

namespace core {

/// A subscriber gets all items from its subscription on, in order, each once. One that is slow holds up nobody: the
/// ring keeps the last `room` items, and who has fallen behind is told how many it missed and goes on at the oldest. An
/// item dies with its last reader.
template <class T>
class broadcast {
    struct slot {
        T value;
        std::size_t unread;  // grows from front to back: who has not read one has not read those behind it
    };

public:
    class subscription;

    /// What a subscriber gets; each but the last a copy.
    struct received {
        received(std::uint64_t n, T v) : missed(n), value(std::move(v)) {}
        std::uint64_t missed;  ///< that many in front of it are lost to this subscriber
        T value;
    };

    /// @param room how many items are kept for slow subscribers, at least 1
    explicit broadcast(std::size_t room) : room_(room) { assert(room > 0); }
    broadcast(const broadcast&) = delete;
    broadcast& operator=(const broadcast&) = delete;
    ~broadcast() { assert(subscribers_ == 0 && "a subscription outlives its broadcast"); }

    [[nodiscard]] subscription subscribe() { return subscription{*this}; }

    /// Never waits. Those that wait for it resume in this turn or the next. Error: closed.
    result<> send(T value) {
        if (closed_) return fail(errc::closed);
        if (subscribers_ == 0) return {};
        items_.push_back(slot{std::move(value), subscribers_});
        if (items_.size() > room_) drop_oldest();
        serve_all(line_);
        return {};
    }
    /// No more items; subscribers get what they have not read yet, then `closed`.
    void close() {
        closed_ = true;
        serve_all(line_);
    }

    /// How many items are kept, for whoever has not read them yet.
    [[nodiscard]] std::size_t size() const noexcept { return items_.size(); }
    [[nodiscard]] std::size_t subscribers() const noexcept { return subscribers_; }

private:
    [[nodiscard]] std::uint64_t end() const noexcept { return first_ + items_.size(); }
    void drop_oldest() {
        items_.pop_front();
        ++first_;
    }

    const std::size_t room_;
    std::deque<slot> items_;
    std::uint64_t first_ = 0;  // the number of the oldest in items_
    std::size_t subscribers_ = 0;
    bool closed_ = false;
    list<waiter> line_;
};

/// A place in the row of items. Movable while nobody waits; what it has not read is let go of when it dies.
template <class T>
class broadcast<T>::subscription {
public:
    class receive_awaiter;

    subscription(subscription&& other) noexcept : of_(std::exchange(other.of_, nullptr)), next_(other.next_) {
        assert(!other.waits_);
    }
    subscription& operator=(subscription&& other) noexcept {
        assert(!waits_ && !other.waits_);
        std::swap(of_, other.of_);
        std::swap(next_, other.next_);
        return *this;
    }
    ~subscription() {
        assert(!waits_ && "somebody waits for a subscription that dies");
        if (of_ == nullptr) return;
        --of_->subscribers_;
        for (std::uint64_t n = std::max(next_, of_->first_); n < of_->end(); ++n) --of_->items_[n - of_->first_].unread;
        while (!of_->items_.empty() && of_->items_.front().unread == 0) of_->drop_oldest();
    }

    /// Waits for the next item; one coroutine at a time. Errors: closed, and all read; or the context's.
    [[nodiscard]] receive_awaiter receive(context& ctx) noexcept { return {*this, ctx}; }

private:
    friend class broadcast;
    explicit subscription(broadcast& of) noexcept : of_(&of), next_(of.end()) { ++of.subscribers_; }
    [[nodiscard]] result<received> take();

    broadcast* of_;
    std::uint64_t next_;  // the number of the item to read; may have left the ring
    bool waits_ = false;
};

template <class T>
class broadcast<T>::subscription::receive_awaiter : waiter {
public:
    receive_awaiter(subscription& of, context& ctx) noexcept : waiter(ctx), of_(of) {}
    bool await_ready() noexcept {
        return begin([this] { return of_.next_ < of_.of_->end() || of_.of_->closed_; });
    }
    void await_suspend(std::coroutine_handle<> h) noexcept {
        assert(!of_.waits_ && "one coroutine reads a subscription, not two");
        of_.waits_ = true;
        wait_in(of_.of_->line_, h);
    }
    [[nodiscard]] result<received> await_resume() {
        of_.waits_ = false;
        if (!served()) return why();
        return of_.take();
    }

private:
    [[nodiscard]] const char* what() const noexcept override { return "broadcast::receive"; }
    subscription& of_;
};

template <class T>
auto broadcast<T>::subscription::take() -> result<received> {
    const std::uint64_t at = std::max(next_, of_->first_);
    const std::uint64_t missed = at - next_;
    if (at == of_->end()) return fail(errc::closed);
    next_ = at + 1;
    slot& s = of_->items_[at - of_->first_];
    if (--s.unread > 0) return received{missed, s.value};
    received last{missed, std::move(s.value)};
    of_->drop_oldest();  // those before it had no reader left either
    return last;
}

}  // namespace core
