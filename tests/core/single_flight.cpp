// tests/core/single_flight.cpp: what core/single_flight.hpp promises.
// Thread: one.
// Owner: core_tests.
#include "core/single_flight.hpp"

#include "core/sleep.hpp"
#include "tests/core/support.hpp"

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

using namespace core_test;
using core::scope;

namespace {

using flights = core::single_flight<std::string, int>;
using landed = result<flights::landed>;

/// What the runs of a test did.
struct runs {
    int begun = 0;
    int cancelled = 0;
    bool fails = false;
    bool throws = false;
};

task<result<int>> load(context& ctx, runs& r, int value) {
    ++r.begun;
    auto slept = co_await core::sleep_for(ctx, 1s);
    if (!slept) {
        ++r.cancelled;
        co_return result<int>{tl::unexpected<core::error>(slept.error())};
    }
    if (r.throws) throw std::runtime_error{"no"};
    if (r.fails) co_return result<int>{core::fail(errc::unavailable, "down")};
    co_return result<int>{value};
}

task<landed> call(flights& f, context& ctx, std::string key, runs& r, int value = 7) {
    auto got = co_await f.call(ctx, std::move(key), [&r, value](context& c) { return load(c, r, value); });
    co_return got;
}

/// A single_flight with its scope, which is joined at the end.
struct fixture {
    explicit fixture(test_loop& l) : loop(l), s(l.ctx(), "flights"), all(s) {}
    ~fixture() {
        loop.run([](scope& of) -> task<> {
            auto joined = co_await of.join();
            CHECK(joined);
        }(s));
    }
    test_loop& loop;
    scope s;
    flights all;
    runs done{};
};

}  // namespace

TEST_CASE(
    "B11: ten that ask for the same at the same time cause one run, get its result, and are told that it is shared") {
    for_seeds(1'000, [](test_loop& loop) {
        fixture f{loop};
        std::vector<test_loop::spawned<landed>> callers;
        for (int i = 0; i < 10; ++i) callers.push_back(loop.spawn("asks", call(f.all, loop.ctx(), "a", f.done)));
        loop.advance(1s);
        CHECK(f.done.begun == 1);
        for (auto& c : callers) {
            REQUIRE(c.done());
            CHECK(c.get()->value == 7);
            CHECK(c.get()->shared);
        }
    });
}

TEST_CASE("B11: one that asks alone is told so") {
    test_loop loop;
    fixture f{loop};
    auto alone = loop.run(call(f.all, loop.ctx(), "a", f.done));
    CHECK(alone->value == 7);
    CHECK_FALSE(alone->shared);
}

TEST_CASE("B11: all get the error of the run, also that of an exception") {
    for_seeds(1'000, [](test_loop& loop) {
        fixture f{loop};
        f.done.fails = loop.random()() % 2 == 0;
        f.done.throws = !f.done.fails;
        std::vector<test_loop::spawned<landed>> callers;
        for (int i = 0; i < 10; ++i) callers.push_back(loop.spawn("asks", call(f.all, loop.ctx(), "a", f.done)));
        loop.advance(1s);
        CHECK(f.done.begun == 1);
        for (auto& c : callers) {
            CHECK(c.get().error().code == (f.done.fails ? errc::unavailable : errc::failed));
            CHECK(c.get().error().detail == (f.done.fails ? "down" : "no"));
        }
    });
}

TEST_CASE("B12: keys don't disturb each other, and after the end the next call runs anew") {
    test_loop loop;
    fixture f{loop};
    auto a = loop.spawn("a", call(f.all, loop.ctx(), "a", f.done, 1));
    auto b = loop.spawn("b", call(f.all, loop.ctx(), "b", f.done, 2));
    loop.advance(1s);
    CHECK(f.done.begun == 2);
    CHECK(a.get()->value == 1);
    CHECK(b.get()->value == 2);
    CHECK(loop.run(call(f.all, loop.ctx(), "a", f.done, 3))->value == 3);
    CHECK(f.done.begun == 3);
}

