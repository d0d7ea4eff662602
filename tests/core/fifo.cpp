// tests/core/fifo.cpp: what core/fifo.hpp promises.
// Thread: one.
// Owner: core_tests.
#include "core/fifo.hpp"

#include <doctest/doctest.h>

#include <memory>

TEST_CASE("what goes in comes out in order, wherever in the ring it begins and whenever it grows") {
    for (int before = 0; before < 10; ++before) {
        for (int held = 0; held < 40; ++held) {
            core::detail::fifo<std::unique_ptr<int>> f;
            const auto out = [&f] {
                const int n = *f.front();
                f.drop();
                return n;
            };
            for (int i = 0; i < before; ++i) {  // so that the ring's beginning moves
                f.push(std::make_unique<int>(-1));
                CHECK(out() == -1);
            }
            for (int i = 0; i < held; ++i) f.push(std::make_unique<int>(i));
            CHECK(f.size() == static_cast<std::size_t>(held));
            for (int i = 0; i < held; ++i) REQUIRE(out() == i);
            CHECK(f.empty());
        }
    }
}

TEST_CASE("what is left in it dies with it") {
    const auto one = std::make_shared<int>(1);
    {
        core::detail::fifo<std::shared_ptr<int>> f;
        for (int i = 0; i < 5; ++i) f.push(std::shared_ptr<int>{one});
        CHECK(one.use_count() == 6);
        f.drop();
        CHECK(one.use_count() == 5);
    }
    CHECK(one.use_count() == 1);
}
