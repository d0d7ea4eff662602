// tests/load/bars_test.cpp: drawings of text show what they are given, and the little as well.
// Thread: one.
// Owner: load_tests.
#include "tests/load/bars.hpp"

#include <doctest/doctest.h>

#include <array>
#include <string>

using namespace tertulia::load;

TEST_CASE("a bar is as long as its share, in eighths of a cell") {
    CHECK(bar(0, 4).empty());
    CHECK(bar(1, 4) == "████");
    CHECK(bar(0.5, 4) == "██");
    CHECK(bar(0.53125, 4) == "██▏");
    CHECK(bar(2, 2) == "██");

    SUBCASE("and one in a million is seen") {
        CHECK(bar(1e-6, 40) == "▏");
    }
}

TEST_CASE("sparks are as high as their values beside the largest") {
    CHECK(sparks(std::array{0.0, 7.0, 3.5, 1.0}) == "▁█▅▂");
    CHECK(sparks(std::array{0.0, 0.0}) == "▁▁");
    CHECK(sparks({}).empty());
}

TEST_CASE("a histogram is a line for each bucket, with its percentiles") {
    histogram h;
    for (int i = 0; i < 980; ++i) h.record(1'100'000);
    for (int i = 0; i < 20; ++i) h.record(1'400'000);
    CHECK(histogram_lines(h) ==
          "1.000 to 1.200  980  ████████████████████████████████████████ p50 p95\n"
          "1.200 to 1.500   20  ▉ p99 p99.9\n");
    CHECK(histogram_lines(histogram{}).empty());
}
