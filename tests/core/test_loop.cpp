// tests/core/test_loop.cpp: what core/test_loop.hpp promises to all other tests.
// Thread: one.
// Owner: core_tests.
#include "core/test_loop.hpp"

#include "core/channel.hpp"
#include "core/sleep.hpp"
#include "tests/core/support.hpp"

#include <set>
#include <stdexcept>
#include <string>
#include <vector>

using namespace core_test;

namespace {

/// Runs ten tasks that write down their turns; the order is what the seed makes of it.
std::string order_of(std::uint64_t seed) {
    test_loop loop{seed};
    std::string order;
    core::channel<char> c{1};
    for (char name = 'a'; name < 'k'; ++name) {
        loop.spawn("writes", [](context& ctx, core::channel<char>& ch, std::string& to, char who) -> task<> {
            for (int i = 0; i < 3; ++i) {
                auto slept = co_await core::sleep_for(ctx, i % 2 == 0 ? 0s : 1s);
                CHECK(slept);
                auto sent = co_await ch.send(ctx, who);
                CHECK(sent);
                auto got = co_await ch.receive(ctx);
                to += *got;
            }
        }(loop.ctx(), c, order, name));
    }
    loop.advance(10s);
    CHECK(loop.running() == 0);
    return order;
}

task<> wait_for_ever(context& ctx) {
    core::channel<int> never{0};
    auto got = co_await never.receive(ctx);
    CHECK_FALSE(got);
}

task<> throw_after(context& ctx, core::duration time) {
    auto slept = co_await core::sleep_for(ctx, time);
    CHECK(slept);
    throw std::runtime_error{"out of luck"};
}

}  // namespace

TEST_CASE("the same seed gives the same order and other seeds others") {
    std::set<std::string> orders;
    for (std::uint64_t seed = 1; seed <= 50; ++seed) {
        const std::string once = order_of(seed);
        CHECK(once.size() == 30);
        CHECK(order_of(seed) == once);
        orders.insert(once);
    }
    CHECK(orders.size() > 40);
}

TEST_CASE("the seed that was drawn or asked for is told") {
    CHECK(test_loop{7}.seed() == 7);
    const char* before = std::getenv("TERTULIA_SEED");
    const std::string kept = before != nullptr ? before : "";
    setenv("TERTULIA_SEED", "4711", 1);
    CHECK(test_loop{}.seed() == 4711);
    CHECK(test_loop{7}.seed() == 7);
    before != nullptr ? setenv("TERTULIA_SEED", kept.c_str(), 1) : unsetenv("TERTULIA_SEED");
}

TEST_CASE("time stands until it is moved and stops at every timer on the way") {
    test_loop loop;
    const auto begun = loop.now();
    const auto wall = loop.clock().wall();
    std::vector<core::duration> seen;
    loop.spawn("sleeps", [](context& ctx, core::time_point start, std::vector<core::duration>& times) -> task<> {
        for (int i = 0; i < 3; ++i) {
            auto slept = co_await core::sleep_for(ctx, 2s);
            CHECK(slept);
            times.push_back(ctx.on().now() - start);
        }
    }(loop.ctx(), begun, seen));
    loop.settle();
    CHECK(loop.now() == begun);
    loop.advance(5s);
    CHECK(seen == std::vector<core::duration>{2s, 4s});
    CHECK(loop.now() == begun + 5s);
    CHECK(loop.clock().wall() == wall + 5s);
    loop.advance(1s);
    CHECK(seen.size() == 3);
}

TEST_CASE("running a task moves time only as far as it must") {
    test_loop loop;
    const auto begun = loop.now();
    loop.run([](context& ctx) -> task<> {
        auto slept = co_await core::sleep_for(ctx, 1h);
        CHECK(slept);
    }(loop.ctx()));
    CHECK(loop.now() == begun + 1h);
    CHECK(loop.run([]() -> task<int> { co_return 7; }()) == 7);
    CHECK(loop.now() == begun + 1h);
}

