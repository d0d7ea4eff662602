// tests/load/page_test.cpp: the page has its plots and tables, says what is wrong, and reaches for nothing outside.
// Thread: one.
// Owner: load_tests.
#include "tests/load/page.hpp"

#include "tests/load/figures.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

using namespace tertulia::load;

namespace {

moment second(double at_s, phase what) {
    return {.at_s = at_s,
            .what = what,
            .joined = 10,
            .sent = 50,
            .deliveries = 500,
            .deliveries_per_s = 100,
            .p50_ns = 1'000'000,
            .p95_ns = 2'000'000,
            .p99_ns = 3'000'000,
            .max_ns = 4'000'000};
}

outcome good_run() {
    outcome found;
    found.connected = 10;
    found.judged.deliveries = found.measured_deliveries = 500;
    found.measured_s = 3;
    for (std::int64_t us = 500; us < 1'000; ++us) found.latency.record(us * 1'000);
    found.moments = {second(1, phase::warming_up), second(2, phase::measuring), second(3, phase::measuring),
                     second(4, phase::draining)};
    return found;
}

std::vector<std::string> headings(const outcome& found) {
    std::vector<std::string> all;
    for (const auto& f : figures_of(found)) all.push_back(f.heading);
    return all;
}

bool has(std::string_view text, std::string_view part) {
    return text.find(part) != text.npos;
}

}  // namespace

TEST_CASE("a page has a plot for each thing that there is something of") {
    auto found = good_run();
    CHECK(headings(found) == std::vector<std::string>{"Latency by percentile", "Deliveries by latency",
                                                      "Deliveries over time", "Latency over time",
                                                      "Connected over time", "CPU over time"});
    SUBCASE("of the server's memory where the server can be looked at") {
        for (auto& m : found.moments) m.server_cpu = 0.5;
        CHECK(headings(found).back() == "Memory of the server over time");
    }
    SUBCASE("nothing of latency where nobody posted") {
        found.latency = {};
        for (auto& m : found.moments) m.sent = 0;
        CHECK(headings(found) == std::vector<std::string>{"Connected over time", "CPU over time"});
    }
    SUBCASE("and nothing at all of a churn") {
        CHECK(headings(outcome{}).empty());
    }
}

TEST_CASE("the measured time is shaded, and who is away or slow has a line of their own") {
    auto found = good_run();
    found.stalled_latency.record(9'000'000'000);
    const auto all = figures_of(found);
    CHECK(all[0].what.lines.size() == 2);
    CHECK(all[0].what.y.to >= 9'000);
    CHECK(all[2].what.shaded.first == 2);
    CHECK(all[2].what.shaded.second == 3);
}

TEST_CASE("a second without deliveries is a gap in the latency, not a zero") {
    auto found = good_run();
    found.moments[1].max_ns = found.moments[1].p50_ns = found.moments[1].p99_ns = 0;
    const auto page = page_of(found, "");
    CHECK(has(page, "Latency over time"));
    const auto p50 = figures_of(found)[3].what.lines[0].marks;
    CHECK(p50[0].y == 1);
    CHECK(p50[1].y != p50[1].y);
}

TEST_CASE("the page says the verdict, when it was made, what was found and the settings") {
    auto found = good_run();
    const auto page = page_of(found, "2026-11-24 12:00:00 UTC");
    CHECK(has(page, "<h1>Load test: all is well</h1>"));
    CHECK(has(page, "2026-11-24 12:00:00 UTC"));
    CHECK(has(page, "<h2>What was found</h2>"));
    CHECK(has(page, "<h2>Settings</h2>"));

    SUBCASE("or what is wrong") {
        found.judged.lost = 3;
        CHECK(has(page_of(found, ""), "<h1>Load test: something is wrong: 3 lost</h1>"));
    }
}

TEST_CASE("the page has no script, reaches for nothing, and shows words from a server as words") {
    auto found = good_run();
    found.faults["closed <script>alert(1)</script>"] = 1;
    const auto page = page_of(found, "");
    CHECK_FALSE(has(page, "<script"));
    CHECK(has(page, "closed &lt;script&gt;"));
    for (const auto* part : {"src=", "href=", "url(", "@import"}) CHECK_FALSE(has(page, part));
}

TEST_CASE("a page that can't be written is an error with the file's name") {
    const auto written = write_page("/nowhere/at/all.html", good_run());
    REQUIRE_FALSE(written.has_value());
    CHECK(has(written.error(), "/nowhere/at/all.html"));
}
