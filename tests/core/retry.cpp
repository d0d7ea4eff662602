// tests/core/retry.cpp: what core/retry.hpp promises.
// Thread: one.
// Owner: core_tests.
#include "core/retry.hpp"

#include "tests/core/support.hpp"

#include <vector>

using namespace core_test;
using core::backoff;
using core::retry_policy;

namespace {

/// Fails some times, then gives 7.
struct service {
    int failures = 0;
    errc how = errc::unavailable;
    std::vector<core::time_point> asked{};

    task<result<int>> ask(context& ctx) {
        asked.push_back(ctx.on().now());
        if (failures == 0) co_return result<int>{7};
        --failures;
        co_return result<int>{core::fail(how, std::to_string(failures))};
    }
};

task<result<int>> ask(test_loop& loop, context& ctx, service& of, retry_policy policy) {
    auto got = co_await core::retry(ctx, policy, loop.random(), [&of](context& c) { return of.ask(c); });
    co_return got;
}

struct highest {  // a generator that always gives the most
    std::uint64_t of = 0;
    std::uint64_t operator()() const { return of; }
};

}  // namespace

TEST_CASE("the waits of a backoff are anything up to a bound that doubles") {
    for (std::uint64_t seed = 1; seed <= 1'000; ++seed) {
        std::mt19937_64 random{seed};
        backoff pauses{100ms, 1s};
        for (const auto bound : {100ms, 200ms, 400ms, 800ms, 1'000ms, 1'000ms}) {
            const auto pause = pauses.next(random);
            CHECK(pause >= 0ms);
            CHECK(pause <= bound);
        }
    }
    std::mt19937_64 random{1};
    std::vector<int> thirds(3);
    for (int n = 0; n < 3'000; ++n) ++thirds[static_cast<std::size_t>(backoff{3s, 3s}.next(random) / (1s + 1ns))];
    for (const int n : thirds) CHECK(std::abs(n - 1'000) < 150);  // spread over all of it

    highest most{static_cast<std::uint64_t>(core::duration{100ms}.count())};
    CHECK(backoff{100ms, 1s}.next(most) == 100ms);
    CHECK(backoff{0ms, 0ms}.next(most) == 0ms);
    backoff far{core::duration::max() / 2 + 1ns, core::duration::max() - 1ns};
    for (int n = 0; n < 3; ++n) CHECK(far.next(random) >= 0ns);  // nothing overflows
}

TEST_CASE("what fails is tried again until it succeeds") {
    for_seeds(1'000, [](test_loop& loop) {
        service s{3};
        CHECK(loop.run(ask(loop, loop.ctx(), s, {})).value() == 7);
        REQUIRE(s.asked.size() == 4);
        CHECK(s.asked[1] - s.asked[0] <= 100ms);
        CHECK(s.asked[2] - s.asked[1] <= 200ms);
        CHECK(s.asked[3] - s.asked[2] <= 400ms);
    });
}

TEST_CASE("a limit of attempts ends it with the last error") {
    test_loop loop;
    service s{100};
    retry_policy policy;
    policy.attempts = 4;
    auto got = loop.run(ask(loop, loop.ctx(), s, policy));
    CHECK(got.error().code == errc::unavailable);
    CHECK(got.error().detail == "96");
    CHECK(s.asked.size() == 4);
}

TEST_CASE("an error that another attempt can't help ends it at once, as the policy says") {
    test_loop loop;
    service s{100, errc::failed};
    CHECK(loop.run(ask(loop, loop.ctx(), s, {})).error().code == errc::failed);
    CHECK(s.asked.size() == 1);
    retry_policy policy;
    policy.again = [](const core::error& e) { return e.code == errc::failed; };
    CHECK(loop.run(ask(loop, loop.ctx(), s, policy)).error().code == errc::failed);
    CHECK(s.asked.size() == 6);
}

TEST_CASE("a limit of time ends it before a wait that would be longer") {
    for_seeds(1'000, [](test_loop& loop) {
        service s{1'000'000};
        retry_policy policy;
        policy.attempts = 1'000;
        policy.time = 1s;
        const auto start = loop.now();
        CHECK(loop.run(ask(loop, loop.ctx(), s, policy)).error().code == errc::unavailable);
        CHECK(loop.now() - start < 1s);
        CHECK(s.asked.size() >= 2);
        CHECK(loop.timers() == 0);
    });
}

TEST_CASE("a limit of time ends an attempt that takes too long, as a deadline does") {
    test_loop loop;
    retry_policy policy;
    policy.time = 1s;
    const auto start = loop.now();
    auto got = loop.run([](test_loop& l, retry_policy p) -> task<result<>> {
        auto outcome = co_await core::retry(l.ctx(), p, l.random(), [](context& c) -> task<result<>> {
            auto slept = co_await core::sleep_for(c, 1h);
            co_return slept;
        });
        co_return outcome;
    }(loop, policy));
    CHECK(got.error().code == errc::deadline);
    CHECK(loop.now() - start == 1s);
}

TEST_CASE("a retry ends with its context, also while it waits") {
    test_loop loop;
    service s{1'000'000};
    retry_policy policy;
    policy.attempts = 1'000'000;
    context asking{loop.ctx()};
    auto waits = loop.spawn("asks", ask(loop, asking, s, policy));
    loop.advance(1min);
    CHECK_FALSE(waits.done());
    asking.cancel();
    loop.settle();
    CHECK(waits.get().error().code == errc::cancelled);
    CHECK(loop.timers() == 0);
}
