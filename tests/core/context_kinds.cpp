// tests/core/context_kinds.cpp: contexts with values, causes of deadlines, several parents, and what runs after them.
// Thread: one.
// Owner: core_tests.
#include "core/after_func.hpp"
#include "core/channel.hpp"
#include "core/context_value.hpp"
#include "core/merged_context.hpp"
#include "core/sleep.hpp"
#include "tests/core/support.hpp"

#include <memory>
#include <string>
#include <vector>

using namespace core_test;
using core::after_func;
using core::detached_context;
using core::merged_context;
using core::timed_context;
using core::value;
using core::value_context;

namespace {

struct user {
    using type = std::string;
};
struct other_user {
    using type = std::string;
};

const core::error broken{errc::unavailable, "it broke"};

task<> set(bool& flag) {
    flag = true;
    co_return;
}

}  // namespace

TEST_CASE("X1: a root has no deadline, and X7: a deadline is the earliest of those above") {
    test_loop loop;
    const auto at = [&](core::duration d) { return loop.now() + d; };
    CHECK(loop.ctx().deadline() == core::time_point::max());
    timed_context outer{loop.ctx(), 5s};
    CHECK(outer.deadline() == at(5s));
    const timed_context earlier{outer, 3s};
    const timed_context later{outer, 8s};
    const context plain{outer};
    CHECK(earlier.deadline() == at(3s));
    CHECK(later.deadline() == at(5s));
    CHECK(plain.deadline() == at(5s));
    CHECK(loop.timers() == 2);  // the later one needs none
}

TEST_CASE("a time that is for ever is no deadline and no end of a sleep") {
    test_loop loop;
    timed_context never{loop.ctx(), core::duration::max()};
    CHECK(never.deadline() == core::time_point::max());
    auto sleeps = loop.spawn("sleeps", [](context& ctx) -> task<result<>> {
        auto slept = co_await core::sleep_for(ctx, core::duration::max());
        co_return slept;
    }(never));
    loop.advance(24h * 365);
    CHECK_FALSE(never.done());
    CHECK_FALSE(sleeps.done());
    CHECK(loop.timers() == 0);
    never.cancel();
    loop.settle();
    CHECK(sleeps.get().error().code == errc::cancelled);
}

TEST_CASE("X2: a context tells how it ended and by what cause") {
    test_loop loop;
    context plain{loop.ctx()};
    plain.cancel();
    CHECK(plain.ended_by() == errc::cancelled);
    CHECK(plain.why().code == errc::cancelled);
    context with_cause{loop.ctx()};
    with_cause.cancel(broken);
    CHECK(with_cause.ended_by() == errc::cancelled);
    CHECK(with_cause.why().detail == "it broke");
}

TEST_CASE("X12: a deadline may have a cause of its own") {
    test_loop loop;
    timed_context timed{loop.ctx(), loop.now() + 5s, {errc::unavailable, "the store is slow"}};
    context below{timed};
    SUBCASE("which is told when it passes") {
        loop.advance(5s);
        CHECK(timed.ended_by() == errc::deadline);
        CHECK(below.ended_by() == errc::deadline);
        CHECK(below.why().code == errc::unavailable);
        CHECK(below.why().detail == "the store is slow");
    }
    SUBCASE("but not where it was cancelled before") {
        timed.cancel();
        CHECK(timed.ended_by() == errc::cancelled);
        CHECK(below.why().code == errc::cancelled);
    }
}

TEST_CASE("X14: the nearest holder of a value counts, and keys of two libraries are two") {
    test_loop loop;
    CHECK(value<user>(loop.ctx()) == nullptr);
    value_context<user> top{loop.ctx(), "ana"};
    context between{top};
    value_context<other_user> beside{between, "bob"};
    value_context<user> bottom{beside, "eva"};
    const context below{bottom};
    CHECK(*value<user>(between) == "ana");
    CHECK(*value<user>(beside) == "ana");
    CHECK(*value<user>(below) == "eva");
    CHECK(*value<other_user>(below) == "bob");
    CHECK(value<other_user>(between) == nullptr);
}

