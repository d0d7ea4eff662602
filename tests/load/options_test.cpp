// tests/load/options_test.cpp: flags are read, and those that make no sense are refused in one line with code 2.
// Thread: one.
// Owner: load_tests.
#include "tests/load/options.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace tertulia::load;

namespace {

auto read(std::vector<const char*> flags) {
    flags.insert(flags.begin(), "tertulia-load");
    return read_options(static_cast<int>(flags.size()), flags.data());
}

}  // namespace

TEST_CASE("flags are read") {
    const auto o = read({"--url", "ws://127.0.0.1:9", "--rooms=3", "--members", "20", "--publishers", "2", "--rate",
                         "0.5", "--duration", "7", "--warmup", "0", "--stall", "4", "--json"});
    REQUIRE(o);
    CHECK(o->url == ws_url{"127.0.0.1", "9", "/ws"});
    CHECK(o->connections() == 60);
    CHECK(o->publishers == 2);
    CHECK(o->rate == 0.5);
    CHECK(o->duration_s == 7);
    CHECK(o->warmup_s == 0);
    CHECK(o->stall == 4);
    CHECK(o->json);
    CHECK(o->what() == mode::load);
}

TEST_CASE("idle needs no publishers, however many members there are") {
    const auto o = read({"--idle", "--members", "5"});
    REQUIRE(o);
    CHECK(o->what() == mode::idle);
    CHECK(o->publishers == 0);
}

TEST_CASE("what makes no sense is refused in one line") {
    const std::vector<std::vector<const char*>> all = {
        {"--what"},
        {"--rate", "fast"},
        {"--rate", "0"},
        {"--rooms", "0"},
        {"--members", "-1"},
        {"--payload", "10"},
        {"--url", "http://localhost"},
        {"--publishers", "0"},
        {"--members", "5", "--publishers", "6"},
        {"--members", "5", "--publishers", "3", "--stall", "3"},
        {"--idle", "--churn", "5"},
        {"--idle", "--stall", "5"},
        {"--rooms", "1001", "--members", "1000"},
        {"--bytes", "10"},
        {"--bytes", "100-50"},
        {"--max-p99", "fast"},
        {"--max-p99", "0"},
        {"--max-lost", "-1"},
        {"--find", "people"},
        {"--p95", "500ms"},
        {"--find", "members", "--p95", "5 hours"},
        {"--find", "rate", "--closed"},
        {"--find", "rate", "--idle"},
        {"--closed", "--rate", "5"},
        {"--ramp", "5", "--connects-per-s", "10"},
        {"--reconnect-share", "1.5"},
        {"--slow-share", "0.6", "--reconnect-share", "0.6"},
        {"--slow-share", "1", "--stall", "1"},
        {"--storm", "1"},
        {"--slow-share", "0.1", "--idle"},
        {"--processes", "0"},
        {"--connections-per-address", "0"},
    };
    for (const auto& flags : all) {
        CAPTURE(std::string(flags[0]));
        const auto o = read(flags);
        REQUIRE_FALSE(o);
        CHECK(o.error().exit_code == 2);
        CHECK_FALSE(o.error().text.empty());
        CHECK(o.error().text.find('\n') == std::string::npos);
    }
}

TEST_CASE("bounds are read in milliseconds and seconds") {
    CHECK(read({"--max-p99", "250"})->max_p99_ms == 250);
    CHECK(read({"--max-p99", "250ms"})->max_p99_ms == 250);
    CHECK(read({"--max-p99", "0.5s"})->max_p99_ms == 500);
    CHECK(read({})->max_p99_ms == 0);
    CHECK(read({})->max_lost == 0);
    CHECK(read({"--max-lost", "3"})->max_lost == 3);
}

TEST_CASE("a search has a bound, and short tries where nothing else is said") {
    const auto o = read({"--find", "members", "--p95", "200ms"});
    REQUIRE(o);
    CHECK(o->find == find_what::members);
    CHECK(o->find_p95_ms == 200);
    CHECK(o->duration_s == 4);
    CHECK(read({"--find", "rate", "--duration", "9"})->duration_s == 9);
    CHECK(read({"--find", "rate"})->find_p95_ms == 500);
}

TEST_CASE("a ramp is a rate of connects") {
    CHECK(read({"--members", "500", "--ramp", "5"})->connects_per_s == 100);
    CHECK(read({"--connects-per-s", "70"})->connects_per_s == 70);
}

TEST_CASE("shares are of those who do not post, and no share is nobody") {
    const auto o = read({"--members", "110", "--publishers", "10", "--slow-share", "0.25", "--reconnect-share=0.001"});
    REQUIRE(o);
    CHECK(o->slow() == 25);
    CHECK(o->reconnecting() == 1);
    CHECK(read({})->slow() == 0);
    CHECK(read({"--members", "3", "--publishers", "3", "--slow-share", "1"})->slow() == 0);
}

TEST_CASE("help is no error") {
    const auto o = read({"--help"});
    REQUIRE_FALSE(o);
    CHECK(o.error().exit_code == 0);
    CHECK(o.error().text.find("--members") != std::string::npos);
}
