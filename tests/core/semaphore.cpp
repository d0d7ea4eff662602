// tests/core/semaphore.cpp: what core/semaphore.hpp promises.
// Thread: one.
// Owner: core_tests.
#include "core/semaphore.hpp"

#include "core/sleep.hpp"
#include "tests/core/support.hpp"

#include <memory>
#include <vector>

using namespace core_test;
using core::semaphore;
using permit = semaphore::permit;

namespace {

task<result<permit>> acquire(semaphore& of, context& ctx, std::size_t n = 1) {
    auto got = co_await of.acquire(ctx, n);
    co_return got;
}

/// Acquires, says so in `order`, keeps it for some turns.
task<> visit(semaphore& of, context& ctx, std::size_t n, int id, std::vector<int>& order) {
    auto inside = co_await of.acquire(ctx, n);
    if (!inside) co_return;
    order.push_back(id);
    auto moment = co_await core::yield(ctx);
    CHECK(moment);
}

}  // namespace

TEST_CASE("M1: never more are inside than there are permits") {
    for_seeds(1'000, [](test_loop& loop) {
        semaphore gate{3};
        int inside = 0;
        int most = 0;
        for (int i = 0; i < 10; ++i) {
            loop.spawn("worker", [](semaphore& g, context& ctx, int& in, int& top) -> task<> {
                for (int round = 0; round < 5; ++round) {
                    auto right = co_await g.acquire(ctx);
                    REQUIRE(right);
                    top = std::max(top, ++in);
                    auto moment = co_await core::yield(ctx);
                    CHECK(moment);
                    --in;
                }
            }(gate, loop.ctx(), inside, most));
        }
        loop.settle();
        CHECK(loop.running() == 0);
        CHECK(most == 3);
        CHECK(gate.free() == 3);
    });
}

TEST_CASE("M2: a small request waits behind a large one, so the large one gets through") {
    for_seeds(1'000, [](test_loop& loop) {
        constexpr std::size_t n = 5;
        semaphore gate{n};
        bool over = false;
        for (std::size_t i = 0; i < n; ++i) {
            loop.spawn("small", [](semaphore& g, context& ctx, const bool& end) -> task<> {
                while (!end) {
                    auto right = co_await g.acquire(ctx);
                    REQUIRE(right);
                    auto moment = co_await core::yield(ctx);
                    CHECK(moment);
                }
            }(gate, loop.ctx(), over));
        }
        loop.run([](semaphore& g, context& ctx, bool& end) -> task<> {
            auto all = co_await g.acquire(ctx, n);
            CHECK(all);
            end = true;
        }(gate, loop.ctx(), over));
        loop.settle();
    });
}

TEST_CASE("M2: permits come in the order they were asked for") {
    for_seeds(1'000, [](test_loop& loop) {
        semaphore gate{2};
        auto all = gate.try_acquire(2);
        std::vector<int> order;
        const std::vector<std::size_t> weights{1, 2, 1, 1, 2};
        for (int i = 0; i < 5; ++i) {
            loop.spawn("asks", visit(gate, loop.ctx(), weights[static_cast<std::size_t>(i)], i, order));
            loop.settle();
        }
        all->release();
        loop.settle();
        // 2 and 3 are served by one release, so which of them is first to run is the scheduler's to say
        if (order.size() == 5 && order[2] == 3) std::swap(order[2], order[3]);
        CHECK(order == std::vector{0, 1, 2, 3, 4});
    });
}

TEST_CASE("M3: try_acquire passes nobody who waits, though permits are free") {
    test_loop loop;
    semaphore gate{2};
    auto one = gate.try_acquire();
    REQUIRE(one);
    auto large = loop.spawn("large", acquire(gate, loop.ctx(), 2));
    loop.settle();
    CHECK(gate.free() == 1);
    CHECK(gate.try_acquire().error().code == errc::full);
    one->release();
    CHECK(gate.free() == 0);  // it is the large one's already, though that has not run yet
    CHECK_FALSE(gate.try_acquire());
    loop.settle();
    REQUIRE(large.done());
    large.get()->release();
    CHECK(gate.try_acquire(2));
}

