// tests/core/timers.cpp: what core/sleep.hpp and the scheduler's timers promise.
// Thread: one.
// Owner: core_tests.
#include "core/sleep.hpp"
#include "tests/core/support.hpp"

#include <algorithm>
#include <memory>
#include <vector>

using namespace core_test;

namespace {

struct ringing final : core::timer {
    explicit ringing(core::scheduler& s) : on(s) {}
    ~ringing() { on.cancel(*this); }
    void fired() noexcept override {
        ++times;
        at = on.now();
        if (order != nullptr) order->push_back(number);
    }
    core::scheduler& on;
    int times = 0;
    core::time_point at{};
    std::vector<int>* order = nullptr;
    int number = 0;
};

task<result<>> sleep(context& ctx, core::duration how_long) {
    auto slept = co_await core::sleep_for(ctx, how_long);
    co_return slept;
}

}  // namespace

TEST_CASE("T1: a timer fires once and not before its time") {
    test_loop loop;
    ringing a{loop};
    loop.start(a, loop.now() + 5s);
    CHECK(a.pending());
    loop.advance(5s - 1ns);
    CHECK(a.times == 0);
    loop.advance(1ns);
    CHECK(a.times == 1);
    CHECK_FALSE(a.pending());
    loop.advance(1h);
    CHECK(a.times == 1);
}

TEST_CASE("T2: a stopped timer never fires and may be started again") {
    test_loop loop;
    ringing a{loop};
    loop.cancel(a);  // not pending: no effect
    loop.start(a, loop.now() + 5s);
    loop.cancel(a);
    CHECK_FALSE(a.pending());
    CHECK(loop.timers() == 0);
    loop.advance(10s);
    CHECK(a.times == 0);
    loop.start(a, loop.now() + 1s);
    loop.advance(1s);
    CHECK(a.times == 1);
}

TEST_CASE("T3: starting a timer that runs moves it") {
    test_loop loop;
    ringing a{loop};
    const auto begun = loop.now();
    loop.start(a, begun + 5s);
    SUBCASE("to a later time") {
        loop.start(a, begun + 8s);
        loop.advance(5s);
        CHECK(a.times == 0);
        loop.advance(3s);
        CHECK(a.at == begun + 8s);
    }
    SUBCASE("to an earlier one") {
        loop.start(a, begun + 2s);
        loop.advance(2s);
        CHECK(a.at == begun + 2s);
        loop.advance(10s);
    }
    CHECK(a.times == 1);
    CHECK(loop.timers() == 0);
}

TEST_CASE("T4: timers fire by their time and equal ones in the order they were set") {
    for_seeds(1000, [](test_loop& loop) {
        std::vector<std::unique_ptr<ringing>> alarms;
        std::vector<int> fired;
        std::vector<std::pair<core::time_point, int>> wanted;
        const auto begun = loop.now();
        for (int i = 0; i < 100; ++i) {
            alarms.push_back(std::make_unique<ringing>(loop));
            alarms.back()->order = &fired;
            alarms.back()->number = i;
            loop.start(*alarms.back(), begun + std::chrono::seconds{loop.random()() % 20});
        }
        for (int i = 0; i < 30; ++i) {  // some are moved: then they were set last
            ringing& a = *alarms[loop.random()() % 100];
            a.number += 1000;
            loop.start(a, begun + std::chrono::seconds{loop.random()() % 20});
            std::rotate(std::find_if(alarms.begin(), alarms.end(), [&](auto& p) { return p.get() == &a; }),
                        std::find_if(alarms.begin(), alarms.end(), [&](auto& p) { return p.get() == &a; }) + 1,
                        alarms.end());
        }
        for (int i = 0; i < 20; ++i) {  // and some stopped
            const std::size_t n = loop.random()() % alarms.size();
            alarms.erase(alarms.begin() + static_cast<std::ptrdiff_t>(n));
        }
        CHECK(loop.timers() == alarms.size());
        loop.advance(20s);
        for (auto& a : alarms) {
            CHECK(a->times == 1);
            wanted.emplace_back(a->at, a->number);
        }
        std::stable_sort(wanted.begin(), wanted.end(), [](auto& a, auto& b) { return a.first < b.first; });
        std::vector<int> order;
        order.reserve(wanted.size());
        for (auto& [at, number] : wanted) order.push_back(number);
        CHECK(fired == order);
    });
}