TEST_CASE("what can never end is told with the names of those who wait") {
    for_seeds(20, [](test_loop& loop) {
        loop.spawn("reader", wait_for_ever(loop.ctx()));
        loop.spawn("writer", wait_for_ever(loop.ctx()));
        std::string told;
        try {
            loop.run_until([] { return false; });
        } catch (const std::logic_error& e) {
            told = e.what();
        }
        const std::string what = "nothing is ready, no timer is set: ";
        const std::string reader = "test/reader waits in channel<int>::receive";
        const std::string writer = "test/writer waits in channel<int>::receive";
        const bool both = told == what + reader + "; " + writer || told == what + writer + "; " + reader;
        CAPTURE(told);
        CHECK(both);
        CHECK_THROWS_AS(loop.run(wait_for_ever(loop.ctx())), std::logic_error);
        CHECK(loop.running() == 3);
        loop.stop();
        CHECK(loop.running() == 0);
    });
}

TEST_CASE("an exception in any task reaches the test") {
    for_seeds(20, [](test_loop& loop) {
        SUBCASE("from the task that is run") {
            CHECK_THROWS_WITH_AS(loop.run(throw_after(loop.ctx(), 1s)), "run: out of luck", std::logic_error);
        }
        SUBCASE("from one that would have given a value") {
            CHECK_THROWS_WITH_AS(loop.run([]() -> task<int> {
                throw std::runtime_error{"out of luck"};
                co_return 7;
            }()),
                                 "run: out of luck", std::logic_error);
        }
        SUBCASE("from one beside it, though the one that is run ends well") {
            loop.spawn("beside", throw_after(loop.ctx(), 1s));
            CHECK_THROWS_WITH_AS(loop.run([](context& ctx) -> task<> {
                auto slept = co_await core::sleep_for(ctx, 2s);
                CHECK_FALSE(slept);
            }(loop.ctx())),
                                 "beside: out of luck", std::logic_error);
        }
        SUBCASE("while all is let settle") {
            loop.spawn("beside", throw_after(loop.ctx(), 0s));
            CHECK_THROWS_WITH_AS(loop.settle(), "beside: out of luck", std::logic_error);
        }
        SUBCASE("while time is moved") {
            loop.spawn("beside", throw_after(loop.ctx(), 1s));
            CHECK_THROWS_WITH_AS(loop.advance(1s), "beside: out of luck", std::logic_error);
        }
        CHECK(loop.running() == 0);
    });
}

TEST_CASE("a loop that still holds a task or a timer at its end fails the test") {
    CHECK(contains(last_words([] {
                       test_loop loop{7};
                       loop.spawn("forgotten", wait_for_ever(loop.ctx()));
                       loop.settle();
                   }),
                   "seed 7): nothing is ready, no timer is set: test/forgotten waits in channel<int>::receive"));
    CHECK(contains(last_words([] {
                       alignas(core::timed_context) std::byte never_destroyed[sizeof(core::timed_context)];
                       test_loop loop{7};
                       new (never_destroyed) core::timed_context{loop.ctx(), 1h};
                   }),
                   "seed 7): 1 timers are left"));
}

TEST_CASE("a loop that dies by an exception ends its tasks and lets the exception go on") {
    int ended = 0;
    const auto dies = [&] {
        test_loop loop;
        loop.spawn("waits", [](context& ctx, int& count) -> task<> {
            auto slept = co_await core::sleep_for(ctx, 1h);
            CHECK_FALSE(slept);
            ++count;
        }(loop.ctx(), ended));
        loop.settle();
        throw std::runtime_error{"as a failed REQUIRE does"};
    };
    CHECK_THROWS_AS(dies(), std::runtime_error);
    CHECK(ended == 1);
}

TEST_CASE("the hooks of a turn run at its edges and may be taken away") {
    struct hook final : core::turn_hook {
        void turn_begins() override { ++begins; }
        void turn_ends() override { ++ends; }
        int begins = 0;
        int ends = 0;
    };
    test_loop loop;
    hook h;
    loop.add(h);
    loop.settle();
    CHECK(h.begins > 0);
    CHECK(h.begins == h.ends);
    const int before = h.begins;
    loop.settle();
    CHECK(h.begins == before);  // nothing was ready, so there was no turn
    loop.wake();
    loop.settle();
    CHECK(h.begins == before + 1);
    loop.remove(h);
    loop.wake();
    loop.settle();
    CHECK(h.begins == before + 1);
}
