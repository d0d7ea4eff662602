// tests/core/spin_lock.cpp: what core/spin_lock.hpp promises.
// Thread: the test's and one of its own.
// Owner: core_tests.
#include "core/spin_lock.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <mutex>
#include <thread>

TEST_CASE("who comes while it is held waits until it is free") {
    core::spin_lock lock;
    std::atomic<bool> comes{false};
    std::atomic<bool> inside{false};
    lock.lock();
    std::thread other{[&] {
        comes = true;
        const std::lock_guard hold{lock};
        inside = true;
    }};
    while (!comes) std::this_thread::yield();
    bool alone = true;
    for (int i = 0; i < 10'000; ++i) {  // time enough for one that does not wait
        std::this_thread::yield();
        alone = alone && !inside;
    }
    lock.unlock();
    other.join();
    CHECK(alone);
    CHECK(inside);
}

TEST_CASE("two threads that count under it lose nothing") {
    core::spin_lock lock;
    int count = 0;
    const auto counts = [&] {
        for (int i = 0; i < 20'000; ++i) {
            const std::lock_guard hold{lock};
            ++count;
        }
    };
    std::thread other{counts};
    counts();
    other.join();
    CHECK(count == 40'000);
}
