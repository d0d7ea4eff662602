// tests/core/resource_pool.cpp: what core/resource_pool.hpp promises.
// Thread: one.
// Owner: core_tests.
#include "core/resource_pool.hpp"

#include "core/scope.hpp"
#include "core/sleep.hpp"
#include "tests/core/support.hpp"

#include <algorithm>
#include <memory>
#include <stdexcept>
#include <vector>

using namespace core_test;
using core::pool_limits;

namespace {

struct connection {
    explicit connection(int& n, int id) : alive(n), number(id) { ++alive; }
    connection(const connection&) = delete;
    connection& operator=(const connection&) = delete;
    ~connection() { --alive; }
    int& alive;
    int number;
    bool healthy = true;
};

using pool = core::resource_pool<connection>;
using lease = pool::lease;

/// A pool of connections that take 10 ms to make, and as long to ask how they are.
struct fixture {
    fixture(test_loop& l, pool_limits keeps)
        : loop(l),
          all(
              l, keeps, [this](context& ctx) { return make(*this, ctx); },
              [](context& ctx, connection& c) { return check(ctx, c); }) {}
    static task<result<std::unique_ptr<connection>>> make(fixture& f, context& ctx) {
        using made = result<std::unique_ptr<connection>>;
        auto slept = co_await core::sleep_for(ctx, 10ms);
        if (!slept) co_return made{tl::unexpected<core::error>(slept.error())};
        if (f.throws) throw std::runtime_error{"no"};
        if (f.down) co_return made{core::fail(errc::unavailable)};
        f.most = std::max(f.most, f.alive + 1);
        co_return made{std::make_unique<connection>(f.alive, ++f.made)};
    }
    static task<bool> check(context& ctx, connection& c) {
        auto slept = co_await core::sleep_for(ctx, 10ms);
        co_return slept&& c.healthy;
    }
    static task<result<lease>> ask(pool& from, context& ctx, const char* who) {
        auto got = co_await from.acquire(ctx, who);
        co_return got;
    }
    lease acquire(const char* who = "test") { return std::move(*loop.run(ask(all, loop.ctx(), who))); }

    test_loop& loop;
    int alive = 0;
    int most = 0;
    int made = 0;
    bool down = false;
    bool throws = false;
    pool all;
};

pool_limits limits(std::size_t most, std::size_t idle_least = 0, core::duration idle = 1min,
                   core::duration age = core::duration::max()) {
    pool_limits l;
    l.most = most;
    l.idle_least = idle_least;
    l.idle = idle;
    l.age = age;
    return l;
}

}  // namespace

TEST_CASE("R7: never more than the limit are lent or alive, and all who ask are served") {
    for_seeds(1'000, [](test_loop& loop) {
        fixture f{loop, limits(3)};
        int lent = 0;
        int served = 0;
        for (int i = 0; i < 30; ++i) {
            loop.spawn("asks", [](fixture& of, int& now, int& total) -> task<> {
                auto mine = co_await of.all.acquire(of.loop.ctx(), "asks");
                REQUIRE(mine);
                CHECK(++now <= 3);
                auto slept =
                    co_await core::sleep_for(of.loop.ctx(), std::chrono::milliseconds{of.loop.random()() % 20});
                CHECK(slept);
                if (of.loop.random()() % 8 == 0) mine->discard();
                --now;
                ++total;
            }(f, lent, served));
        }
        loop.advance(10s);
        CHECK(served == 30);
        CHECK(f.most == 3);
        CHECK(f.all.counts().lent == 0);
        CHECK(f.all.counts().made == static_cast<std::uint64_t>(f.made));
    });
}

TEST_CASE("R7: first come, first served") {
    for_seeds(1'000, [](test_loop& loop) {
        fixture f{loop, limits(1)};
        auto held = f.acquire();
        std::vector<int> order;
        for (int i = 0; i < 10; ++i) {
            loop.spawn("asks", [](fixture& of, int me, std::vector<int>& turns) -> task<> {
                auto mine = co_await of.all.acquire(of.loop.ctx(), "asks");
                CHECK(mine);
                turns.push_back(me);
            }(f, i, order));
            loop.settle();
        }
        held.reset();
        loop.advance(10s);
        CHECK(order.size() == 10);
        CHECK(std::is_sorted(order.begin(), order.end()));
        CHECK(f.made == 1);
    });
}

TEST_CASE("R7: an acquire whose deadline passes or that is cancelled takes nothing") {
    for_seeds(1'000, [](test_loop& loop) {
        fixture f{loop, limits(2)};
        auto one = f.acquire();
        auto two = f.acquire();
        auto late = loop.spawn("late", [](fixture& of) -> task<result<lease>> {
            core::timed_context soon{of.loop.ctx(), core::duration{1s}};
            auto mine = co_await of.all.acquire(soon, "late");
            co_return mine;
        }(f));
        context asking{loop.ctx()};
        auto cancelled = loop.spawn("cancelled", fixture::ask(f.all, asking, "cancelled"));
        loop.advance(1s);
        CHECK(late.get().error().code == errc::deadline);
        const bool cancel_first = loop.random()() % 2 == 0;
        if (cancel_first) asking.cancel();
        one.reset();
        if (!cancel_first) asking.cancel();
        loop.advance(1s);
        CHECK_FALSE(cancelled.get());  // also where it had the place: its check could not be made
        two.reset();
        CHECK(f.all.counts().gave_up == (cancel_first ? 2U : 1U));
        auto again = f.acquire();
        auto both = f.acquire();
        CHECK(f.alive == 2);
    });
}

