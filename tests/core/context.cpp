// tests/core/context.cpp: what core/context.hpp promises.
// Thread: one.
// Owner: core_tests.
#include "core/context.hpp"

#include "core/channel.hpp"
#include "core/sleep.hpp"
#include "tests/core/support.hpp"

#include <deque>
#include <numeric>

using namespace core_test;
using core::timed_context;

namespace {

const core::error broken{errc::failed, "it broke"};

}  // namespace

TEST_CASE("X1, X2: a root is not done until it is cancelled and then says why") {
    test_loop loop;
    context root{loop};
    CHECK_FALSE(root.done());
    CHECK(&root.on() == &loop);

    SUBCASE("without a cause: cancelled") {
        root.cancel();
        REQUIRE(root.done());
        CHECK(root.why().code == errc::cancelled);
        CHECK(root.why().detail.empty());
    }
    SUBCASE("with a cause: that one, and the first stays") {
        root.cancel(broken);
        root.cancel();
        root.cancel({errc::closed, "later"});
        CHECK(root.why() == broken);
        CHECK(root.why().detail == "it broke");
    }
}

TEST_CASE("X3: cancelling reaches all below before it returns and nobody above or beside") {
    test_loop loop;
    context root{loop};
    context beside{root};
    context middle{root};
    context left{middle};
    context right{middle};
    context deep{left};
    middle.cancel(broken);
    for (const context* c : {&middle, &left, &right, &deep}) {
        REQUIRE(c->done());
        CHECK(c->why().detail == "it broke");
    }
    CHECK_FALSE(root.done());
    CHECK_FALSE(beside.done());
}

TEST_CASE("X5, X11: of parent and child the one that ends first gives its cause") {
    test_loop loop;
    context parent{loop};
    context child{parent};

    SUBCASE("the parent: the child has the parent's, whatever is said to it later") {
        parent.cancel(broken);
        child.cancel({errc::closed, "own"});
        CHECK(child.why() == broken);
    }
    SUBCASE("the child: it keeps its own") {
        child.cancel({errc::closed, "own"});
        parent.cancel(broken);
        CHECK(child.why().code == errc::closed);
        CHECK(parent.why() == broken);
    }
    SUBCASE("a child of an ended parent is born ended") {
        parent.cancel(broken);
        const context late{parent};
        REQUIRE(late.done());
        CHECK(late.why().detail == "it broke");
    }
}

TEST_CASE("X4: a hundred contexts cancelled by tasks in any order are all done") {
    for_seeds(1000, [](test_loop& loop) {
        std::deque<context> all;
        all.emplace_back(loop.ctx());
        for (std::size_t i = 1; i < 100; ++i) all.emplace_back(all[loop.random()() % all.size()]);
        for (context& c : all) {
            auto cancel = [](context& on, context& ch) -> task<> {
                auto slept = co_await core::yield(on);
                ch.cancel();
                CHECK(slept);
            };
            loop.spawn("one", cancel(loop.ctx(), c));
            loop.spawn("two", cancel(loop.ctx(), c));
        }
        loop.settle();
        CHECK(std::all_of(all.begin(), all.end(), [](const context& c) { return c.done(); }));
        while (!all.empty()) all.pop_back();  // children before their parents
    });
}

TEST_CASE("X22: cancelling one node of a random tree ends exactly what is below it") {
    for_seeds(1000, [](test_loop& loop) {
        std::deque<context> all;
        std::vector<std::size_t> parent{0};
        all.emplace_back(loop.ctx());
        for (std::size_t i = 1; i < 30 + loop.random()() % 170; ++i) {
            parent.push_back(loop.random()() % i);
            all.emplace_back(all[parent[i]]);
        }
        const std::size_t cut = loop.random()() % all.size();
        all[cut].cancel(broken);
        std::vector<bool> below(all.size());
        for (std::size_t i = 0; i < all.size(); ++i) {
            below[i] = i == cut || (i > cut && below[parent[i]]);
            CHECK(all[i].done() == below[i]);
        }
        while (!all.empty()) all.pop_back();
    });
}

TEST_CASE("X9: a deadline ends its context exactly then with an error of its own") {
    test_loop loop;
    timed_context timed{loop.ctx(), 5s};
    context below{timed};
    CHECK(loop.timers() == 1);
    loop.advance(5s - 1ns);
    CHECK_FALSE(timed.done());
    loop.advance(1ns);
    REQUIRE(timed.done());
    CHECK(timed.why().code == errc::deadline);
    CHECK(below.why().code == errc::deadline);
    CHECK_FALSE(loop.ctx().done());
    CHECK(loop.timers() == 0);
    timed.cancel();
    CHECK(timed.why().code == errc::deadline);
}

