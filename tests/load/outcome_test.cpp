// tests/load/outcome_test.cpp: what breaks a run is named, bounds are kept to, and the load test owns up to being slow.
// Thread: one.
// Owner: load_tests.
#include "tests/load/outcome.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <string>
#include <vector>

using namespace tertulia::load;

namespace {

constexpr std::int64_t ms = 1'000'000;

outcome good_run() {
    outcome found;
    found.connected = 10;
    found.judged.deliveries = 100;
    found.measured_s = 10;
    found.own_cpu_s = 2;
    for (int i = 0; i < 1000; ++i) {
        found.latency.record(3 * ms);
        found.lateness.record(ms / 10);
        found.turns.record(ms / 10);
    }
    return found;
}

}  // namespace

TEST_CASE("what is broken is told in words, and nothing else is") {
    auto found = good_run();
    CHECK(found.broken().empty());
    found.judged.lost = 2;
    found.judged.misrouted = 1;
    CHECK(found.broken() == std::vector<std::string>{"2 lost", "1 misrouted"});
    CHECK_FALSE(found.passed());
}

TEST_CASE("so many may be lost as the flags allow") {
    auto found = good_run();
    found.flags.max_lost = 2;
    found.judged.lost = 2;
    CHECK(found.passed());
    found.judged.lost = 3;
    CHECK_FALSE(found.passed());
}

TEST_CASE("the p99 keeps to its bound or breaks it") {
    auto found = good_run();
    found.flags.max_p99_ms = 4;
    CHECK(found.passed());
    found.flags.max_p99_ms = 2;
    REQUIRE(found.broken().size() == 1);
    CHECK(found.broken()[0].starts_with("p99 3.0"));
}

TEST_CASE("the load test says so when it was slow itself") {
    auto found = good_run();
    CHECK(found.own_limit().empty());
    SUBCASE("by a whole core") {
        found.own_cpu_s = 9.5;
        CHECK(found.own_limit().find("95 %") != std::string::npos);
    }
    SUBCASE("by a whole core of one of its processes") {
        found.flags.processes = 4;
        found.own_cpu_s = 20;
        CHECK(found.own_limit().empty());
        found.busiest_cpu_s = 9.5;
        CHECK(found.own_bottleneck());
    }
    SUBCASE("by due times that it missed") {
        for (int i = 0; i < 20; ++i) found.lateness.record(30 * ms);
        CHECK(found.own_limit().find("late") != std::string::npos);
    }
    SUBCASE("by turns in which messages waited to be read") {
        for (int i = 0; i < 20; ++i) found.turns.record(30 * ms);
        CHECK(found.own_limit().find("turn") != std::string::npos);
    }
}
