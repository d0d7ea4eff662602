// core/channel_state.hpp: what a channel holds, and the steps of a send and a receive that need no waiting.
// Thread: one scheduler's (channel), or whoever holds the lock (shared_channel).
// Owner: the channel.
#pragma once

#include "core/fifo.hpp"
#include "core/frame_pool.hpp"
#include "core/operation.hpp"
#include "core/type_name.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace core::detail {

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
        if (!receivers.empty() && hand_over(value)) return outcome::moved;
        if (buffer.size() >= capacity) return outcome::none;
        buffer.push(std::move(value));
        return outcome::moved;
    }

    /// Receives into `room`, which holds nothing yet, if that is possible at once; none: it would wait.
    [[nodiscard]] outcome take(void* room) {
        if (!buffer.empty()) {
            std::construct_at(static_cast<T*>(room), std::move(buffer.front()));
            buffer.drop();
            if (!senders.empty()) refill();
            return outcome::moved;
        }
        if (!senders.empty() && take_over(room)) return outcome::moved;
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

private:
    // Apart from the quick paths, which then need no registers saved and are inlined.

    /// From one who sends now to one who waits; false: nobody waits any more.
    [[gnu::noinline]] bool hand_over(T& value) {
        waiter* r = receivers.claim_first();
        if (r == nullptr) return false;
        std::construct_at(static_cast<T*>(r->value), std::move(value));
        r->of->end(*r, outcome::moved);
        return true;
    }
    /// From one who waits to one who receives now; false: nobody waits any more.
    [[gnu::noinline]] bool take_over(void* room) {
        waiter* s = senders.claim_first();
        if (s == nullptr) return false;
        std::construct_at(static_cast<T*>(room), std::move(*static_cast<T*>(s->value)));
        s->of->end(*s, outcome::moved);
        return true;
    }
    /// A place has become free for the first who waits with a value.
    [[gnu::noinline]] void refill() {
        if (waiter* s = senders.claim_first()) {
            buffer.push(std::move(*static_cast<T*>(s->value)));
            s->of->end(*s, outcome::moved);
        }
    }
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

}  // namespace core::detail