TEST_CASE("X15: values don't stop a cancellation, nor the other way round") {
    test_loop loop;
    context top{loop.ctx()};
    value_context<user> middle{top, "ana"};
    timed_context bottom{middle, 5s};
    top.cancel(broken);
    CHECK(bottom.done());
    CHECK(bottom.why() == broken);
    CHECK(*value<user>(bottom) == "ana");
    CHECK(loop.timers() == 0);
}

TEST_CASE("X16: a detached context keeps the values and nothing else") {
    test_loop loop;
    timed_context timed{loop.ctx(), 5s};
    value_context<user> holder{timed, "ana"};
    detached_context apart{holder};
    holder.cancel();
    const detached_context late{holder};
    loop.advance(10s);
    for (const context* c : {static_cast<const context*>(&apart), static_cast<const context*>(&late)}) {
        CHECK_FALSE(c->done());
        CHECK(*value<user>(*c) == "ana");
    }
    const context below{apart};
    apart.cancel();
    CHECK(below.done());
}

TEST_CASE("X16: a detached context has no deadline") {
    test_loop loop;
    timed_context timed{loop.ctx(), 5s};
    const detached_context apart{timed};
    CHECK(apart.deadline() == core::time_point::max());
}

TEST_CASE("X17: what runs after a context runs once and on its own") {
    for_seeds(1000, [](test_loop& loop) {
        context ctx{loop.ctx()};
        core::scope s{loop.ctx(), "after"};
        core::channel<int> gate{0};
        int ran = 0;
        const after_func f{ctx, s, "waits", [](core::channel<int>& from, context& on, int& count) -> task<> {
                               auto got = co_await from.receive(on);  // for what comes after cancel() has returned
                               count += got.value_or(0);
                           }(gate, s.ctx(), ran)};
        loop.settle();
        CHECK(ran == 0);
        const bool by_deadline = loop.random()() % 2 == 0;
        std::unique_ptr<timed_context> timed;
        ctx.cancel();
        ctx.cancel();
        CHECK(ran == 0);
        auto sent = loop.spawn("sends", [](core::channel<int>& to, context& on) -> task<result<>> {
            auto done = co_await to.send(on, 1);
            co_return done;
        }(gate, loop.ctx()));
        loop.settle();
        CHECK(sent.get());
        CHECK(ran == 1);
        if (by_deadline) {
            bool flag = false;
            timed = std::make_unique<timed_context>(loop.ctx(), 5s);
            const after_func late{*timed, s, "late", set(flag)};
            loop.advance(5s);
            CHECK(flag);
        }
        loop.settle();
        loop.run([](core::scope& all) -> task<> { co_await all.join(); }(s));
    });
}

TEST_CASE("X18: on a context that has ended it runs at once but not inside the call") {
    test_loop loop;
    context ctx{loop.ctx()};
    ctx.cancel();
    core::scope s{loop.ctx(), "after"};
    bool ran = false;
    after_func f{ctx, s, "sets", set(ran)};
    CHECK_FALSE(ran);
    CHECK_FALSE(f.stop());
    loop.settle();
    CHECK(ran);
    loop.run([](core::scope& all) -> task<> { co_await all.join(); }(s));
}

TEST_CASE("X19, X20: stop keeps it from running, and says whether it did") {
    test_loop loop;
    context ctx{loop.ctx()};
    core::scope s{loop.ctx(), "after"};
    bool ran = false;
    after_func f{ctx, s, "sets", set(ran)};
    const auto waits = [&] {
        std::size_t n = 0;
        ctx.each_wait([&](core::stop_hook&) { ++n; });
        return n;
    };
    CHECK(waits() == 1);
    SUBCASE("before the end") {
        CHECK(f.stop());
        CHECK(waits() == 0);
        CHECK_FALSE(f.stop());
        ctx.cancel();
        loop.settle();
        CHECK_FALSE(ran);
    }
    SUBCASE("after the end, before it ran") {
        ctx.cancel();
        CHECK_FALSE(f.stop());
        loop.settle();
        CHECK(ran);
    }
    SUBCASE("after it ran") {
        ctx.cancel();
        loop.settle();
        CHECK_FALSE(f.stop());
        CHECK(ran);
    }
    SUBCASE("by dying") {
        {
            bool never = false;
            const after_func dies{ctx, s, "dies", set(never)};
            CHECK(waits() == 2);
        }
        CHECK(waits() == 1);
        ctx.cancel();
    }
    loop.settle();
    loop.run([](core::scope& all) -> task<> { co_await all.join(); }(s));
}

