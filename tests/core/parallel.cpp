// tests/core/parallel.cpp: what core/parallel.hpp promises.
// Thread: one.
// Owner: core_tests.
#include "core/parallel.hpp"

#include "core/sleep.hpp"
#include "core/stages.hpp"
#include "tests/core/pipeline.hpp"

#include <algorithm>
#include <numeric>
#include <stdexcept>
#include <vector>

using namespace core_test;

namespace {

/// Squares after a random while, and counts how many do so at once.
struct slow_square {
    test_loop* loop;
    int* now;
    int* most;

    task<int> operator()(context& ctx, int n) const { return run(ctx, n, *loop, *now, *most); }

    static task<int> run(context& ctx, int n, test_loop& l, int& under_way, int& top) {
        top = std::max(top, ++under_way);
        auto slept = co_await core::sleep_for(ctx, std::chrono::milliseconds{l.random()() % 50});
        --under_way;
        co_return slept ? n* n : -1;
    }
};

std::vector<int> squares(int last) {
    std::vector<int> all(static_cast<std::size_t>(last));
    std::iota(all.begin(), all.end(), 1);
    for (int& n : all) n *= n;
    return all;
}

}  // namespace

TEST_CASE("P13: an ordered parallel map has at most n under way and gives results in the order of the items") {
    for (const int n : {1, 2, 5}) {
        for_seeds(1'000, [n](test_loop& loop) {
            int now = 0;
            int most = 0;
            CHECK(in_scope(loop, [&](context& ctx, scope& s) -> task<> {
                auto all = co_await core::collect(
                    ctx, core::from(s, count(1, 20)) |
                             core::parallel_ordered(static_cast<std::size_t>(n), slow_square{&loop, &now, &most}));
                CHECK(all.value() == squares(20));
            }));
            CHECK(most <= n);
            CHECK(most >= std::min(n, 2));
            CHECK(now == 0);
        });
    }
}

TEST_CASE("P1: an unordered parallel map has at most n under way and gives every result, then ends") {
    for_seeds(1'000, [](test_loop& loop) {
        int now = 0;
        int most = 0;
        CHECK(in_scope(loop, [&](context& ctx, scope& s) -> task<> {
            auto all = co_await core::collect(
                ctx, core::from(s, count(1, 20)) | core::parallel(5, slow_square{&loop, &now, &most}));
            REQUIRE(all);
            std::sort(all->begin(), all->end());
            CHECK(*all == squares(20));
        }));
        CHECK(most == 5);
        CHECK(now == 0);
    });
}

TEST_CASE("P2: a job that fails as a value is a result like the others") {
    for_seeds(1'000, [](test_loop& loop) {
        CHECK(in_scope(loop, [](context& ctx, scope& s) -> task<> {
            const auto job = [](context& c, int n) -> task<result<int>> {
                auto moment = co_await core::yield(c);
                CHECK(moment);
                if (n == 7) co_return result<int>{core::fail(errc::unavailable)};
                co_return result<int>{n};
            };
            int failed = 0;
            int sum = 0;
            auto over = co_await core::for_each(ctx, core::from(s, count(1, 20)) | core::parallel(5, job),
                                                [&](const result<int>& r) { r ? sum += *r : ++failed; });
            CHECK(over);
            CHECK(failed == 1);
            CHECK(sum == 210 - 7);
        }));
    });
}

TEST_CASE("P8: parallel maps whose reader has enough cancel what is under way and end") {
    for_seeds(1'000, [](test_loop& loop) {
        const auto start = loop.now();
        const auto job = [](context& ctx, int n) -> task<int> {
            // from the third on they would take an hour
            auto slept = co_await core::sleep_for(ctx, n <= 2 ? core::duration{1s} : core::duration{1h});
            co_return slept ? n : -n;
        };
        CHECK(in_scope(loop, [&job](context& ctx, scope& s) -> task<> {
            auto ordered = co_await core::collect(
                ctx, core::from(s, count(1, 1'000'000'000)) | core::parallel_ordered(3, job) | core::take(1));
            CHECK(ordered.value() == std::vector{1});
            auto unordered = co_await core::collect(
                ctx, core::from(s, count(1, 1'000'000'000)) | core::parallel(3, job) | core::take(1));
            REQUIRE(unordered);
            CHECK(unordered->size() == 1);
            CHECK(unordered->front() <= 2);
        }));
        CHECK(loop.now() - start == 2s);
        CHECK(loop.running() == 0);
        CHECK(loop.timers() == 0);
    });
}

TEST_CASE("P8: an exception in a parallel map ends the scope and is told by its reader and its join") {
    for_seeds(1'000, [](test_loop& loop) {
        const auto job = [](context& ctx, int n) -> task<int> {
            auto slept = co_await core::sleep_for(ctx, 1s);
            if (n == 3 && slept) throw std::runtime_error{"three"};
            co_return n;
        };
        for (const bool in_order : {true, false}) {
            const auto ended = in_scope(loop, [&](context& ctx, scope& s) -> task<> {
                auto numbers = core::from(s, count(1, 10));
                auto items = in_order ? std::move(numbers) | core::parallel_ordered(2, job)
                                      : std::move(numbers) | core::parallel(2, job);
                auto all = co_await core::collect(ctx, std::move(items));
                CHECK(all.error().code == errc::failed);
            });
            REQUIRE_FALSE(ended);
            CHECK(contains(ended.error().detail, "three"));
        }
    });
}

TEST_CASE("P8: parallel maps pass on the error that ended their input, and a cancellation") {
    for_seeds(1'000, [](test_loop& loop) {
        const auto job = [](context& ctx, int n) -> task<int> {
            auto slept = co_await core::sleep_for(ctx, 1h);
            co_return slept ? n : 0;
        };
        for (const bool in_order : {true, false}) {
            CHECK(in_scope(loop, [&](context& ctx, scope& s) -> task<> {
                auto [numbers, to] = core::pipe<int>(s, 1);
                auto items = in_order ? std::move(numbers) | core::parallel_ordered(2, job)
                                      : std::move(numbers) | core::parallel(2, job);
                auto sent = co_await to.send(ctx, 1);
                CHECK(sent);
                if (loop.random()() % 2 == 0) {
                    to.end({errc::unavailable, {}});
                } else {
                    s.cancel({errc::unavailable, {}});
                }
                for (;;) {
                    auto got = co_await items.receive(ctx);
                    if (got) continue;
                    CHECK(got.error().code == errc::unavailable);
                    break;
                }
            }));
        }
        CHECK(loop.running() == 0);
    });
}
