// core/spin_lock.hpp: a lock for sections of some ten instructions, where a mutex would cost more than what it guards.
// Thread: any.
// Owner: what it guards.
#pragma once

#include <atomic>
#include <thread>

namespace core {

/// For std::lock_guard. Nobody may wait, allocate much or call out while holding it.
class spin_lock {
public:
    void lock() noexcept {
        while (taken_.exchange(true, std::memory_order_acquire)) {
            for (int n = 0; taken_.load(std::memory_order_relaxed); ++n) {
                if (n > looks) std::this_thread::yield();  // its holder may not be running at all
            }
        }
    }
    void unlock() noexcept { taken_.store(false, std::memory_order_release); }

private:
    static constexpr int looks = 100;
    std::atomic<bool> taken_{false};
};

}  // namespace core
