// core/fifo.hpp: what a channel buffers: a bounded FIFO that allocates on first use and doubles up to what it needs.
// Thread: that of its owner, or whoever holds the owner's lock.
// Owner: a channel.
#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <utility>

namespace core::detail {

/// A ring whose room is a power of two. It shrinks only by rest(): what was needed once will be again.
template <class T>
class fifo {
public:
    fifo() noexcept = default;
    fifo(const fifo&) = delete;
    fifo& operator=(const fifo&) = delete;
    ~fifo() {
        while (!empty()) drop();
        if (slots_ != nullptr) std::allocator<T>{}.deallocate(slots_, room_);
    }

    [[nodiscard]] std::size_t size() const noexcept { return newest_ - oldest_; }
    [[nodiscard]] bool empty() const noexcept { return newest_ == oldest_; }

    void push(T&& value) {
        if (size() == room_) grow();
        std::construct_at(at(newest_), std::move(value));
        ++newest_;
    }
    [[nodiscard]] T& front() noexcept { return *at(oldest_); }
    void drop() noexcept {
        std::destroy_at(at(oldest_));
        ++oldest_;
    }

    /// Gives the memory of an empty one back.
    void rest() noexcept {
        if (slots_ == nullptr || !empty()) return;
        std::allocator<T>{}.deallocate(std::exchange(slots_, nullptr), std::exchange(room_, 0));
    }

private:
    [[nodiscard]] T* at(std::size_t n) const noexcept { return slots_ + (n & (room_ - 1)); }

    [[gnu::noinline]] void grow() {
        const std::size_t room = std::max<std::size_t>(4, room_ * 2);
        T* slots = std::allocator<T>{}.allocate(room);
        const std::size_t held = size();
        for (std::size_t i = 0; i < held; ++i) {
            std::construct_at(slots + i, std::move(front()));
            drop();
        }
        if (slots_ != nullptr) std::allocator<T>{}.deallocate(slots_, room_);
        slots_ = slots;
        room_ = room;
        oldest_ = 0;
        newest_ = held;
    }

    T* slots_ = nullptr;
    std::size_t room_ = 0;
    std::size_t oldest_ = 0;  // both only grow; their place in the ring is what remains of them
    std::size_t newest_ = 0;
};

}  // namespace core::detail