TEST_CASE("M4: a cancelled acquire loses no permit and gives none away") {
    for_seeds(2'000, [](test_loop& loop) {
        semaphore gate{2};
        {
            auto both = gate.try_acquire(2);
            context asking{loop.ctx()};
            auto first = loop.spawn("first", acquire(gate, asking));
            loop.settle();
            auto second = loop.spawn("second", acquire(gate, loop.ctx()));
            loop.settle();
            const bool cancel_first = loop.random()() % 2 == 0;
            if (cancel_first) asking.cancel();
            both->release(1);
            if (!cancel_first) asking.cancel();
            loop.settle();
            REQUIRE(first.done());
            if (cancel_first) {
                CHECK(first.get().error().code == errc::cancelled);
                REQUIRE(second.done());
                CHECK(second.get());
            } else {
                CHECK(first.get());  // it was granted before
                CHECK_FALSE(second.done());
            }
            both->release();
            loop.settle();
            first.get() = core::fail(errc::cancelled);
            second.get() = core::fail(errc::cancelled);
        }
        CHECK(gate.try_acquire(2));
    });
}

TEST_CASE("M5: cancelling the waiter at the head wakes those behind it that now fit") {
    test_loop loop;
    semaphore gate{10};
    auto some = gate.try_acquire(8);
    context asking{loop.ctx()};
    auto head = loop.spawn("head", acquire(gate, asking, 10));
    loop.settle();
    auto next = loop.spawn("next", acquire(gate, loop.ctx(), 1));
    loop.settle();
    auto third = loop.spawn("third", acquire(gate, loop.ctx(), 2));
    loop.settle();
    CHECK_FALSE(next.done());
    asking.cancel();
    loop.settle();
    CHECK(head.get().error().code == errc::cancelled);
    REQUIRE(next.done());
    CHECK(next.get()->count() == 1);
    CHECK_FALSE(third.done());  // 1 is free, 2 are asked for
    some->release(1);
    loop.settle();
    CHECK(third.done());
}

TEST_CASE("M6: who is cancelled before the call gets nothing, though permits are free") {
    test_loop loop;
    semaphore gate{1};
    context over{loop.ctx()};
    over.cancel({errc::deadline, "late"});
    auto got = loop.run(acquire(gate, over));
    CHECK(got.error().code == errc::deadline);
    CHECK(got.error().detail == "late");
    CHECK(gate.free() == 1);
}

TEST_CASE("M7: more than there are is never granted, ends with its context alone, and is in nobody's way") {
    test_loop loop;
    semaphore gate{3};
    context asking{loop.ctx()};
    auto never = loop.spawn("never", acquire(gate, asking, 4));
    loop.settle();
    std::vector<int> order;
    for (int i = 0; i < 10; ++i) loop.spawn("one", visit(gate, loop.ctx(), 1, i, order));
    loop.settle();
    CHECK(order.size() == 10);
    CHECK(gate.try_acquire(3));
    CHECK_FALSE(never.done());
    asking.cancel();
    loop.settle();
    CHECK(never.get().error().code == errc::cancelled);
}

TEST_CASE("M8: releasing more than is held is a bug that is told") {
    CHECK(contains(last_words([] {
                       semaphore gate{3};
                       auto two = gate.try_acquire(2);
                       two->release(1);
                       two->release(2);
                   }),
                   "more is released than is held"));
}

TEST_CASE("M8: acquiring nothing succeeds at once, whoever waits") {
    test_loop loop;
    semaphore gate{1};
    auto all = gate.try_acquire();
    context asking{loop.ctx()};
    auto waits = loop.spawn("waits", acquire(gate, asking));
    loop.settle();
    CHECK(loop.run(acquire(gate, loop.ctx(), 0))->count() == 0);
    CHECK(gate.try_acquire(0));
    asking.cancel();
    loop.settle();
}

