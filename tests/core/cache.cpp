// tests/core/cache.cpp: what core/cache.hpp promises.
// Thread: one.
// Owner: core_tests.
#include "core/cache.hpp"

#include "core/sleep.hpp"
#include "tests/core/support.hpp"

#include <stdexcept>
#include <string>
#include <vector>

using namespace core_test;
using core::cache_limits;
using core::scope;

namespace {

using pages = core::cache<std::string, int>;

cache_limits limits(std::size_t most, core::duration fresh, core::duration error_fresh = 0s) {
    cache_limits l;
    l.most = most;
    l.fresh = fresh;
    l.error_fresh = error_fresh;
    return l;
}

/// A cache over a store that takes a second to answer with the number of the question.
struct fixture {
    fixture(test_loop& l, cache_limits keeps)
        : loop(l),
          s(l.ctx(), "loads"),
          all(s, keeps, [this](context& ctx, std::string key) { return load(*this, ctx, std::move(key)); }) {}
    ~fixture() {
        loop.run([](scope& of) -> task<> {
            auto joined = co_await of.join();
            CHECK(joined);
        }(s));
    }
    static task<result<int>> load(fixture& f, context& ctx, std::string key) {
        const int number = ++f.loads;
        auto slept = co_await core::sleep_for(ctx, key == "slow" ? core::duration{1h} : core::duration{1s});
        if (!slept) co_return result<int>{tl::unexpected<core::error>(slept.error())};
        if (f.throws) throw std::runtime_error{"no"};
        if (f.fails) co_return result<int>{core::fail(errc::unavailable)};
        co_return result<int>{number};
    }
    result<int> get(std::string key) { return loop.run(ask(all, loop.ctx(), std::move(key))); }
    static task<result<int>> ask(pages& from, context& ctx, std::string key) {
        auto got = co_await from.get(ctx, std::move(key));
        co_return got;
    }

    test_loop& loop;
    int loads = 0;
    bool fails = false;
    bool throws = false;
    scope s;
    pages all;
};

}  // namespace

TEST_CASE("R10: hits, misses and expired ones are counted, and what is too old is never given") {
    test_loop loop;
    fixture f{loop, limits(10, 1min)};
    CHECK(f.get("a").value() == 1);
    CHECK(f.all.counts().misses == 1);
    loop.advance(1min - 1ns);
    CHECK(f.get("a").value() == 1);
    CHECK(f.all.counts().hits == 1);
    CHECK(f.all.counts().expired == 0);
    loop.advance(1ns);
    CHECK(f.all.size() == 1);  // nobody has swept
    CHECK(loop.timers() == 0);
    CHECK(f.all.find("a") == nullptr);
    CHECK(f.all.counts().expired == 1);
    CHECK(f.all.size() == 0);
    CHECK(f.get("a").value() == 2);
    CHECK(*f.all.find("a") == 2);
    CHECK(f.all.counts().hits == 2);
    CHECK(f.all.counts().misses == 3);
    CHECK(f.all.counts().loads == 2);
}

TEST_CASE("R11: it keeps no more than its bound, and what was not used for the longest goes first") {
    test_loop loop;
    fixture f{loop, limits(3, 1h)};
    for (const char* key : {"a", "b", "c"}) CHECK(f.get(key));
    CHECK(f.all.find("a") != nullptr);  // used again: b is the oldest now
    for (const char* key : {"d", "e"}) CHECK(f.get(key));
    CHECK(f.all.size() == 3);
    CHECK(f.all.counts().evicted == 2);
    CHECK(f.all.find("b") == nullptr);
    CHECK(f.all.find("c") == nullptr);
    for (const char* key : {"a", "d", "e"}) CHECK(f.all.find(key) != nullptr);
}

