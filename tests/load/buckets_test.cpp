// tests/load/buckets_test.cpp: buckets have round edges, touch each other, and hold every record once.
// Thread: one.
// Owner: load_tests.
#include "tests/load/buckets.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <cstdint>
#include <random>

using namespace tertulia::load;

TEST_CASE("an empty histogram has no buckets") {
    CHECK(log_buckets(histogram{}, 20).empty());
}

TEST_CASE("a single value has one bucket around it") {
    histogram h;
    h.record(5'000'000);
    const auto found = log_buckets(h, 20);
    REQUIRE(found.size() == 1);
    CHECK(found[0].from == 4'700'000);
    CHECK(found[0].to == 5'600'000);
    CHECK(found[0].count == 1);
}

TEST_CASE("a value at an edge is in the bucket that ends there, and 0 in the first of all") {
    histogram h;
    h.record(0);
    h.record(1'000);
    h.record(1'001);
    const auto found = log_buckets(h, 20);
    REQUIRE(found.size() == 2);
    CHECK(found[0].from == 0);
    CHECK(found[0].to == 1'000);
    CHECK(found[0].count == 2);
    CHECK(found[1].count == 1);
}

TEST_CASE("buckets touch, are no more than asked for, and hold all") {
    std::mt19937_64 random{3};
    std::lognormal_distribution<double> latency{14, 2};
    histogram h;
    for (int i = 0; i < 10'000; ++i) h.record(std::llround(latency(random)));
    for (const std::size_t most : {100u, 40u, 20u, 13u}) {
        const auto found = log_buckets(h, most);
        REQUIRE_FALSE(found.empty());
        CHECK(found.size() <= most);
        std::uint64_t all = 0;
        for (std::size_t i = 0; i < found.size(); ++i) {
            CHECK(found[i].from < found[i].to);
            if (i > 0) CHECK(found[i].from == found[i - 1].to);
            all += found[i].count;
        }
        CHECK(all == h.count());
        CHECK(found.front().count > 0);
        CHECK(found.back().to >= h.max());
    }
    CHECK(log_buckets(h, 100).size() > log_buckets(h, 40).size());
}

TEST_CASE("the widest histogram there can be fits into 13 buckets") {
    histogram h;
    h.record(0);
    h.record(INT64_MAX);
    CHECK(log_buckets(h, 13).size() <= 13);
}