TEST_CASE("T7: timers are set and stopped in time about linear in their number and leave nothing") {
    test_loop loop{1};
    CHECK(growth(2'000, [&](std::size_t n) {
              std::vector<std::unique_ptr<ringing>> alarms;
              for (std::size_t i = 0; i < n; ++i) alarms.push_back(std::make_unique<ringing>(loop));
              const auto took = timed([&] {
                  for (auto& a : alarms) loop.start(*a, loop.now() + std::chrono::nanoseconds{1 + loop.random()() % n});
                  for (auto& a : alarms) loop.cancel(*a);
              });
              CHECK(loop.timers() == 0);
              return took;
          }) < about_linear);
}

TEST_CASE("a timer that dies while it runs is a bug that is told") {
    struct careless final : core::timer {
        void fired() noexcept override {}
    };
    CHECK(contains(last_words([] {
                       test_loop loop{1};
                       auto t = std::make_unique<careless>();
                       loop.start(*t, loop.now() + 1s);
                       t.reset();
                   }),
                   "pending()"));
}

TEST_CASE("sleep ends exactly at its time") {
    test_loop loop;
    const auto begun = loop.now();
    auto slept = loop.spawn("sleeps", sleep(loop.ctx(), 5s));
    loop.advance(5s - 1ns);
    CHECK_FALSE(slept.done());
    loop.advance(1ns);
    REQUIRE(slept.done());
    CHECK(slept.get());
    CHECK(loop.now() == begun + 5s);
}

TEST_CASE("T6: sleeping for nothing or less lets the others run and sets no timer") {
    for_seeds(1000, [](test_loop& loop) {
        int turns = 0;
        loop.spawn("counts", [](context& ctx, int& n) -> task<> {
            for (; n < 1000; ++n) {
                auto slept = co_await core::yield(ctx);
                CHECK(slept);
            }
        }(loop.ctx(), turns));
        auto slept = loop.spawn("sleeps", [](context& ctx) -> task<result<>> {
            for (int i = 0; i < 100; ++i) {
                auto zero = co_await core::sleep_for(ctx, i % 2 == 0 ? 0s : -1s);
                if (!zero) co_return zero;
            }
            co_return {};
        }(loop.ctx()));
        loop.run_until([&] { return slept.done(); });
        CHECK(turns > 0);
        CHECK(loop.timers() == 0);
        loop.settle();
        CHECK(turns == 1000);
    });
}

TEST_CASE("a sleep ends with its context and its timer with it") {
    test_loop loop;
    context ctx{loop.ctx()};
    SUBCASE("which ends during the sleep") {
        auto slept = loop.spawn("sleeps", sleep(ctx, 5s));
        loop.settle();
        CHECK(loop.timers() == 1);
        ctx.cancel();
        CHECK(loop.timers() == 0);
        loop.settle();
        CHECK(slept.get().error().code == errc::cancelled);
    }
    SUBCASE("or has ended before it") {
        ctx.cancel();
        auto slept = loop.spawn("sleeps", sleep(ctx, 5s));
        loop.settle();
        CHECK(slept.get().error().code == errc::cancelled);
    }
    SUBCASE("or by a deadline at the very same time: it is resumed once") {
        core::timed_context timed{ctx, 5s};
        auto slept = loop.spawn("sleeps", sleep(timed, 5s));
        loop.advance(5s);
        REQUIRE(slept.done());
        CHECK(slept.get().error().code == errc::deadline);
    }
    CHECK(loop.timers() == 0);
}

TEST_CASE("a task that sleeps on an ended context for ever does not keep others from running") {
    for_seeds(1000, [](test_loop& loop) {
        context ended{loop.ctx()};
        ended.cancel();
        bool stop = false;
        loop.spawn("spins", [](context& ctx, const bool& over) -> task<> {
            while (!over) {
                auto slept = co_await core::sleep_for(ctx, 1s);
                CHECK_FALSE(slept);
            }
        }(ended, stop));
        loop.spawn("stops", [](bool& over) -> task<> {
            over = true;
            co_return;
        }(stop));
        loop.settle();
        CHECK(loop.running() == 0);
    });
}
