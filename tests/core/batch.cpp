// tests/core/batch.cpp: what core/batch.hpp promises.
// Thread: one.
// Owner: core_tests.
#include "core/batch.hpp"

#include "core/sleep.hpp"
#include "tests/core/pipeline.hpp"

#include <vector>

using namespace core_test;

namespace {

using batches = std::vector<std::vector<int>>;

/// Sends 1, 2, 3 … each that long after the one before.
void trickle(scope& s, core::writer<int> to, std::vector<core::duration> pauses) {
    s.spawn("trickles", [](context& ctx, core::writer<int> out, std::vector<core::duration> waits) -> task<> {
        for (std::size_t i = 0; i < waits.size(); ++i) {
            auto slept = co_await core::sleep_for(ctx, waits[i]);
            CHECK(slept);
            auto sent = co_await out.send(ctx, static_cast<int>(i + 1));
            CHECK(sent);
        }
    }(s.ctx(), std::move(to), std::move(pauses)));
}

}  // namespace

TEST_CASE("P11: full batches come in order, and the rest at the end") {
    for (const int last : {100, 95, 9, 0}) {
        for_seeds(1'000, [last](test_loop& loop) {
            batches got;
            CHECK(in_scope(loop, [&](context&, scope& s) -> task<> {
                read_into(s, core::from(s, count(1, last)) | core::batch(10), got);
                co_return;
            }));
            REQUIRE(got.size() == static_cast<std::size_t>((last + 9) / 10));
            int next = 1;
            for (const auto& b : got) {
                CHECK(b.size() == (b.front() + 9 <= last ? 10 : static_cast<std::size_t>(last % 10)));
                for (const int n : b) CHECK(n == next++);
            }
        });
    }
}

TEST_CASE("P11: with a time limit a partial batch comes that long after its first item") {
    for_seeds(1'000, [](test_loop& loop) {
        std::vector<std::pair<core::duration, std::size_t>> got;
        const auto start = loop.now();
        CHECK(in_scope(loop, [&](context& ctx, scope& s) -> task<> {
            auto [items, to] = core::pipe<int>(s);
            // the third is too late for the first batch; the sixth fills the second in time; then a pause
            trickle(s, std::move(to), {1s, 1s, 4s, 1s, 1s, 500ms, 100s});
            auto over = co_await core::for_each(
                ctx, std::move(items) | core::batch(4, 3s),
                [&](const std::vector<int>& b) { got.emplace_back(ctx.on().now() - start, b.size()); });
            CHECK(over);
        }));
        const std::vector<std::pair<core::duration, std::size_t>> expected{{4s, 2}, {8'500ms, 4}, {108'500ms, 1}};
        CHECK(got == expected);
    });
}

TEST_CASE("P11: an item that comes at the very moment of the limit is in one batch or the next") {
    for_seeds(1'000, [](test_loop& loop) {
        batches got;
        CHECK(in_scope(loop, [&](context&, scope& s) -> task<> {
            auto [items, to] = core::pipe<int>(s);
            trickle(s, std::move(to), {1s, 3s, 3s, 3s, 3s});
            read_into(s, std::move(items) | core::batch(3, 3s), got);
            co_return;
        }));
        std::vector<int> all;
        for (const auto& b : got) all.insert(all.end(), b.begin(), b.end());
        CHECK(all == std::vector{1, 2, 3, 4, 5});
    });
}

TEST_CASE("P8: a batch that is cancelled while it gathers ends, and its timer with it") {
    test_loop loop;
    CHECK(in_scope(loop, [&](context& ctx, scope& s) -> task<> {
        auto [items, to] = core::pipe<int>(s);
        auto gathered = std::move(items) | core::batch(10, 1h);
        auto sent = co_await to.send(ctx, 1);
        CHECK(sent);
        auto moment = co_await core::yield(ctx);
        CHECK(moment);
        s.cancel({errc::unavailable, {}});
        auto got = co_await gathered.receive(ctx);
        CHECK(got.error().code == errc::unavailable);
    }));
    CHECK(loop.timers() == 0);
}