TEST_CASE("R12: a load on a miss runs once for a key at the same time") {
    for_seeds(1'000, [](test_loop& loop) {
        fixture f{loop, limits(10, 1min)};
        std::vector<test_loop::spawned<result<int>>> asking;
        for (int i = 0; i < 10; ++i) asking.push_back(loop.spawn("asks", fixture::ask(f.all, loop.ctx(), "a")));
        loop.advance(1s);
        CHECK(f.loads == 1);
        for (auto& a : asking) CHECK(a.get().value() == 1);
        CHECK(f.all.counts().misses == 10);
        CHECK(f.get("a").value() == 1);
    });
}

TEST_CASE("R12: an error isn't kept unless that is asked for, nor is an exception or a cancellation ever") {
    test_loop loop;
    SUBCASE("not asked for") {
        fixture f{loop, limits(10, 1min)};
        f.fails = true;
        CHECK(f.get("a").error().code == errc::unavailable);
        f.fails = false;
        CHECK(f.get("a").value() == 2);
    }
    SUBCASE("asked for") {
        fixture f{loop, limits(10, 1min, 5s)};
        f.fails = true;
        CHECK(f.get("a").error().code == errc::unavailable);
        f.fails = false;
        loop.advance(5s - 1ns);
        CHECK(f.get("a").error().code == errc::unavailable);
        CHECK(f.all.find("a") == nullptr);
        CHECK(f.loads == 1);
        loop.advance(1ns);
        CHECK(f.get("a").value() == 2);
        f.throws = true;
        CHECK(f.get("b").error().code == errc::failed);
        f.throws = false;
        CHECK(f.get("b").value() == 4);
        context asking{loop.ctx()};
        auto leaves = loop.spawn("leaves", fixture::ask(f.all, asking, "c"));
        loop.settle();
        asking.cancel();
        loop.settle();
        CHECK(leaves.get().error().code == errc::cancelled);
        CHECK(f.get("c").value() == 6);
    }
}

TEST_CASE("R13: reads of other keys go on while one loads") {
    test_loop loop;
    fixture f{loop, limits(10, 10h)};
    CHECK(f.get("a").value() == 1);
    auto slow = loop.spawn("slow", fixture::ask(f.all, loop.ctx(), "slow"));
    loop.settle();
    const auto start = loop.now();
    CHECK(f.get("a").value() == 1);
    CHECK(loop.now() == start);
    CHECK(f.get("b").value() == 3);
    CHECK(loop.now() == start + 1s);
    CHECK_FALSE(slow.done());
    loop.advance(1h);
    CHECK(slow.get().value() == 2);
}

TEST_CASE("a value that is put or erased while it loads is not overwritten by what the load found before") {
    test_loop loop;
    fixture f{loop, limits(10, 1min)};
    auto asks = loop.spawn("asks", fixture::ask(f.all, loop.ctx(), "a"));
    loop.advance(500ms);
    SUBCASE("put") {
        f.all.put("a", 100);
        loop.advance(500ms);
        CHECK(asks.get().value() == 1);
        CHECK(*f.all.find("a") == 100);
    }
    SUBCASE("erased") {
        f.all.erase("a");
        auto anew = loop.spawn("anew", fixture::ask(f.all, loop.ctx(), "a"));
        loop.advance(500ms);
        CHECK(asks.get().value() == 1);
        CHECK(f.all.find("a") == nullptr);
        loop.advance(500ms);
        CHECK(anew.get().value() == 2);
        CHECK(*f.all.find("a") == 2);
    }
    SUBCASE("erased with all of its kind") {
        f.all.put("aa", 5);
        f.all.put("b", 6);
        f.all.erase_if([](const std::string& key) { return key.starts_with("a"); });
        loop.advance(500ms);
        CHECK(asks.get().value() == 1);
        CHECK(f.all.find("a") == nullptr);
        CHECK(f.all.find("aa") == nullptr);
        CHECK(*f.all.find("b") == 6);
    }
    SUBCASE("cleared") {
        f.all.clear();
        loop.advance(500ms);
        CHECK(asks.get().value() == 1);
        CHECK(f.all.size() == 0);
    }
}