TEST_CASE("R7: what can't be made is told to who asked and takes no place") {
    test_loop loop;
    fixture f{loop, limits(1)};
    f.down = true;
    CHECK(loop.run(fixture::ask(f.all, loop.ctx(), "asks")).error().code == errc::unavailable);
    f.down = false;
    f.throws = true;
    const auto throwing = loop.run([](fixture& of) -> task<bool> {
        try {
            auto mine = co_await of.all.acquire(of.loop.ctx(), "asks");
            co_return mine.has_value();
        } catch (const std::runtime_error&) {
            co_return true;
        }
    }(f));
    CHECK(throwing);
    f.throws = false;
    CHECK(f.acquire());
    CHECK(f.all.counts().failed == 1);
    CHECK(f.all.counts().made == 1);
}

TEST_CASE("R8: one that fails its check or died in use is dropped and replaced") {
    test_loop loop;
    fixture f{loop, limits(2)};
    auto mine = f.acquire();
    CHECK(mine->number == 1);
    mine->healthy = false;
    mine.reset();
    CHECK(f.alive == 1);  // nobody has asked yet
    mine = f.acquire();
    CHECK(mine->number == 2);
    CHECK(f.alive == 1);
    CHECK(f.all.counts().unhealthy == 1);
    mine.discard();
    mine.reset();
    CHECK(f.alive == 0);
    CHECK(f.all.counts().unhealthy == 2);
    CHECK(f.acquire()->number == 3);
}

TEST_CASE("R8: the one that was used last is lent first, and idle ones go down to the least that is kept") {
    test_loop loop;
    fixture f{loop, limits(4, 1, 1min)};
    std::vector<lease> all;
    for (int i = 0; i < 4; ++i) all.push_back(f.acquire());
    for (lease& l : all) {  // 1, 2, 3, 4 come back, a second apart
        l.reset();
        loop.advance(1s);
    }
    CHECK(f.all.counts().idle == 4);
    CHECK(f.acquire()->number == 4);  // and is back at once
    loop.advance(56s - 10ms - 1ns);
    CHECK(f.all.counts().idle == 4);
    loop.advance(1ns);
    CHECK(f.all.counts().idle == 3);
    loop.advance(1h);
    CHECK(f.all.counts().idle == 1);
    CHECK(f.all.counts().rested == 3);
    CHECK(loop.timers() == 0);
    CHECK(f.acquire()->number == 4);
    CHECK(f.made == 4);
}

TEST_CASE("R8: one that is too old is not lent again") {
    test_loop loop;
    fixture f{loop, limits(2, 2, 1h, 10min)};
    { const auto used = f.acquire(); }
    loop.advance(9min);
    CHECK(f.acquire()->number == 1);
    loop.advance(2min);
    auto mine = f.acquire();
    CHECK(mine->number == 2);
    CHECK(f.alive == 1);
    loop.advance(11min);
    mine.reset();  // too old by now
    CHECK(f.alive == 0);
    CHECK(f.all.counts().aged == 2);
}

TEST_CASE("R9: close waits for those that are lent, and lends no more") {
    test_loop loop;
    fixture f{loop, limits(2)};
    { const auto idle = f.acquire(); }
    auto mine = f.acquire();
    auto second = f.acquire();
    second.reset();
    auto in_line = loop.spawn("holds", fixture::ask(f.all, loop.ctx(), "holds"));
    loop.advance(1s);
    REQUIRE(in_line.done());
    auto waits = loop.spawn("waits", fixture::ask(f.all, loop.ctx(), "waits"));
    loop.settle();
    auto closed = loop.spawn("closes", [](pool& of, context& ctx) -> task<result<>> {
        auto over = co_await of.close(ctx);
        co_return over;
    }(f.all, loop.ctx()));
    loop.settle();
    CHECK_FALSE(closed.done());
    CHECK(loop.run(fixture::ask(f.all, loop.ctx(), "late")).error().code == errc::closed);
    mine.reset();
    loop.settle();
    CHECK(waits.get().error().code == errc::closed);
    CHECK_FALSE(closed.done());
    in_line.get()->reset();
    loop.settle();
    CHECK(closed.get());
    CHECK(f.alive == 0);
    CHECK(loop.timers() == 0);
}

TEST_CASE("R9: a close that does not wait for ever says who still has one") {
    test_loop loop;
    fixture f{loop, limits(3)};
    auto one = f.acquire("the store");
    auto two = f.acquire("a job");
    auto over = loop.run([](pool& of, context& ctx) -> task<result<>> {
        core::timed_context soon{ctx, core::duration{5s}};
        auto closed = co_await of.close(soon);
        co_return closed;
    }(f.all, loop.ctx()));
    CHECK(over.error().code == errc::deadline);
    CHECK(over.error().detail == "lent to the store, a job");
}

TEST_CASE("R9: a lease that outlives its pool is told with its holder") {
    const auto words = last_words([] {
        test_loop loop{1};
        lease kept;
        fixture f{loop, limits(1)};
        kept = f.acquire("a leak");
    });
    CHECK(contains(words, "lent to a leak"));
    CHECK(contains(words, "a lease outlives"));
}
