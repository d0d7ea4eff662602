// tests/load/find_test.cpp: the search ends near the true bound, says who was the limit, and never tries past the most.
// Thread: one.
// Owner: load_tests.
#include "tests/load/find.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <string>
#include <vector>

using namespace tertulia::load;

namespace {

options looking_for(find_what what, std::uint32_t members = 100) {
    options o;
    o.find = what;
    o.members = members;
    o.find_p95_ms = 100;
    return o;
}

// A server that keeps the bound up to `bound` members or messages a second.
struct server {
    double bound;
    bool slow_load = false;
    std::vector<double> asked{};

    outcome run(const options& o) {
        const double value = o.find == find_what::members ? o.members : o.rate;
        asked.push_back(value);
        outcome found;
        found.flags = o;
        found.connected = o.connections();
        found.judged.deliveries = 1;
        found.measured_s = 1;
        found.measured_deliveries = 1000;
        found.latency.record(value <= bound ? 5'000'000 : 900'000'000);
        if (slow_load) found.busiest_cpu_s = 1;
        return found;
    }

    finding find(const options& o, double most = 1e6) {
        return find_most(
            o, most, [this](const options& tried) { return run(tried); }, [](const probe&) {});
    }
};

}  // namespace

TEST_CASE("the bound is found from below and from above") {
    for (const double bound : {130.0, 999.0, 6'000.0, 47.0}) {
        CAPTURE(bound);
        server s{bound};
        const auto found = s.find(looking_for(find_what::members));
        CHECK(found.most <= bound);
        CHECK(found.most > bound * 0.9);
        CHECK(found.least_broken > bound);
        CHECK(found.probes.size() == s.asked.size());
        CHECK(s.asked.size() < 30);
        CHECK(found.best.flags.members == static_cast<std::uint32_t>(found.most));
        CHECK_FALSE(found.load_was_limit);
    }
}

TEST_CASE("one bad run is not believed") {
    server s{400};
    int runs = 0;
    const auto found = find_most(
        looking_for(find_what::members), 1e6,
        [&](const options& o) {
            auto result = s.run(o);
            if (++runs == 1) result.latency.record(900'000'000);  // the first try of what is well
            return result;
        },
        [](const probe&) {});
    CHECK(found.most > 360);
    CHECK(found.most <= 400);
    CHECK(found.least_broken > 400);
    CHECK_FALSE(found.probes.front().kept);
}

TEST_CASE("a rate is found to a twentieth") {
    server s{0.37};
    const auto found = s.find(looking_for(find_what::rate));
    CHECK(found.most <= 0.37);
    CHECK(found.most > 0.35);
    CHECK(found.best.flags.rate == found.most);
}

TEST_CASE("no more than can be tried is tried") {
    server s{1e9};
    const auto found = s.find(looking_for(find_what::members), 1000);
    CHECK(s.asked.back() == 1000);
    CHECK(found.most == 1000);
    CHECK(found.least_broken == 0);
}

TEST_CASE("nothing that keeps the bound is an answer too") {
    server s{0};
    const auto o = looking_for(find_what::members);
    const auto found = s.find(o);
    CHECK(found.most == 0);
    CHECK(s.asked.back() == o.publishers);
    CHECK(table_of(o, found).find("nothing") != std::string::npos);
}

TEST_CASE("fewer than all is no success, whatever the latency of those who are here") {
    const auto o = looking_for(find_what::members);
    const auto found = find_most(
        o, 200,
        [](const options& tried) {
            outcome half = server{1e9}.run(tried);
            half.connected /= 2;
            return half;
        },
        [](const probe&) {});
    CHECK(found.most == 0);
    CHECK(found.probes[0].why == "not all could join");
}

TEST_CASE("it says so when the load test was the limit") {
    server s{300, true};
    const auto o = looking_for(find_what::members);
    const auto found = s.find(o);
    CHECK(found.load_was_limit);
    const auto json = nlohmann::json::parse(json_of(o, found));
    CHECK(json["find"]["most"] == found.most);
    CHECK(json["find"]["what"] == "members");
    CHECK(json["find"]["p95_bound_ms"] == 100);
    CHECK(json["find"]["load_was_limit"] == true);
    CHECK(json["find"]["probes"].size() == found.probes.size());
    CHECK(json["deliveries"] == 1);
}
