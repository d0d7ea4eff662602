// tests/core/scope.cpp: what core/scope.hpp promises.
// Thread: one.
// Owner: core_tests.
#include "core/scope.hpp"

#include "core/oneshot.hpp"
#include "core/sleep.hpp"
#include "tests/core/support.hpp"

#include <deque>
#include <memory>
#include <stdexcept>

using namespace core_test;
using core::scope;

namespace {

task<result<>> join(scope& s) {
    auto outcome = co_await s.join();
    co_return outcome;
}

task<> wait_at(core::oneshot<int>& gate, context& ctx) {
    auto open = co_await gate.wait(ctx);
    CHECK(open);
}

task<result<>> fail_after(context& ctx, core::duration time, errc code, std::string detail = {}) {
    auto slept = co_await core::sleep_for(ctx, time);
    if (!slept) co_return slept;
    co_return core::fail(code, detail);
}

task<> until_cancelled(context& ctx, int& ended) {
    auto slept = co_await core::sleep_for(ctx, 1h);
    CHECK_FALSE(slept);
    ++ended;
}

}  // namespace

TEST_CASE("join waits until the last task has ended and not longer") {
    for_seeds(1000, [](test_loop& loop) {
        for (int round = 0; round < 8; ++round) {
            scope s{loop.ctx(), "gate"};
            std::deque<core::oneshot<int>> gates(16);
            for (auto& g : gates) s.spawn("waits", wait_at(g, s.ctx()));
            auto joined = loop.spawn("joins", join(s));
            auto too = loop.spawn("joins", join(s));  // several may
            for (std::size_t i = 0; i < gates.size(); ++i) {
                loop.settle();
                CHECK_FALSE(joined.done());
                CHECK_FALSE(too.done());
                CHECK(s.running() == gates.size() - i);
                gates[i].set(1);
            }
            loop.settle();
            REQUIRE(joined.done());
            REQUIRE(too.done());
            CHECK(joined.get());
            CHECK(s.running() == 0);
        }
    });
}

TEST_CASE("joining a scope without tasks ends at once") {
    test_loop loop;
    scope s{loop.ctx(), "empty"};
    CHECK(loop.run(join(s)));
    CHECK(loop.run(join(s)));
}

TEST_CASE("G8: when all went well the scope's context is over after the join") {
    test_loop loop;
    scope s{loop.ctx(), "good"};
    const context below{s.ctx()};
    s.spawn("works", [](context& ctx) -> task<result<>> {
        auto slept = co_await core::sleep_for(ctx, 1s);
        co_return slept;
    }(s.ctx()));
    CHECK(loop.run(join(s)));
    CHECK(s.ctx().done());
    CHECK(below.done());
    CHECK_FALSE(loop.ctx().done());
}

TEST_CASE("G5, G6, G7: the first error is what join gives and it ends the others") {
    for_seeds(1000, [](test_loop& loop) {
        scope s{loop.ctx(), "group"};
        int ended = 0;
        s.spawn("second", fail_after(s.ctx(), 2s, errc::closed));
        s.spawn("first", fail_after(s.ctx(), 1s, errc::unavailable, "no more"));
        s.spawn("waits", until_cancelled(s.ctx(), ended));
        s.spawn("slow",
                [](context& all, scope& of, int& count) -> task<result<>> {  // hears of it and still takes its time
                    auto slept = co_await core::sleep_for(of.ctx(), 1h);
                    CHECK_FALSE(slept);
                    CHECK(of.ctx().why().detail == "no more");
                    auto done = co_await core::sleep_for(all, 10s);
                    CHECK(done);
                    ++count;
                    co_return core::fail(errc::full, "a later error");
                }(loop.ctx(), s, ended));
        const auto begun = loop.now();
        const auto outcome = loop.run(join(s));
        CHECK(loop.now() == begun + 11s);  // not before the slow one has ended
        REQUIRE_FALSE(outcome);
        CHECK(outcome.error().code == errc::unavailable);
        CHECK(outcome.error().detail == "no more");
        CHECK(ended == 2);
        CHECK_FALSE(loop.ctx().done());
    });
}

TEST_CASE("G11: an exception in a task is an error of its scope with the task's name") {
    for_seeds(1000, [](test_loop& loop) {
        scope s{loop.ctx(), "group"};
        int ended = 0;
        for (int i = 0; i < 9; ++i) s.spawn("waits", until_cancelled(s.ctx(), ended));
        const bool first_waits = loop.random()() % 2 == 0;
        s.spawn("tenth", [](context& ctx, bool waits) -> task<> {
            if (waits) {
                auto slept = co_await core::sleep_for(ctx, 1s);
                CHECK(slept);
            }
            throw std::runtime_error{"out of luck"};
        }(s.ctx(), first_waits));
        const auto outcome = loop.run(join(s));
        REQUIRE_FALSE(outcome);
        CHECK(outcome.error().code == errc::failed);
        CHECK(outcome.error().detail == "tenth: out of luck");
        CHECK(ended == 9);
    });
}

