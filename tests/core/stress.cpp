// tests/core/stress.cpp: many parts of core at once, under random cancellation.
// Thread: one; tests/core/worker_pool.cpp has the same over two loops and a pool of threads.
// Owner: core_tests.
#include "core/fan.hpp"
#include "core/semaphore.hpp"
#include "core/sleep.hpp"
#include "tests/core/pipeline.hpp"

#include <algorithm>
#include <memory>
#include <vector>

using namespace core_test;

namespace {

constexpr int producers = 100;
constexpr int consumers = 100;
constexpr int items = 20;  // of a producer
constexpr std::size_t permits = 13;

struct tally {
    std::vector<int> seen = std::vector<int>(producers * items);
    int sent = 0;
    std::size_t inside = 0;
};

core::duration some_ms(test_loop& loop, int below) {
    return std::chrono::milliseconds{static_cast<int>(loop.random()() % static_cast<std::uint64_t>(below))};
}

/// Sends each of its items until one attempt is not cancelled; needs a random number of permits to do so.
task<> produce(test_loop& loop, core::semaphore& gate, core::writer<int> out, int first, tally& all) {
    for (int n = first; n < first + items;) {
        core::timed_context asking{loop.ctx(), some_ms(loop, 8)};
        const std::size_t weight = loop.random()() % permits;
        auto right = co_await gate.acquire(asking, weight);
        if (!right) continue;
        all.inside += weight;
        CHECK(all.inside <= permits);
        auto sent = co_await out.send(asking, n);
        if (sent) {
            ++all.sent;
            ++n;
        }
        all.inside -= weight;
    }
}

task<> consume(test_loop& loop, stream<int> in, tally& all) {
    for (;;) {
        core::timed_context asking{loop.ctx(), some_ms(loop, 8)};
        auto got = co_await in.receive(asking);
        if (got) ++all.seen[static_cast<std::size_t>(*got)];
        if (!got && got.error().code == errc::closed) co_return;
        if (loop.random()() % 4 > 0) continue;
        auto slept = co_await core::sleep_for(loop.ctx(), some_ms(loop, 3));
        CHECK(slept);
    }
}

}  // namespace

TEST_CASE("a hundred producers and consumers under random cancellation: nothing is lost or doubled, and no permit is") {
    for (const std::size_t room : {std::size_t{0}, std::size_t{7}}) {
        for_seeds(30, [room](test_loop& loop) {
            core::semaphore gate{permits};
            tally all;
            CHECK(in_scope(loop, [&](context&, scope& s) -> task<> {
                auto [from, to] = core::pipe<int>(s, room);
                for (int p = 0; p < producers; ++p) s.spawn("produces", produce(loop, gate, to, p * items, all));
                // half of them behind a forwarding stage of its own
                for (int c = 0; c < consumers; ++c) {
                    auto in = c % 2 == 0 ? from : core::merge(std::vector<stream<int>>{from});
                    s.spawn("consumes", consume(loop, std::move(in), all));
                }
                co_return;
            }));
            CHECK(all.sent == producers * items);
            CHECK(std::all_of(all.seen.begin(), all.seen.end(), [](int n) { return n == 1; }));
            CHECK(all.inside == 0);
            CHECK(gate.try_acquire(permits));
        });
    }
}
