// tests/core/alarm_clock.cpp: what core/alarm_clock.hpp promises of alarms and tickers.
// Thread: one.
// Owner: core_tests.
#include "core/alarm_clock.hpp"

#include "core/scope.hpp"
#include "core/select.hpp"
#include "tests/core/support.hpp"

#include <memory>
#include <vector>

using namespace core_test;
using core::alarm_clock;
using core::ticker;

namespace {

template <class Bell>
task<result<>> wait(Bell& bell, context& ctx) {
    auto rung = co_await bell.wait(ctx);
    co_return rung;
}

struct moved_by_hand {
    core::manual_clock time;
};

/// A loop that may come late: time jumps over what was due.
class late_loop final : public moved_by_hand, public core::scheduler {
public:
    late_loop() : scheduler(time) {}
    void turn_after(core::duration by) {
        time.advance(by);
        turn_begins();
        while (core::job* j = take_ready()) resume(*j);
        turn_ends();
    }
    void wake() noexcept override {}
};

}  // namespace

TEST_CASE("T1: an alarm rings once, not before its time, for one who waits or who comes later") {
    test_loop loop;
    alarm_clock a{loop, 5s};
    auto waits = loop.spawn("waits", wait(a, loop.ctx()));
    loop.advance(5s - 1ns);
    CHECK_FALSE(waits.done());
    loop.advance(1ns);
    CHECK(waits.get());
    CHECK_FALSE(a.rung());
    a.start(1s);
    loop.advance(2s);
    CHECK(a.rung());
    CHECK(loop.run(wait(a, loop.ctx())));
    CHECK_FALSE(a.rung());
    loop.advance(1h);
    CHECK_FALSE(a.rung());
}

TEST_CASE("T2: stop says whether it kept an alarm from ringing, and nothing of before comes after it") {
    for_seeds(1000, [](test_loop& loop) {
        alarm_clock a{loop, 5s};
        const auto at = std::chrono::seconds{3 + loop.random()() % 4};
        loop.advance(at);
        CHECK(a.rung() == (at >= 5s));
        CHECK(a.stop() == (at < 5s));
        CHECK_FALSE(a.stop());
        CHECK_FALSE(a.rung());
        context asking{loop.ctx()};
        auto waits = loop.spawn("waits", wait(a, asking));
        loop.advance(1h);
        CHECK_FALSE(waits.done());
        asking.cancel();
        loop.settle();
        CHECK(waits.get().error().code == errc::cancelled);
    });
}

TEST_CASE("T3: a running alarm is moved, a stopped one starts again") {
    test_loop loop;
    const auto begun = loop.now();
    alarm_clock a{loop, 5s};
    auto waits = loop.spawn("waits", wait(a, loop.ctx()));
    loop.settle();
    SUBCASE("later") {
        CHECK(a.start(8s));
        loop.run_until([&] { return waits.done(); });
        CHECK(loop.now() == begun + 8s);
    }
    SUBCASE("earlier") {
        CHECK(a.start(2s));
        loop.run_until([&] { return waits.done(); });
        CHECK(loop.now() == begun + 2s);
    }
    SUBCASE("again") {
        CHECK(a.stop());
        loop.advance(10s);
        CHECK_FALSE(waits.done());
        CHECK_FALSE(a.start(1s));
        loop.run_until([&] { return waits.done(); });
        CHECK(loop.now() == begun + 11s);
    }
    CHECK(waits.get());
    CHECK(loop.timers() == 0);
}

TEST_CASE("T5: a ticker drops what a slow reader has missed and keeps its times") {
    test_loop loop;
    const auto begun = loop.now();
    ticker t{loop, 1s};
    CHECK(loop.run(wait(t, loop.ctx())));
    CHECK(loop.now() == begun + 1s);
    loop.advance(3s + 500ms);
    CHECK(loop.run(wait(t, loop.ctx())));  // one of the three
    CHECK(loop.now() == begun + 4s + 500ms);
    CHECK(loop.run(wait(t, loop.ctx())));
    CHECK(loop.now() == begun + 5s);
    loop.advance(1s);
    t.stop();
    CHECK_FALSE(t.rung());
    CHECK(loop.timers() == 0);
    t.reset(2s);
    CHECK(loop.run(wait(t, loop.ctx())));
    CHECK(loop.now() == begun + 8s);
}

TEST_CASE("T5: a ticker whose loop comes late rings once for all it has missed and keeps its times") {
    late_loop loop;
    context ctx{loop};
    core::scope s{ctx, "waits"};
    ticker t{loop, 1s};
    int rung = 0;
    for (int i = 0; i < 2; ++i) {
        s.spawn("waits", [](ticker& from, context& c, int& n) -> task<> {
            auto one = co_await from.wait(c);
            if (one) ++n;
        }(t, s.ctx(), rung));
    }
    loop.turn_after(0s);
    CHECK(rung == 0);
    loop.turn_after(3s + 500ms);
    CHECK(rung == 1);
    loop.turn_after(500ms - 1ns);
    CHECK(rung == 1);
    loop.turn_after(1ns);
    CHECK(rung == 2);
}

TEST_CASE("T6: a ticker without a period is a bug that is told") {
    for (const core::duration none : {core::duration{0}, core::duration{-1s}}) {
        CHECK(contains(last_words([&] {
                           test_loop loop{1};
                           const ticker t{loop, none};
                       }),
                       "a ticker needs a period"));
    }
}

TEST_CASE("an alarm and a ticker are cases of a select") {
    for_seeds(1000, [](test_loop& loop) {
        alarm_clock a{loop, 2s + 500ms};
        ticker t{loop, 1s};
        std::vector<std::size_t> order;
        loop.run([](context& ctx, alarm_clock& once, ticker& often, std::vector<std::size_t>& to) -> task<> {
            core::ring_case rings{once};
            core::ring_case ticks{often};
            for (int i = 0; i < 4; ++i) {
                auto which = co_await core::select(ctx, rings, ticks);
                to.push_back(*which);
            }
        }(loop.ctx(), a, t, order));
        CHECK(order == std::vector<std::size_t>{1, 1, 0, 1});
    });
}
