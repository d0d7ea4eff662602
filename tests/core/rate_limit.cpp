// tests/core/rate_limit.cpp: what core/rate_limit.hpp promises.
// Thread: one, or four where the case says so.
// Owner: core_tests.
#include "core/rate_limit.hpp"

#include "tests/core/support.hpp"

#include <thread>
#include <vector>

using namespace core_test;
using core::rate;
using core::rate_limit;
using core::time_point;

TEST_CASE("a rate limit lets a burst through and then one at a time") {
    rate_limit limit;
    const rate ten = rate::per_second(10, 3);
    time_point now{1h};
    for (int i = 0; i < 3; ++i) CHECK_FALSE(limit.take(now, ten));
    CHECK(limit.take(now, ten) == core::duration{100ms});
    CHECK(limit.take(now + 40ms, ten) == core::duration{60ms});  // a refused one counts nothing
    CHECK(limit.take(now + 100ms - 1ns, ten));
    CHECK_FALSE(limit.take(now + 100ms, ten));
    CHECK(limit.take(now + 100ms, ten) == core::duration{100ms});

    SUBCASE("and after a pause a whole burst again, not more") {
        now += 1h;
        for (int i = 0; i < 3; ++i) CHECK_FALSE(limit.take(now, ten));
        CHECK(limit.take(now, ten));
    }
    SUBCASE("and after a short pause what has come back of it") {
        now += 300ms;  // two of three
        for (int i = 0; i < 2; ++i) CHECK_FALSE(limit.take(now, ten));
        CHECK(limit.take(now, ten));
    }
}

TEST_CASE("a rate without a burst is one after the other") {
    rate_limit limit;
    const time_point now{1h};
    CHECK_FALSE(limit.take(now, {1s, 0}));
    CHECK(limit.take(now, {1s, 1}) == core::duration{1s});
    CHECK_FALSE(limit.take(now + 1s, {1s, 1}));
}

TEST_CASE("four threads that ask at the same time get a burst between them") {
    rate_limit limit;
    const rate burst{1h, 1'000};
    std::vector<int> through(4);
    {
        std::vector<std::thread> threads;
        for (int& n : through) {
            threads.emplace_back([&limit, &n, burst] {
                for (int i = 0; i < 1'000; ++i) n += limit.take(time_point{1h}, burst) ? 0 : 1;
            });
        }
        for (auto& t : threads) t.join();
    }
    CHECK(through[0] + through[1] + through[2] + through[3] == 1'000);
}