TEST_CASE("X21: contexts that cancel each other after their ends don't go round for ever") {
    for_seeds(1000, [](test_loop& loop) {
        context parent{loop.ctx()};
        context child{parent};
        core::scope s{loop.ctx(), "after"};
        const auto cancels = [](context& c) -> task<> {
            c.cancel();
            co_return;
        };
        const after_func one{parent, s, "one", cancels(child)};
        const after_func two{child, s, "two", cancels(parent)};
        loop.random()() % 2 == 0 ? parent.cancel() : child.cancel();
        loop.settle();
        CHECK(parent.done());
        CHECK(child.done());
        loop.run([](core::scope& all) -> task<> { co_await all.join(); }(s));
    });
}

TEST_CASE("X22: in layers of all kinds cancelling one ends exactly what is below it") {
    for_seeds(1000, [](test_loop& loop) {
        std::vector<std::shared_ptr<context>> all;  // which know how to destroy each kind
        std::vector<std::size_t> parent{0};
        all.push_back(std::make_shared<context>(loop.ctx()));
        const std::size_t layers = 30 + loop.random()() % 170;
        for (std::size_t i = 1; i < layers; ++i) {
            parent.push_back(i - 1 - loop.random()() % std::min<std::size_t>(i, 3));
            context& above = *all[parent[i]];
            switch (loop.random()() % 3) {
                case 0: all.push_back(std::make_shared<context>(above)); break;
                case 1: all.push_back(std::make_shared<value_context<user>>(above, std::to_string(i))); break;
                default: all.push_back(std::make_shared<timed_context>(above, std::chrono::seconds{1 + i}));
            }
        }
        const std::size_t cut = loop.random()() % all.size();
        all[cut]->cancel(broken);
        std::vector<bool> below(all.size());
        for (std::size_t i = 0; i < all.size(); ++i) {
            below[i] = i == cut || (i > cut && below[parent[i]]);
            CHECK(all[i]->done() == below[i]);
            if (below[i]) CHECK(all[i]->why() == broken);
        }
        while (!all.empty()) all.pop_back();
        CHECK(loop.timers() == 0);
    });
}

TEST_CASE("X25: a merged context ends with the first of its parents and has its cause") {
    test_loop loop;
    context a{loop.ctx()};
    context b{loop.ctx()};
    timed_context c{loop.ctx(), 5s};
    merged_context both{a, b, c};
    const context below{both};
    SUBCASE("the first") {
        a.cancel(broken);
        b.cancel();
        CHECK(below.why() == broken);
    }
    SUBCASE("another") {
        b.cancel(broken);
        a.cancel();
        CHECK(below.why() == broken);
        CHECK(below.why().detail == "it broke");
    }
    SUBCASE("a deadline") {
        loop.advance(5s);
        CHECK(below.ended_by() == errc::deadline);
        CHECK_FALSE(a.done());
    }
    SUBCASE("one that has ended before") {
        b.cancel(broken);
        const merged_context late{a, b};
        CHECK(late.why() == broken);
    }
    SUBCASE("its own end touches none of them") {
        both.cancel();
        CHECK_FALSE(a.done());
        CHECK_FALSE(b.done());
        CHECK_FALSE(c.done());
    }
}

TEST_CASE("a chain of a million contexts is cancelled without using up the stack") {
    test_loop loop;
    std::vector<std::unique_ptr<context>> chain;
    chain.push_back(std::make_unique<context>(loop.ctx()));
    for (int i = 0; i < 1'000'000; ++i) chain.push_back(std::make_unique<context>(*chain.back()));
    chain.front()->cancel();
    CHECK(chain.back()->done());
    while (!chain.empty()) chain.pop_back();
}
