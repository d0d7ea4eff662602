// tests/core/barrier.cpp: what core/barrier.hpp promises.
// Thread: one.
// Owner: core_tests.
#include "core/barrier.hpp"

#include "core/sleep.hpp"
#include "tests/core/support.hpp"

#include <memory>
#include <vector>

using namespace core_test;
using core::barrier;

namespace {

task<result<bool>> arrive(barrier& at, context& ctx) {
    auto passed = co_await at.arrive(ctx);
    co_return passed;
}

}  // namespace

TEST_CASE("B1: none passes before the last comes, and then all pass") {
    for_seeds(1'000, [](test_loop& loop) {
        barrier at{5};
        std::vector<test_loop::spawned<result<bool>>> tasks;
        for (int i = 0; i < 4; ++i) tasks.push_back(loop.spawn("party", arrive(at, loop.ctx())));
        loop.settle();
        for (const auto& t : tasks) CHECK_FALSE(t.done());
        CHECK(at.arrived() == 4);
        CHECK(loop.run(arrive(at, loop.ctx())).value());  // it was the last
        loop.settle();
        for (const auto& t : tasks) {
            REQUIRE(t.done());
            CHECK_FALSE(t.get().value());
        }
    });
}

TEST_CASE("B2: nobody of a round passes with the round before") {
    for_seeds(100, [](test_loop& loop) {
        barrier at{5};
        std::vector<int> round(5);
        for (std::size_t i = 0; i < 5; ++i) {
            loop.spawn("party", [](barrier& b, context& ctx, std::vector<int>& all, std::size_t me) -> task<> {
                while (all[me] < 1'000) {
                    auto passed = co_await b.arrive(ctx);
                    REQUIRE(passed);
                    ++all[me];
                    const auto [least, most] = std::minmax_element(all.begin(), all.end());
                    if (*most - *least > 1) FAIL_CHECK("one is a round ahead: " << *most - *least);
                }
            }(at, loop.ctx(), round, i));
        }
        loop.settle();
        CHECK(loop.running() == 0);
        CHECK(round == std::vector<int>(5, 1'000));
    });
}

TEST_CASE("B3: one of a round is told that it was the last, and the completion runs before any goes on") {
    for_seeds(1'000, [](test_loop& loop) {
        int completed = 0;
        int lasts = 0;
        barrier at{5, [&] { ++completed; }};
        for (int i = 0; i < 5; ++i) {
            loop.spawn("party", [](barrier& b, context& ctx, const int& complete, int& last) -> task<> {
                for (int round = 1; round <= 10; ++round) {
                    auto passed = co_await b.arrive(ctx);
                    REQUIRE(passed);
                    CHECK(complete == round);
                    last += *passed ? 1 : 0;
                }
            }(at, loop.ctx(), completed, lasts));
        }
        loop.settle();
        CHECK(completed == 10);
        CHECK(lasts == 10);
    });
}

TEST_CASE("B4: one that is cancelled while it waits has left, and the others go on without it") {
    for_seeds(1'000, [](test_loop& loop) {
        int completed = 0;
        barrier at{5, [&] { ++completed; }};
        context one{loop.ctx()};
        auto left = loop.spawn("leaves", arrive(at, one));
        std::vector<test_loop::spawned<result<bool>>> tasks;
        const std::size_t before = loop.random()() % 5;  // that arrive before the cancellation
        for (std::size_t i = 0; i < before; ++i) tasks.push_back(loop.spawn("party", arrive(at, loop.ctx())));
        if (before < 4) loop.settle();
        one.cancel();
        loop.settle();
        for (std::size_t i = before; i < 4; ++i) {
            for (const auto& t : tasks) CHECK_FALSE(t.done());
            tasks.push_back(loop.spawn("party", arrive(at, loop.ctx())));
            loop.settle();
        }
        CHECK_FALSE(left.get());
        CHECK(at.parties() == 4);
        CHECK(completed == 1);
        int lasts = 0;
        for (const auto& t : tasks) {
            REQUIRE(t.done());
            lasts += t.get().value() ? 1 : 0;
        }
        CHECK(lasts == 1);
        for (int round = 2; round <= 3; ++round) {  // and so are the next rounds, of four
            for (int i = 0; i < 3; ++i) loop.spawn("party", arrive(at, loop.ctx()));
            loop.settle();
            CHECK(loop.running() == 3);
            CHECK(loop.run(arrive(at, loop.ctx())));
            loop.settle();
            CHECK(loop.running() == 0);
            CHECK(completed == round);
        }
    });
}

TEST_CASE("B4: the wait that a cancellation completes goes on at once") {
    test_loop loop;
    barrier at{3};
    context one{loop.ctx()};
    auto left = loop.spawn("leaves", arrive(at, one));
    auto first = loop.spawn("first", arrive(at, loop.ctx()));
    loop.settle();
    SUBCASE("where all others have come") {
        one.cancel();
        CHECK(at.arrived() == 1);
        auto second = loop.spawn("second", arrive(at, loop.ctx()));
        loop.settle();
        CHECK(second.get().value());
        CHECK_FALSE(first.get().value());
    }
    SUBCASE("where all others but one, who leaves as well, have come") {
        one.cancel();
        loop.settle();
        CHECK_FALSE(first.done());
        at.leave();
        loop.settle();
        CHECK(first.get().value());  // the last of those who are left
    }
    SUBCASE("and with an ended context one does not arrive, and has left") {
        context ended{loop.ctx()};
        ended.cancel();
        CHECK_FALSE(loop.run(arrive(at, ended)));
        CHECK(at.parties() == 2);
        loop.settle();
        CHECK(first.get());
        CHECK(left.get());
    }
    CHECK(loop.running() == 0);
}

TEST_CASE("B5: a barrier of one never waits") {
    test_loop loop;
    int completed = 0;
    barrier at{1, [&] { ++completed; }};
    for (int i = 1; i <= 10; ++i) {
        CHECK(loop.run(arrive(at, loop.ctx())).value());
        CHECK(completed == i);
    }
}

TEST_CASE("a barrier that dies under its waiter, or that more leave than take part in, is a bug that is told") {
    CHECK(contains(last_words([] {
                       test_loop loop{1};
                       auto at = std::make_unique<barrier>(2);
                       auto waits = loop.spawn("waits", arrive(*at, loop.ctx()));
                       loop.settle();
                       at.reset();
                   }),
                   "somebody waits"));
    CHECK(contains(last_words([] {
                       barrier at{1};
                       at.leave();
                       at.leave();
                   }),
                   "more leave"));
}