TEST_CASE("B12: after forget the next call runs anew, and those that wait are not disturbed") {
    test_loop loop;
    fixture f{loop};
    auto before = loop.spawn("before", call(f.all, loop.ctx(), "a", f.done, 1));
    loop.advance(500ms);
    f.all.forget("a");
    auto after = loop.spawn("after", call(f.all, loop.ctx(), "a", f.done, 2));
    loop.advance(500ms);
    CHECK(before.get()->value == 1);
    CHECK_FALSE(after.done());
    auto joins = loop.spawn("joins", call(f.all, loop.ctx(), "a", f.done, 3));  // the end of the first forgot nothing
    loop.advance(500ms);
    CHECK(after.get()->value == 2);
    CHECK(joins.get()->value == 2);
    CHECK(f.done.begun == 2);
}

TEST_CASE("B13: a caller's cancellation ends its own wait and not the run, unless it was the last") {
    for_seeds(1'000, [](test_loop& loop) {
        fixture f{loop};
        context one{loop.ctx()};
        context two{loop.ctx()};
        auto first = loop.spawn("first", call(f.all, one, "a", f.done));
        auto second = loop.spawn("second", call(f.all, two, "a", f.done));
        if (loop.random()() % 2 == 0) loop.settle();
        one.cancel({errc::deadline, {}});
        loop.settle();
        CHECK(first.get().error().code == errc::deadline);
        CHECK(f.done.cancelled == 0);
        if (loop.random()() % 2 == 0) {
            loop.advance(1s);
            CHECK(second.get()->value == 7);
            CHECK(f.done.begun == 1);
        } else {
            two.cancel();
            loop.settle();
            CHECK(second.get().error().code == errc::cancelled);
            CHECK(f.done.cancelled == f.done.begun);
            auto anew = loop.spawn("anew", call(f.all, loop.ctx(), "a", f.done));
            loop.advance(1s);
            CHECK(anew.get()->value == 7);
        }
    });
}

TEST_CASE("B13: a run that is given up before it begins finds its context ended") {
    bool given_up_before = false;
    for_seeds(1'000, [&given_up_before](test_loop& loop) {
        fixture f{loop};
        context asking{loop.ctx()};
        auto asks = loop.spawn("asks", call(f.all, asking, "a", f.done));
        loop.spawn("cancels", [](context& ctx, context& other) -> task<> {
            auto moment = co_await core::yield(ctx);
            CHECK(moment);
            other.cancel();
        }(loop.ctx(), asking));
        loop.spawn("looks",
                   [](context& ctx, const test_loop::spawned<landed>& caller, const runs& r, bool& seen) -> task<> {
                       while (!caller.done()) {
                           auto moment = co_await core::yield(ctx);
                           CHECK(moment);
                       }
                       seen = seen || r.begun == 0;
                   }(loop.ctx(), asks, f.done, given_up_before));
        loop.settle();
        CHECK(asks.get().error().code == errc::cancelled);
        CHECK(f.done.cancelled == f.done.begun);
        CHECK(loop.timers() == 0);
    });
    CHECK(given_up_before);
}

TEST_CASE("B13: an ended context causes no run") {
    test_loop loop;
    fixture f{loop};
    context over{loop.ctx()};
    over.cancel();
    CHECK_FALSE(loop.run(call(f.all, over, "a", f.done)));
    loop.advance(1s);
    CHECK(f.done.begun == 0);
}

TEST_CASE("a run that outlives its single_flight is a bug that is told") {
    CHECK(contains(last_words([] {
                       test_loop loop{1};
                       runs done;
                       auto dies = std::make_unique<flights>([&loop]() -> scope& {
                           static scope s{loop.ctx(), "flights"};
                           return s;
                       }());
                       auto waits = loop.spawn("waits", call(*dies, loop.ctx(), "a", done));
                       loop.settle();
                       dies.reset();
                   }),
                   "a run outlives"));
}
