// tests/load/report_test.cpp: what a program reads stands in the JSON, and every fault makes a run fail.
// Thread: one.
// Owner: load_tests.
#include "tests/load/report.hpp"

#include "tests/load/text.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <cstdint>
#include <string>

using namespace tertulia::load;

namespace {

outcome good_run() {
    outcome found;
    found.connected = 10;
    found.judged.deliveries = 1'000;
    found.measured_deliveries = 900;
    found.measured_s = 3;
    for (std::int64_t ms = 1; ms <= 100; ++ms) found.latency.record(ms * 1'000'000);
    return found;
}

}  // namespace

TEST_CASE("the JSON is one line with one object that holds what CI judges by") {
    auto found = good_run();
    found.judged.lost = 1;
    found.judged.duplicated = 2;
    found.judged.out_of_order = 3;
    found.judged.misrouted = 4;
    found.faults["error rate_limited"] = 5;
    const auto text = json_of(found);
    CHECK(text.find('\n') == text.npos);
    const auto json = nlohmann::json::parse(text);
    CHECK(json["deliveries"] == 1'000);
    CHECK(json["deliveries_per_s"] == 300.0);
    CHECK(json["lost"] == 1);
    CHECK(json["duplicated"] == 2);
    CHECK(json["out_of_order"] == 3);
    CHECK(json["misrouted"] == 4);
    CHECK(json["errors"] == 5);
    CHECK(json["errors_by_kind"]["error rate_limited"] == 5);
    CHECK(json["passed"] == false);
    CHECK(json["latency_ms"]["p50"].get<double>() == doctest::Approx(50).epsilon(0.001));
    CHECK(json["latency_ms"]["p95"].get<double>() == doctest::Approx(95).epsilon(0.001));
    CHECK(json["latency_ms"]["p99"].get<double>() == doctest::Approx(99).epsilon(0.001));
    CHECK(json["latency_ms"]["p999"] == 100.0);
    CHECK(json["latency_ms"]["max"] == 100.0);
    CHECK_FALSE(json.contains("server"));
}

TEST_CASE("each fault alone makes a run fail") {
    CHECK(good_run().passed());
    const auto fails = [](auto spoil) {
        auto found = good_run();
        spoil(found);
        return !found.passed();
    };
    CHECK(fails([](outcome& o) { o.judged.lost = 1; }));
    CHECK(fails([](outcome& o) { o.judged.duplicated = 1; }));
    CHECK(fails([](outcome& o) { o.judged.out_of_order = 1; }));
    CHECK(fails([](outcome& o) { o.judged.misrouted = 1; }));
    CHECK(fails([](outcome& o) { o.judged.unsent = 1; }));
    CHECK(fails([](outcome& o) { o.faults["connection lost"] = 1; }));
    CHECK(fails([](outcome& o) { o.judged.deliveries = 0; }));
    CHECK(fails([](outcome& o) { o.connected = 0; }));
    CHECK_FALSE(fails([](outcome& o) { o.judged.lagged = 1; }));

    SUBCASE("but an idle run delivers nothing") {
        auto found = good_run();
        found.flags.idle = true;
        found.judged.deliveries = 0;
        CHECK(found.passed());
    }
}

TEST_CASE("an idle run tells what a connection costs the server") {
    auto found = good_run();
    found.flags.idle = true;
    found.measured_s = 10;
    found.server = server_cost{{0, 1'000'000, 9}, {1, 1'015'000, 19}, 1'015'000, 0.05};
    const auto json = nlohmann::json::parse(json_of(found));
    CHECK(json["server"]["rss_bytes_per_connection"] == 1500.0);
    CHECK(json["server"]["cpu_share"] == 0.005);
    CHECK(table_of(found).find("1500 bytes for each connection") != std::string::npos);
}

TEST_CASE("the rows of the table are aligned") {
    auto found = good_run();
    found.faults["error rate_limited, which is long"] = 7;
    const auto text = table_of(found);
    const auto column_of = [&](const std::string& row, const std::string& value) {
        const auto start = text.find(row);
        REQUIRE(start != text.npos);
        return text.find(value, start + row.size()) - start;
    };
    CHECK(column_of("lost ", "0") == column_of("  error rate_limited, which is long", "7"));
    CHECK(column_of("verdict", "something") == column_of("deliveries", "1,000"));
}

TEST_CASE("numbers are written as a person reads them") {
    CHECK(with_commas(0) == "0");
    CHECK(with_commas(999) == "999");
    CHECK(with_commas(1000) == "1,000");
    CHECK(with_commas(1234567) == "1,234,567");
    CHECK(milliseconds(1'234'567) == "1.235");
    CHECK(mebibytes(1'572'864) == "1.5");
}
