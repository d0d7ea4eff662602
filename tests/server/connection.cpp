// tests/server/connection.cpp: one connection, its rooms and its shards, where the order of things matters.
// Thread: one.
// Owner: server_tests.
#include "tests/server/talker.hpp"

#include <doctest/doctest.h>

using namespace tertulia;
using namespace std::chrono_literals;
using test::count;
using test::talker;

namespace {

protocol::limits without_rate() {
    protocol::limits most;
    most.commands_per_s = 0;
    return most;
}

std::string post(const std::string& text) {
    return R"({"type":"message","room":"lobby","text":")" + text + "\"}";
}

}  // namespace

TEST_CASE("who takes bytes is not silent, however late its pongs come") {
    core::test_loop loop;
    CAPTURE(loop.seed());
    sim::server at{loop, 1, without_rate()};
    talker ana{loop, at, "?name=ana&room=lobby", 1'000};
    talker leo{loop, at, "?name=leo&room=lobby"};
    (void)ana.hear();
    for (int i = 0; i < 100; ++i) leo.say(post(std::string(80, 'x')));
    (void)leo.hear();
    // The ping waits behind what ana has not read. She reads all of it only in the 59th second.
    loop.advance(59s);
    CHECK(count(ana.hear(), "\"message\"") == 100);
    (void)leo.hear();
    loop.advance(20s);
    CHECK(count(ana.hear(), "close ") == 0);
    SUBCASE("but later she is") {
        loop.advance(45s);
        CHECK(count(ana.hear(), "close 4108") == 1);
    }
    at.stop();
}
