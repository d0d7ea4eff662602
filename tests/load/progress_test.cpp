// tests/load/progress_test.cpp: what is shown of a run while it goes.
// Thread: one.
// Owner: load_tests.
#include "tests/load/progress.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

using namespace tertulia::load;

namespace {

moment busy(double at_s, double deliveries_per_s) {
    return {.at_s = at_s,
            .what = phase::measuring,
            .joined = 1'000,
            .sent = 600,
            .acknowledged = 598,
            .deliveries = 601'234,
            .errors = 2,
            .sent_per_s = 50,
            .deliveries_per_s = deliveries_per_s,
            .p50_ns = 6'100'000,
            .p95_ns = 12'000'000,
            .p99_ns = 19'900'000,
            .max_ns = 31'250'000,
            .own_cpu = 0.22,
            .server_cpu = 0.34,
            .server_rss_bytes = 12'687'769};
}

}  // namespace

TEST_CASE("a line tells rates, latency, errors, who is connected and the server") {
    CHECK(progress_line(busy(12, 50'012), 1'000) ==
          "12 s measuring | 1,000 of 1,000 connected | 50 posted, 50,012 delivered a second | "
          "p50 6.1, p99 19.9, max 31.2 ms | 2 errors | server 34 % CPU, 12.1 MiB");
}

TEST_CASE("a line leaves out what there is not") {
    CHECK(progress_line({.at_s = 1, .joined = 12}, 50) == "1 s joining | 12 of 50 connected | 0 errors");
    CHECK(progress_line({.at_s = 1, .joined = 12, .wrong = 3}, 0) == "1 s joining | 12 connected | 0 errors, 3 wrong");
}

TEST_CASE("a block has a line for each thing, and sparks of the seconds before") {
    const std::vector past{busy(10, 0), busy(11, 25'000), busy(12, 50'012)};
    CHECK(progress_block(past, 1'000, 200) ==
          "measuring  12 s   1,000 of 1,000 connected   2 errors\n"
          "posted     50 a second   600 in all, 598 acknowledged\n"
          "delivered  50,012 a second   601,234 in all   ▁▄█\n"
          "latency    p50 6.1   p95 12.0   p99 19.9   max 31.2 ms   p99 ███\n"
          "server     34 % of a core, 12.1 MiB   this program 22 %");

    SUBCASE("but not of all of them") {
        const std::vector many(500, busy(10, 1));
        const auto block = progress_block(many, 0, 200);
        CHECK(std::count(block.begin(), block.end(), '\n') == 4);
        CHECK(block.size() < 600);
    }
}

TEST_CASE("no line of a block is longer than the terminal is wide: a wrapped one would not be erased") {
    const std::vector past{busy(11, 25'000), busy(12, 50'012)};
    const auto block = progress_block(past, 1'000, 47);
    std::size_t cells = 0;
    for (const char c : block) {
        if (c == '\n')
            cells = 0;
        else if ((static_cast<unsigned char>(c) & 0xc0) != 0x80)
            ++cells;
        CHECK(cells <= 47);
    }
    CHECK(block.find("delivered  50,012 a second   601,234 in all   ▄\n") != block.npos);
}

TEST_CASE("without posts a block tells who is connected") {
    const std::vector past{moment{.at_s = 3, .joined = 12}};
    CHECK(progress_block(past, 50, 80) == "joining    3 s   12 of 50 connected   0 errors");
    CHECK(progress_block({}, 50, 80).empty());
}