TEST_CASE("M9: a release wakes as many as fit, in one go") {
    test_loop loop;
    semaphore gate{3};
    auto all = gate.try_acquire(3);
    std::vector<core::test_loop::spawned<result<permit>>> waiting;
    for (int i = 0; i < 4; ++i) {
        waiting.push_back(loop.spawn("one", acquire(gate, loop.ctx())));
        loop.settle();
    }
    all->release();
    CHECK(gate.free() == 0);
    loop.settle();
    for (std::size_t i = 0; i < 3; ++i) CHECK(waiting[i].done());
    CHECK_FALSE(waiting[3].done());
    waiting[0].get()->release();
    loop.settle();
    CHECK(waiting[3].done());
}

TEST_CASE("M10: a permit is given back once, also when it was moved") {
    semaphore gate{5};
    {
        permit a = std::move(*gate.try_acquire(2));
        permit b{std::move(a)};
        CHECK(a.count() == 0);  // NOLINT(bugprone-use-after-move): it is empty, as promised
        CHECK(gate.free() == 3);
        permit c = std::move(*gate.try_acquire(1));
        c = std::move(b);
        CHECK(c.count() == 2);
        a.release();
        CHECK(gate.free() == 2);
    }
    CHECK(gate.free() == 5);
}

TEST_CASE("M10: a task that is cancelled or throws gives its permit back") {
    test_loop loop;
    semaphore gate{1};
    context working{loop.ctx()};
    auto works = [](semaphore& g, context& ctx, bool throws) -> task<result<>> {
        auto right = co_await g.acquire(ctx);
        if (throws) throw std::runtime_error{"no"};
        auto slept = co_await core::sleep_for(ctx, 1h);
        co_return slept;
    };
    auto worker = loop.spawn("works", works(gate, working, false));
    loop.settle();
    CHECK(gate.free() == 0);
    working.cancel();
    loop.settle();
    CHECK(worker.get().error().code == errc::cancelled);
    CHECK(gate.free() == 1);
    CHECK_THROWS_WITH(loop.run(works(gate, loop.ctx(), true)), "run: no");
    CHECK(gate.free() == 1);
}

TEST_CASE("a permit that is granted resumes nobody inside the call") {
    test_loop loop;
    semaphore gate{1};
    auto one = gate.try_acquire();
    auto next = loop.spawn("next", acquire(gate, loop.ctx()));
    loop.settle();
    one->release();
    CHECK_FALSE(next.done());
    loop.settle();
    CHECK(next.done());
}

TEST_CASE("a semaphore under random requests and cancellations keeps all of its permits") {
    for_seeds(1'000, [](test_loop& loop) {
        semaphore gate{7};
        std::size_t inside = 0;
        for (int i = 0; i < 100; ++i) {
            loop.spawn("works", [](test_loop& l, semaphore& g, std::size_t& in) -> task<> {
                for (int round = 0; round < 10; ++round) {
                    core::timed_context asking{l.ctx(), core::duration{std::chrono::milliseconds{l.random()() % 20}}};
                    const std::size_t n = l.random()() % 8;
                    auto right = co_await g.acquire(asking, n);
                    if (!right) continue;
                    in += n;
                    CHECK(in <= 7);
                    CHECK(g.free() <= 7 - in);
                    auto slept = co_await core::sleep_for(l.ctx(), std::chrono::milliseconds{l.random()() % 3});
                    CHECK(slept);
                    in -= n;
                }
            }(loop, gate, inside));
        }
        loop.advance(1h);
        CHECK(loop.running() == 0);
        CHECK(inside == 0);
        CHECK(gate.try_acquire(7));
    });
}

TEST_CASE("a semaphore that dies under its waiter or its permit is a bug that is told") {
    CHECK(contains(last_words([] {
                       test_loop loop{1};
                       auto gate = std::make_unique<semaphore>(1);
                       const auto one = gate->try_acquire();
                       auto waits = loop.spawn("waits", acquire(*gate, loop.ctx()));
                       loop.settle();
                       gate.reset();
                   }),
                   "somebody waits"));
    CHECK(contains(last_words([] {
                       auto gate = std::make_unique<semaphore>(1);
                       const auto one = gate->try_acquire();
                       gate.reset();
                   }),
                   "a permit outlives"));
}
