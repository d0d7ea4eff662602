// tests/core/frame_pool.cpp: what core/frame_pool.hpp promises.
// Thread: the test's, and some of its own, one after the other.
// Owner: core_tests.
#include "core/frame_pool.hpp"

#include <doctest/doctest.h>

#include <cstring>
#include <thread>
#include <vector>

using core::detail::frame_pool;

namespace {

constexpr std::size_t small = 100;

bool aligned(void* frame) {
    return reinterpret_cast<std::uintptr_t>(frame) % core::detail::frame_alignment == 0;
}

}  // namespace

TEST_CASE("frames of all sizes are aligned and do not overlap") {
    std::vector<std::size_t> sizes;
    for (std::size_t bytes = 1; bytes < 1'500; bytes += 7) sizes.insert(sizes.end(), 3, bytes);
    std::vector<unsigned char*> frames;
    for (const std::size_t bytes : sizes) {
        frames.push_back(static_cast<unsigned char*>(frame_pool::allocate(bytes)));
        CHECK(aligned(frames.back()));
        std::memset(frames.back(), static_cast<int>(frames.size() % 251), bytes);
    }
    bool whole = true;
    for (std::size_t i = 0; i < sizes.size(); ++i) {
        for (std::size_t n = 0; n < sizes[i]; ++n) whole = whole && frames[i][n] == (i + 1) % 251;
        frame_pool::release(frames[i], sizes[i]);
    }
    CHECK(whole);
}

TEST_CASE("the frame that was released last is the next of its size") {
    if (!core::detail::pool_frames) return;  // a sanitizer watches each of them
    void* one = frame_pool::allocate(small);
    void* other = frame_pool::allocate(small);
    frame_pool::release(one, small);
    frame_pool::release(other, small);
    CHECK(frame_pool::allocate(small) == other);
    CHECK(frame_pool::allocate(small) == one);
    frame_pool::release(one, small);
    frame_pool::release(other, small);
}

TEST_CASE("what a thread leaves the next one takes over") {
    if (!core::detail::pool_frames) return;
    void* left = nullptr;
    void* found = nullptr;
    std::thread{[&] {
        left = frame_pool::allocate(small);
        frame_pool::release(left, small);
    }}.join();
    std::thread{[&] {
        found = frame_pool::allocate(small);
        frame_pool::release(found, small);
    }}.join();
    CHECK(found == left);
}
