// tests/core/group.cpp: what core/group.hpp promises.
// Thread: one.
// Owner: core_tests.
#include "core/group.hpp"

#include "core/oneshot.hpp"
#include "core/sleep.hpp"
#include "tests/core/support.hpp"

#include <deque>
#include <stdexcept>

using namespace core_test;
using core::group;

namespace {

task<result<>> count_up(context& ctx, int& now, int& highest, core::duration time) {
    highest = std::max(highest, ++now);
    auto slept = co_await core::sleep_for(ctx, time);
    --now;
    co_return slept;
}

task<result<>> wait_at(core::oneshot<int>& gate, context& ctx) {
    auto open = co_await gate.wait(ctx);
    if (!open) co_return core::fail(open.error().code);
    co_return result<>{};
}

task<result<>> join(group& g) {
    auto outcome = co_await g.join();
    co_return outcome;
}

}  // namespace

TEST_CASE("G9: go waits while the limit is reached and never more run") {
    for (const std::size_t limit : {std::size_t{1}, std::size_t{10}}) {
        CAPTURE(limit);
        for_seeds(1000, [&](test_loop& loop) {
            group g{loop.ctx(), "limited", limit};
            int now = 0;
            int highest = 0;
            loop.run([](group& all, int& n, int& most, test_loop& l) -> task<> {
                for (int i = 0; i < 100; ++i) {
                    auto work = count_up(all.ctx(), n, most, std::chrono::milliseconds{l.random()() % 3});
                    auto started = co_await all.go("counts", std::move(work));
                    CHECK(started);
                }
            }(g, now, highest, loop));
            CHECK(loop.run(join(g)));
            CHECK(now == 0);
            CHECK(highest == static_cast<int>(limit));
        });
    }
}

TEST_CASE("G10: try_go with the limit reached starts nothing, and after an end it does") {
    test_loop loop;
    group g{loop.ctx(), "limited", 1};
    core::oneshot<int> gate;
    bool started = false;
    const auto sets = [](bool& flag) -> task<result<>> {
        flag = true;
        co_return result<>{};
    };
    CHECK(g.try_go("waits", wait_at(gate, g.ctx())));
    CHECK_FALSE(g.try_go("never", sets(started)));
    loop.settle();
    CHECK_FALSE(started);
    gate.set(1);
    loop.settle();
    CHECK_FALSE(started);
    CHECK(g.try_go("now", sets(started)));
    loop.settle();
    CHECK(started);
    CHECK(loop.run(join(g)));
    CHECK_FALSE(g.try_go("over", sets(started)));
}

TEST_CASE("G6, G11: an error or exception gives its place back, ends the others and those who wait for a place") {
    for_seeds(1000, [](test_loop& loop) {
        group g{loop.ctx(), "limited", 2};
        const bool throws = loop.random()() % 2 == 0;
        std::deque<core::oneshot<int>> gates(2);
        REQUIRE(g.try_go("fails", [](context& ctx, bool by_exception) -> task<result<>> {
            auto slept = co_await core::sleep_for(ctx, 1s);
            CHECK(slept);
            if (by_exception) throw std::runtime_error{"out of luck"};
            co_return core::fail(errc::unavailable, "no more");
        }(g.ctx(), throws)));
        REQUIRE(g.try_go("waits", wait_at(gates[0], g.ctx())));
        auto late = loop.spawn("goes", [](group& all, core::oneshot<int>& gate) -> task<result<>> {
            auto started = co_await all.go("late", wait_at(gate, all.ctx()));
            co_return started;
        }(g, gates[1]));
        loop.settle();
        CHECK_FALSE(late.done());
        loop.advance(1s);
        REQUIRE(late.done());
        const auto outcome = loop.run(join(g));
        REQUIRE_FALSE(outcome);
        CHECK(outcome.error().code == (throws ? errc::failed : errc::unavailable));
        CHECK(contains(outcome.error().detail, throws ? "out of luck" : "no more"));
        CHECK(g.ctx().why().detail == outcome.error().detail);
        CHECK(g.running() == 0);
    });
}
