// tests/core/fan.cpp: what core/fan.hpp promises.
// Thread: one.
// Owner: core_tests.
#include "core/fan.hpp"

#include "core/sleep.hpp"
#include "core/stages.hpp"
#include "tests/core/pipeline.hpp"

#include <algorithm>
#include <numeric>
#include <vector>

using namespace core_test;

namespace {

std::vector<int> sorted(std::vector<int> v) {
    std::sort(v.begin(), v.end());
    return v;
}

}  // namespace

TEST_CASE("P7: fan-out to three and fan-in of 1 to 10: each square once") {
    for_seeds(1'000, [](test_loop& loop) {
        CHECK(in_scope(loop, [](context& ctx, scope& s) -> task<> {
            auto workers = core::fan_out(core::from(s, count(1, 10)), 3, core::map([](int n) { return n * n; }));
            CHECK(workers.size() == 3);
            auto all = co_await core::collect(ctx, core::merge(std::move(workers)));
            CHECK(sorted(all.value()) == std::vector{1, 4, 9, 16, 25, 36, 49, 64, 81, 100});
        }));
    });
}

TEST_CASE("P10: merge ends when all inputs have, and keeps the order of each") {
    for_seeds(1'000, [](test_loop& loop) {
        CHECK(in_scope(loop, [](context& ctx, scope& s) -> task<> {
            auto merged = core::merge(core::from(s, {1, 4, 7}), core::from(s, {2, 5, 8}), core::from(s, {3, 6, 9}));
            auto all = co_await core::collect(ctx, std::move(merged));
            REQUIRE(all);
            CHECK(sorted(*all) == std::vector{1, 2, 3, 4, 5, 6, 7, 8, 9});
            for (int first = 1; first <= 3; ++first) {
                const auto at = [&](int n) { return std::find(all->begin(), all->end(), n); };
                CHECK(at(first) < at(first + 3));
                CHECK(at(first + 3) < at(first + 6));
            }
        }));
    });
}

TEST_CASE("P10: merge does not end while one of its inputs has not") {
    test_loop loop;
    CHECK(in_scope(loop, [](context& ctx, scope& s) -> task<> {
        auto [open, to] = core::pipe<int>(s);
        auto merged = core::merge(core::from(s, {1}), std::move(open));
        auto one = co_await merged.receive(ctx);
        CHECK(one.value() == 1);
        {
            core::timed_context soon{ctx, core::duration{1s}};
            auto none = co_await merged.receive(soon);
            CHECK(none.error().code == errc::deadline);
        }
        to.end({errc::closed, {}});
        auto over = co_await merged.receive(ctx);
        CHECK(over.error().code == errc::closed);
    }));
}

TEST_CASE("P10: split sends each item to one side and ends both") {
    for_seeds(1'000, [](test_loop& loop) {
        std::vector<int> even;
        std::vector<int> odd;
        CHECK(in_scope(loop, [&](context&, scope& s) -> task<> {
            auto sides = core::split(core::from(s, count(1, 9)), [](int n) { return n % 2 == 0; });
            read_into(s, std::move(sides[0]), even);
            read_into(s, std::move(sides[1]), odd);
            co_return;
        }));
        CHECK(even == std::vector{2, 4, 6, 8});
        CHECK(odd == std::vector{1, 3, 5, 7, 9});
    });
}

TEST_CASE("P8: a split whose one side is not read any more serves the other, and ends with it") {
    for_seeds(1'000, [](test_loop& loop) {
        CHECK(in_scope(loop, [](context& ctx, scope& s) -> task<> {
            auto sides = core::split(core::from(s, count(1, 1'000'000'000)), [](int n) { return n % 2 == 0; });
            { const auto gone = std::move(sides[0]); }
            for (int n = 1; n <= 9; n += 2) {
                auto got = co_await sides[1].receive(ctx);
                CHECK(got.value() == n);
            }
        }));
        CHECK(loop.running() == 0);
    });
}

TEST_CASE("round robin gives each its turn, and loses nothing where one goes") {
    for_seeds(1'000, [](test_loop& loop) {
        std::vector<std::vector<int>> got(3);
        CHECK(in_scope(loop, [&](context&, scope& s) -> task<> {
            auto outs = core::round_robin(core::from(s, count(0, 29)), 3);
            for (std::size_t i = 0; i < 3; ++i) read_into(s, std::move(outs[i]), got[i]);
            co_return;
        }));
        for (int i = 0; i < 3; ++i) {
            for (int k = 0; k < 10; ++k)
                CHECK(got[static_cast<std::size_t>(i)][static_cast<std::size_t>(k)] == 3 * k + i);
        }
        std::vector<int> all;
        std::vector<int> some;
        CHECK(in_scope(loop, [&](context&, scope& s) -> task<> {
            auto outs = core::round_robin(core::from(s, count(1, 30)), 2);
            read_into(s, std::move(outs[0]), all);
            read_into(s, std::move(outs[1]) | core::take(3), some);
            outs.clear();
            co_return;
        }));
        CHECK(some == std::vector{2, 4, 6});
        // take has let go when it has passed on its third; one that was handed to it by then is lost with it
        CHECK(all.size() + some.size() >= 29);
        CHECK(std::is_sorted(all.begin(), all.end()));
    });
}

TEST_CASE("copy gives each item to all, and goes on where one goes") {
    for_seeds(1'000, [](test_loop& loop) {
        std::vector<std::vector<int>> got(3);
        CHECK(in_scope(loop, [&](context&, scope& s) -> task<> {
            auto outs = core::copy(core::from(s, count(1, 20)), 3);
            read_into(s, std::move(outs[0]), got[0]);
            read_into(s, std::move(outs[1]) | core::take(2), got[1]);
            read_into(s, std::move(outs[2]), got[2]);
            co_return;
        }));
        std::vector<int> all(20);
        std::iota(all.begin(), all.end(), 1);
        CHECK(got[0] == all);
        CHECK(got[1] == std::vector{1, 2});
        CHECK(got[2] == all);
    });
}

TEST_CASE("P8: fans that are cancelled after any item end, whoever still reads") {
    for (int k = 0; k <= 5; ++k) {
        for_seeds(1'000, [k](test_loop& loop) {
            CHECK(in_scope(loop, [k](context& ctx, scope& s) -> task<> {
                auto copies = core::copy(core::from(s, count(1, 1'000'000'000)), 2);
                auto turns = core::round_robin(std::move(copies[0]), 2);
                auto sides = core::split(std::move(copies[1]), [](int n) { return n % 3 == 0; });
                copies.clear();
                auto all =
                    core::merge(std::move(turns[0]), std::move(turns[1]), std::move(sides[0]), std::move(sides[1]));
                for (int i = 0; i < k; ++i) {
                    auto got = co_await all.receive(ctx);
                    CHECK(got);
                }
                s.cancel();
                for (;;) {
                    auto got = co_await all.receive(ctx);
                    if (got) continue;
                    CHECK(got.error().code == errc::cancelled);
                    break;
                }
            }));
        });
    }
}
