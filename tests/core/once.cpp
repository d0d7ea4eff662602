// tests/core/once.cpp: what core/once.hpp promises.
// Thread: one.
// Owner: core_tests.
#include "core/once.hpp"

#include "core/sleep.hpp"
#include "tests/core/support.hpp"

#include <memory>
#include <stdexcept>
#include <vector>

using namespace core_test;
using core::once;

TEST_CASE("B10: it runs once though ten call at the same time, and the others wait for its end") {
    for_seeds(1'000, [](test_loop& loop) {
        once first;
        int runs = 0;
        bool over = false;
        for (int i = 0; i < 10; ++i) {
            loop.spawn("calls", [](test_loop& l, once& o, int& n, bool& end) -> task<> {
                auto called = co_await o.call(l.ctx(), [&l, &n, &end]() -> task<> {
                    ++n;
                    auto slept = co_await core::sleep_for(l.ctx(), 1s);
                    CHECK(slept);
                    end = true;
                });
                CHECK(called);
                CHECK(end);
            }(loop, first, runs, over));
        }
        loop.settle();
        CHECK(loop.running() == 10);
        CHECK_FALSE(first.done());
        loop.advance(1s);
        CHECK(loop.running() == 0);
        CHECK(runs == 1);
        CHECK(first.done());
    });
}

TEST_CASE("B10: an exception counts as the call, and goes to the first caller alone") {
    test_loop loop;
    once first;
    int runs = 0;
    int thrown = 0;
    for (int i = 0; i < 10; ++i) {
        loop.spawn("calls", [](context& ctx, once& o, int& n, int& caught) -> task<> {
            try {
                auto called = co_await o.call(ctx, [&n, &ctx]() -> task<> {
                    ++n;
                    auto moment = co_await core::yield(ctx);
                    CHECK(moment);
                    throw std::runtime_error{"no"};
                });
                CHECK(called);
            } catch (const std::runtime_error&) {
                ++caught;
            }
        }(loop.ctx(), first, runs, thrown));
    }
    loop.settle();
    CHECK(runs == 1);
    CHECK(thrown == 1);
    CHECK(first.done());
}

TEST_CASE("B10: a wait for its end ends with the caller's context and disturbs nobody") {
    test_loop loop;
    once first;
    const auto call = [](once& o, context& ctx) -> task<result<>> {
        auto called = co_await o.call(ctx, [&ctx]() -> task<> {
            auto slept = co_await core::sleep_for(ctx, 1s);
            CHECK(slept);
        });
        co_return called;
    };
    auto runs = loop.spawn("runs", call(first, loop.ctx()));
    loop.settle();
    context asking{loop.ctx()};
    auto waits = loop.spawn("waits", call(first, asking));
    loop.settle();
    asking.cancel();
    loop.settle();
    CHECK(waits.get().error().code == errc::cancelled);
    CHECK_FALSE(runs.done());
    loop.advance(1s);
    CHECK(runs.get());
}

TEST_CASE("a once that dies under its waiter is a bug that is told") {
    CHECK(contains(last_words([] {
                       test_loop loop{1};
                       auto dies = std::make_unique<once>();
                       for (int i = 0; i < 2; ++i) {
                           loop.spawn("calls", [](once& o, context& ctx) -> task<> {
                               auto called = co_await o.call(ctx, [&ctx]() -> task<> {
                                   auto slept = co_await core::sleep_for(ctx, 1s);
                                   CHECK(slept);
                               });
                               CHECK(called);
                           }(*dies, loop.ctx()));
                       }
                       loop.settle();
                       dies.reset();
                   }),
                   "somebody waits"));
}
