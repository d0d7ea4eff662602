// tests/core/asio_loop.cpp: what core/asio_loop.hpp promises, in real time; it awaits events, however long they take.
// Thread: one, or two where the case says so.
// Owner: core_tests.
#include "core/asio_loop.hpp"

#include "core/oneshot.hpp"
#include "core/scope.hpp"
#include "core/sleep.hpp"
#include "tests/core/support.hpp"

#include <asio/post.hpp>

#include <atomic>
#include <functional>
#include <stdexcept>
#include <thread>

using namespace core_test;
using core::asio_loop;

namespace {

const core::system_clock machine;

/// Calls a function at the beginning of each turn.
struct each_turn final : core::turn_hook {
    each_turn(asio_loop& l, std::function<void()> f) : loop(l), call(std::move(f)) { loop.add(*this); }
    ~each_turn() { loop.remove(*this); }
    void turn_begins() override { call(); }
    void turn_ends() override {}
    asio_loop& loop;
    std::function<void()> call;
};

}  // namespace

TEST_CASE("the loop runs until its root is over and gives its error") {
    asio_loop loop{machine};
    bool ran = false;
    CHECK(loop.run([](bool& did) -> task<> {
        did = true;
        co_return;
    }(ran)));
    CHECK(ran);
    const auto thrown = loop.run([]() -> task<> {
        throw std::runtime_error{"out of luck"};
        co_return;
    }());
    REQUIRE_FALSE(thrown);
    CHECK(thrown.error().detail == "main: out of luck");
}

TEST_CASE("the loop may be run again and Asio's events come as before") {
    asio_loop loop{machine};
    for (int i = 0; i < 3; ++i) {
        core::oneshot<int> posted;
        asio::post(loop.io(), [&] { posted.set(7); });
        CHECK(loop.run([](asio_loop& l, core::oneshot<int>& answer) -> task<> {
            core::context ctx{l};
            core::timed_context soon{ctx, 10s};  // so that a failure ends
            auto got = co_await answer.wait(soon);
            CHECK(got.value_or(0) == 7);
        }(loop, posted)));
    }
}

TEST_CASE("sleeps end in the order of their times and none before its time") {
    asio_loop loop{machine};
    CHECK(loop.run([](asio_loop& l) -> task<> {
        core::context ctx{l};
        core::scope s{ctx, "sleepers"};
        std::vector<int> order;
        for (const int ms : {30, 10, 20, 0, 1}) {
            s.spawn("sleeps", [](context& on, int after, std::vector<int>& to) -> task<> {
                const auto until = machine.now() + std::chrono::milliseconds{after};
                auto slept = co_await core::sleep_until(on, until);
                CHECK(slept);
                CHECK(machine.now() >= until);
                to.push_back(after);
            }(s.ctx(), ms, order));
        }
        auto joined = co_await s.join();
        CHECK(joined);
        CHECK(order == std::vector{0, 1, 10, 20, 30});
    }(loop)));
    CHECK(loop.timers() == 0);
}

TEST_CASE("an earlier timer set behind a later one is not overslept and a stopped one does not hold up the end") {
    asio_loop loop{machine};
    CHECK(loop.run([](asio_loop& l) -> task<> {
        core::context ctx{l};
        core::timed_context far{ctx, 10s};
        core::oneshot<int> posted;
        asio::post(l.io(), [&] { posted.set(1); });
        auto next_turn = co_await posted.wait(far);  // the alarm of `far` is set at the end of this one
        CHECK(next_turn);
        for (int i = 0; i < 20; ++i) {
            auto slept = co_await core::sleep_for(far, 1ms);
            CHECK(slept);
        }
    }(loop)));
    CHECK(loop.timers() == 0);
}

TEST_CASE("tasks that are always ready don't keep Asio's events out") {
    asio_loop loop{machine};
    bool stop = false;
    asio::post(loop.io(), [&] { asio::post(loop.io(), [&] { stop = true; }); });
    CHECK(loop.run([](asio_loop& l, const bool& over) -> task<> {
        core::context ctx{l};
        while (!over) {
            auto slept = co_await core::yield(ctx);
            CHECK(slept);
        }
    }(loop, stop)));
}

TEST_CASE("a wake from another thread makes a sleeping loop take a turn and none is lost") {
    constexpr int wakes = 2'000;
    asio_loop loop{machine};
    std::atomic<int> asked{0};
    std::atomic<int> seen{0};
    core::oneshot<int> all;
    const each_turn look{loop, [&] {
                             seen.store(asked.load());
                             seen.notify_one();
                             if (seen.load() == wakes) all.set(1);
                         }};
    std::thread other{[&] {
        for (int i = 1; i <= wakes; ++i) {
            asked.store(i);
            loop.wake();
            while (seen.load() < i) seen.wait(i - 1);  // one at a time, so that the loop sleeps in between
        }
    }};
    CHECK(loop.run([](asio_loop& l, core::oneshot<int>& done) -> task<> {
        core::context ctx{l};
        auto got = co_await done.wait(ctx);
        CHECK(got);
    }(loop, all)));
    other.join();
    CHECK(seen.load() == wakes);
}

TEST_CASE("many wakes before a turn are one") {
    asio_loop loop{machine};
    for (int i = 0; i < 10'000; ++i) loop.wake();
    CHECK(loop.io().poll() == 1);
}

TEST_CASE("what was written before the last of many wakes from several threads is seen") {
    constexpr int wakes = 20'000;
    asio_loop loop{machine};
    std::atomic<int> left{2};
    int written[2] = {0, 0};  // plain: ordered by the wakes and the count alone
    core::oneshot<int> all;
    const each_turn look{loop, [&] {
                             if (left.load() == 0) all.set(written[0] + written[1]);
                         }};
    const auto storm = [&](int who) {
        for (int i = 0; i < wakes; ++i) {
            ++written[who];
            if (i == wakes - 1) left.fetch_sub(1);
            loop.wake();
        }
    };
    std::thread one{storm, 0};
    std::thread two{storm, 1};
    int sum = 0;
    CHECK(loop.run([](asio_loop& l, core::oneshot<int>& done, int& total) -> task<> {
        core::context ctx{l};
        auto got = co_await done.wait(ctx);
        total = got.value_or(0);
    }(loop, all, sum)));
    one.join();
    two.join();
    CHECK(sum == 2 * wakes);
}
