// tests/load/scale_test.cpp: axes hold what is drawn, and their ticks are round.
// Thread: one.
// Owner: load_tests.
#include "tests/load/scale.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace tertulia::load;

namespace {

std::string labels(const axis& a) {
    std::string text;
    for (const auto& t : a.ticks) text += (text.empty() ? "" : " ") + t.label;
    return text;
}

}  // namespace

TEST_CASE("a linear axis begins at 0 and ends at a round number that holds all") {
    CHECK(labels(linear_axis("", 50'012)) == "0 20k 40k 60k");
    CHECK(labels(linear_axis("", 100)) == "0 20 40 60 80 100");
    CHECK(labels(linear_axis("", 0.34)) == "0 0.1 0.2 0.3 0.4");
    CHECK(labels(linear_axis("", 1'500'000)) == "0 500k 1M 1.5M");
    CHECK(labels(linear_axis("", 0)) == "0 1");
}

TEST_CASE("a logarithmic axis has ticks at 1, 2 and 5") {
    CHECK(labels(log_axis("", 0.3, 15)) == "0.2 0.5 1 2 5 10 20");
    CHECK(labels(log_axis("", 1, 10)) == "1 2 5 10");
    CHECK(labels(log_axis("", 5, 5)) == "5 10 20 50");

    SUBCASE("and only at powers of ten where that is many") {
        CHECK(labels(log_axis("", 0.001, 100)) == "0.001 0.01 0.1 1 10 100");
    }
}

TEST_CASE("a value's place is its share of the axis, and never outside") {
    const auto linear = linear_axis("", 100);
    CHECK(linear.share(25) == doctest::Approx(0.25));
    CHECK(linear.share(-1) == 0);
    CHECK(linear.share(200) == 1);
    const auto log = log_axis("", 1, 100);
    CHECK(log.share(10) == doctest::Approx(0.5));
    CHECK(log.share(0) == 0);
    CHECK(log.share(1000) == 1);
}

TEST_CASE("numbers are told in few characters") {
    CHECK(short_number(0) == "0");
    CHECK(short_number(0.25) == "0.25");
    CHECK(short_number(999) == "999");
    CHECK(short_number(20'000) == "20k");
    CHECK(short_number(1'500'000) == "1.5M");
    CHECK(short_number(2e9) == "2G");
}