TEST_CASE("an exception of a task that gives results or of no known kind is an error as well") {
    test_loop loop;
    SUBCASE("from a task that gives results") {
        scope s{loop.ctx(), "group"};
        s.spawn("result", []() -> task<result<>> {
            throw std::runtime_error{"out of luck"};
            co_return core::fail(errc::closed);
        }());
        CHECK(loop.run(join(s)).error().detail == "result: out of luck");
    }
    SUBCASE("of no known kind") {
        scope s{loop.ctx(), "group"};
        s.spawn("int", []() -> task<> {
            throw 7;
            co_return;
        }());
        CHECK(loop.run(join(s)).error().detail == "int");
    }
}

TEST_CASE("G12: cancelling a scope or its parent ends its tasks and those spawned later too") {
    for_seeds(1000, [](test_loop& loop) {
        context parent{loop.ctx()};
        scope s{parent, "group"};
        int ended = 0;
        for (int i = 0; i < 10; ++i) s.spawn("waits", until_cancelled(s.ctx(), ended));
        if (loop.random()() % 2 == 0) loop.settle();
        const bool whole = loop.random()() % 2 == 0;
        whole ? parent.cancel() : s.cancel({errc::closed, "enough"});
        s.spawn("late", until_cancelled(s.ctx(), ended));  // starts, and ends by itself
        CHECK(loop.run(join(s)));                          // that they were cancelled is no error of theirs
        CHECK(ended == 11);
        CHECK(s.ctx().why().code == (whole ? errc::cancelled : errc::closed));
        CHECK(loop.timers() == 0);
    });
}

TEST_CASE("a task may spawn into its own scope while it is joined") {
    for_seeds(1000, [](test_loop& loop) {
        scope s{loop.ctx(), "tree"};
        int count = 0;
        struct grow {
            static task<> at(scope& s, int levels, int& count) {
                auto slept = co_await core::yield(s.ctx());
                CHECK(slept);
                ++count;
                if (levels == 0) co_return;
                s.spawn("left", at(s, levels - 1, count));
                s.spawn("right", at(s, levels - 1, count));
            }
        };
        s.spawn("root", grow::at(s, 6, count));
        CHECK(loop.run(join(s)));
        CHECK(count == 127);
    });
}

TEST_CASE("a task's frame and all it holds is gone when the join ends") {
    test_loop loop;
    scope s{loop.ctx(), "owner"};
    auto held = std::make_shared<int>(7);
    s.spawn("holds", [](context& ctx, std::shared_ptr<int> kept) -> task<> {
        auto slept = co_await core::sleep_for(ctx, 1s);
        CHECK(slept);
        CHECK(*kept == 7);
    }(s.ctx(), held));
    CHECK(held.use_count() == 2);
    CHECK(loop.run(join(s)));
    CHECK(held.use_count() == 1);
}

TEST_CASE("G13: a scope can name who is late") {
    test_loop loop;
    scope s{loop.ctx(), "shard"};
    int ended = 0;
    core::oneshot<int> gate;
    s.spawn("listener", until_cancelled(s.ctx(), ended));
    s.spawn("writer", until_cancelled(s.ctx(), ended));
    s.spawn("stubborn", wait_at(gate, loop.ctx()));  // does not listen to its scope
    CHECK(s.names() == std::vector<std::string>{"shard/listener", "shard/writer", "shard/stubborn"});
    CHECK(s.names(1) == std::vector<std::string>{"shard/listener"});
    s.cancel();
    loop.settle();
    CHECK(s.names() == std::vector<std::string>{"shard/stubborn"});
    CHECK(s.running() == 1);
    gate.set(1);
    loop.settle();
    CHECK(s.names().empty());
}

TEST_CASE("a scope that dies before its tasks is a bug that is told") {
    CHECK(contains(last_words([] {
                       test_loop loop{1};
                       scope s{loop.ctx(), "left"};
                       s.spawn("waits", [](context& ctx) -> task<> {
                           auto slept = co_await core::sleep_for(ctx, 1h);
                           CHECK(slept);
                       }(s.ctx()));
                       loop.settle();
                   }),
                   "must be joined"));
}

TEST_CASE("tasks are spawned and joined in time linear in their number") {
    CHECK(growth(500, [](std::size_t n) {
              test_loop loop{1};
              scope s{loop.ctx(), "crowd"};
              const auto took = timed([&] {
                  for (std::size_t i = 0; i < n; ++i) {
                      s.spawn("one", [](context& ctx) -> task<> {
                          auto slept = co_await core::yield(ctx);
                          CHECK(slept);
                      }(s.ctx()));
                  }
                  CHECK(loop.run(join(s)));
              });
              return took;
          }) < about_linear);
}