TEST_CASE("X7, X8: a deadline only shortens") {
    test_loop loop;
    SUBCASE("an earlier one below a later one ends the child alone") {
        timed_context parent{loop.ctx(), 10s};
        timed_context child{parent, 5s};
        loop.advance(5s);
        CHECK(child.done());
        CHECK_FALSE(parent.done());
    }
    SUBCASE("a later one below an earlier one changes nothing") {
        timed_context parent{loop.ctx(), 5s};
        timed_context child{parent, 10s};
        loop.advance(5s);
        REQUIRE(child.done());
        CHECK(child.why().code == errc::deadline);
        CHECK(loop.timers() == 0);
    }
    SUBCASE("two at the same time end both") {
        timed_context parent{loop.ctx(), 5s};
        timed_context child{parent, 5s};
        loop.advance(5s);
        CHECK(parent.done());
        CHECK(child.done());
    }
    SUBCASE("one that has passed is born done") {
        const timed_context past{loop.ctx(), loop.now() - 1s};
        const timed_context present{loop.ctx(), 0s};
        REQUIRE(past.done());
        REQUIRE(present.done());
        CHECK(past.why().code == errc::deadline);
        CHECK(loop.timers() == 0);
    }
}

TEST_CASE("X10: a context that ends before its deadline leaves no timer from that moment on") {
    test_loop loop;
    context parent{loop.ctx()};
    timed_context timed{parent, 5s};
    CHECK(loop.timers() == 1);
    SUBCASE("by its own cancellation") {
        timed.cancel();
    }
    SUBCASE("by its parent's") {
        parent.cancel();
    }
    CHECK(loop.timers() == 0);
    CHECK(timed.why().code == errc::cancelled);
    loop.advance(10s);
    CHECK(timed.why().code == errc::cancelled);
}

TEST_CASE("X24: a context that dies before its deadline leaves no timer") {
    test_loop loop;
    { const timed_context timed{loop.ctx(), 5s}; }
    CHECK(loop.timers() == 0);
    context ended{loop.ctx()};
    ended.cancel();
    const timed_context born_done{ended, 5s};
    CHECK(loop.timers() == 0);
}

TEST_CASE("X6: a million contexts that come and go under one root leave nothing") {
    test_loop loop;
    context root{loop};
    const auto come_and_go = [&](int times) {
        for (int i = 0; i < times; ++i) {
            context child{root};
            timed_context timed{child, 1h};
            if (i % 2 == 0) child.cancel();
        }
    };
    come_and_go(1000);  // what is kept for reuse is there by now
    const std::size_t before = heap_bytes();
    come_and_go(1'000'000);
    CHECK(heap_bytes() <= before + 1024);
    CHECK(loop.timers() == 0);
}

TEST_CASE("X23: children are cancelled in time linear in their number") {
    CHECK(growth(500, [](std::size_t n) {
              test_loop loop{1};
              context root{loop};
              std::deque<context> children;
              for (std::size_t i = 0; i < n; ++i) children.emplace_back(root);
              const auto took = timed([&] { root.cancel(); });
              CHECK(children.back().done());
              return took;
          }) < about_linear);
}

TEST_CASE("waiting tasks are cancelled in time linear in their number") {
    CHECK(growth(500, [](std::size_t n) {
              test_loop loop{1};
              core::channel<int> never{0};
              context root{loop.ctx()};
              std::size_t ended = 0;
              for (std::size_t i = 0; i < n; ++i) {
                  loop.spawn("waits", [](core::channel<int>& c, context& ctx, std::size_t& count) -> task<> {
                      auto got = co_await c.receive(ctx);
                      count += got ? 0 : 1;
                  }(never, root, ended));
              }
              loop.settle();
              CHECK(ended == 0);
              const auto took = timed([&] {
                  root.cancel();
                  loop.settle();
              });
              CHECK(ended == n);
              return took;
          }) < about_linear);
}

TEST_CASE("a context that dies before its children is a bug that is told") {
    CHECK(contains(last_words([] {
                       test_loop loop{1};
                       auto parent = std::make_unique<context>(loop);
                       const context child{*parent};
                       parent.reset();
                   }),
                   "children_.empty()"));
}
