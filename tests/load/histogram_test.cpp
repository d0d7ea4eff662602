// tests/load/histogram_test.cpp: percentiles are right to three digits, whatever the size of the values.
// Thread: one.
// Owner: load_tests.
#include "tests/load/histogram.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <random>
#include <vector>

using tertulia::load::histogram;

TEST_CASE("an empty histogram says 0") {
    const histogram h;
    CHECK(h.count() == 0);
    CHECK(h.percentile(50) == 0);
    CHECK(h.max() == 0);
}

TEST_CASE("small values are exact") {
    histogram h;
    for (int v = 1; v <= 1000; ++v) h.record(v);
    CHECK(h.count() == 1000);
    CHECK(h.percentile(50) == 500);
    CHECK(h.percentile(99) == 990);
    CHECK(h.percentile(99.9) == 999);
    CHECK(h.percentile(100) == 1000);
    CHECK(h.percentile(0) == 1);
}

TEST_CASE("one slow record among many shows in the maximum, exactly, and not in p99") {
    histogram h;
    for (int i = 0; i < 999; ++i) h.record(1'000'000);
    h.record(9'876'543'210);
    CHECK(h.max() == 9'876'543'210);
    CHECK(h.percentile(99) < 1'001'000);
    CHECK(h.percentile(99) >= 1'000'000);
    CHECK(h.percentile(100) == 9'876'543'210);
}

TEST_CASE("every percentile is at most a thousandth above the true one, and never below") {
    std::mt19937_64 random{7};
    std::lognormal_distribution<double> latency{14, 3};
    histogram h;
    std::vector<std::int64_t> all;
    for (int i = 0; i < 20'000; ++i) {
        const auto v = static_cast<std::int64_t>(std::min(latency(random), 8e12));
        h.record(v);
        all.push_back(v);
    }
    std::sort(all.begin(), all.end());
    for (const double p : {1.0, 10.0, 50.0, 95.0, 99.0, 99.9, 99.99}) {
        const auto rank = static_cast<std::size_t>(std::ceil(static_cast<double>(all.size()) * p / 100)) - 1;
        CHECK(h.percentile(p) >= all[rank]);
        CHECK(static_cast<double>(h.percentile(p)) <= static_cast<double>(all[rank]) * 1.001);
    }
}

TEST_CASE("values outside the range are counted at its ends") {
    histogram h;
    h.record(-5);
    h.record(INT64_MAX);
    CHECK(h.count() == 2);
    CHECK(h.percentile(50) == 0);
    CHECK(h.max() == (std::int64_t{1} << 43) - 1);
}

TEST_CASE("merging two histograms is recording both") {
    histogram a;
    histogram b;
    histogram both;
    for (int v = 0; v < 5000; v += 7) {
        a.record(v);
        both.record(v);
    }
    for (int v = 100'000; v < 900'000; v += 999) {
        b.record(v);
        both.record(v);
    }
    a.merge(b);
    CHECK(a.count() == both.count());
    CHECK(a.max() == both.max());
    for (const double p : {5.0, 50.0, 95.0, 99.9}) CHECK(a.percentile(p) == both.percentile(p));
}

TEST_CASE("how many records are at most a value is counted to its step") {
    histogram h;
    for (int v = 1; v <= 1000; ++v) h.record(v);
    h.record(5'000'000);
    CHECK(h.up_to(-1) == 0);
    CHECK(h.up_to(0) == 0);
    CHECK(h.up_to(1) == 1);
    CHECK(h.up_to(500) == 500);
    CHECK(h.up_to(4'900'000) == 1000);
    CHECK(h.up_to(5'000'000) == 1001);
    CHECK(h.up_to(INT64_MAX) == 1001);
}
