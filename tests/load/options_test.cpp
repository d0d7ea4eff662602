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
    };
    for (const auto& flags : all) {
        CAPTURE(flags[0]);
        const auto o = read(flags);
        REQUIRE_FALSE(o);
        CHECK(o.error().exit_code == 2);
        CHECK_FALSE(o.error().text.empty());
        CHECK(o.error().text.find('\n') == std::string::npos);
    }
}

TEST_CASE("help is no error") {
    const auto o = read({"--help"});
    REQUIRE_FALSE(o);
    CHECK(o.error().exit_code == 0);
    CHECK(o.error().text.find("--members") != std::string::npos);
}
