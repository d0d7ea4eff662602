// tests/server/connection.cpp: one connection, its rooms and its shards, where the order of things matters.
// Thread: one.
// Owner: server_tests.
#include "core/sleep.hpp"
#include "tests/server/talker.hpp"

#include <doctest/doctest.h>

using namespace tertulia;
using namespace std::chrono_literals;
using test::count;
using test::talker;
using test::without_rate;

namespace {

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
        loop.advance(2min);
        CHECK(count(ana.hear(), "close 4108") == 1);
    }
    at.stop();
}

TEST_CASE("who answers pings gets one after each 25 seconds of silence, and is not silent") {
    core::test_loop loop;
    CAPTURE(loop.seed());
    sim::server at{loop, 1, without_rate()};
    talker ana{loop, at, "?name=ana&room=lobby", 1'000};
    talker leo{loop, at, "?name=leo&room=lobby"};
    (void)ana.hear();
    loop.advance(1s);
    for (int i = 0; i < 50; ++i) leo.say(post(std::string(80, 'x')));
    (void)leo.hear();
    loop.advance(20s);
    CHECK(count(ana.hear(), "\"message\"") == 50);  // what she takes late must not put off the next look at her
    std::size_t silent = 0;
    std::size_t pings = 0;
    for (int second = 0; second < 600; ++second) {
        loop.advance(1s);
        (void)leo.hear();
        const auto heard = ana.hear();
        CHECK(count(heard, "close ") == 0);
        CHECK(++silent <= 28);  // the wheel looks up to a second late, twice at worst
        if (count(heard, "ping ") == 0) continue;
        ana.say_frame(ws_test::client_frame{10, ""}.bytes());
        silent = 0;
        ++pings;
    }
    CHECK(pings >= 20);
    at.stop();
}

TEST_CASE("the last follower goes, an event comes, another follower comes: it gets all from its first on") {
    for (std::uint64_t seed = 1; seed <= 100; ++seed) {
        core::test_loop loop{seed};
        CAPTURE(seed);
        sim::server at{loop, 1 + static_cast<std::uint32_t>(seed % 3), without_rate()};
        talker ana{loop, at, "?name=ana&room=lobby"};
        talker bea{loop, at, "?name=bea&room=lobby"};
        talker carl{loop, at, "?name=carl"};
        for (talker* t : {&ana, &bea, &carl}) (void)t->hear();
        bea.say(R"({"type":"leave","room":"lobby","keep":true})");  // a member that posts and follows not
        (void)bea.hear();
        ana.say(post("zero"));
        (void)ana.hear();
        ana.say(R"({"type":"leave","room":"lobby","keep":true})");
        bea.say(post("one"));
        carl.say(R"({"type":"join","room":"lobby","history":200})");
        bea.say(post("two"));
        loop.settle();
        bea.say(post("three"));
        loop.settle();
        bea.say(post("four"));
        const auto heard = carl.hear();
        for (const char* text : {"zero", "one", "two", "three", "four"}) {
            CAPTURE(text);
            CHECK(count(heard, "\"text\":\"" + std::string{text} + "\"") == 1);
        }
        (void)ana.hear();
        (void)bea.hear();
        at.stop();
    }
}

TEST_CASE("who vanishes in the middle of a join or create leaves nothing behind when the guest's life is over") {
    for (std::uint64_t seed = 1; seed <= 200; ++seed) {
        core::test_loop loop{seed};
        CAPTURE(seed);
        sim::server at{loop, 1 + static_cast<std::uint32_t>(seed % 3), without_rate()};
        talker ana{loop, at, "?name=ana&room=lobby"};
        talker leo{loop, at, "?name=leo&room=lobby"};
        for (talker* t : {&ana, &leo}) (void)t->hear();
        ana.say(seed % 2 == 0 ? R"({"type":"join","room":"tea"})" : R"({"type":"create","room":"tea"})");
        // A write to who has vanished ends the connection in the middle of its command, some turns after it began.
        for (int i = 0; i < 5; ++i) leo.say(post("x"));
        std::uint64_t turns = 0;
        loop.run_until([&] { return turns++ == seed / 10; });
        ana.vanish();
        loop.settle();
        leo.finish();
        loop.advance(601s);
        loop.advance(1min);  // an unused room rests after half of it
        CHECK(at.metric("tertulia_guests") == 0);
        CHECK(at.metric("tertulia_rooms") == 0);
        at.stop();
    }
}

TEST_CASE("who is welcomed while the server drains is told to come back as well") {
    for (std::uint64_t seed = 1; seed <= 200; ++seed) {
        core::test_loop loop{seed};
        CAPTURE(seed);
        sim::server at{loop, 1 + static_cast<std::uint32_t>(seed % 3), without_rate()};
        talker ana{loop, at, seed % 2 == 0 ? "?name=ana&room=lobby" : ""};
        std::uint64_t turns = 0;
        loop.run_until([&] { return turns++ == seed / 20; });
        at.tell_all(begin_drain{});
        const auto heard = ana.hear();
        if (ana.head.empty()) {
            CHECK(ana.ended());
        } else {
            CHECK(count(heard, "close 1001 retry_ms=") == 1);
        }
        ana.finish();
        at.stop();
    }
}

TEST_CASE("a membership that one connection ends while another of the guest renews it is not left behind") {
    for (std::uint64_t seed = 1; seed <= 200; ++seed) {
        core::test_loop loop{seed};
        CAPTURE(seed);
        sim::server at{loop, 1 + static_cast<std::uint32_t>(seed % 3), without_rate()};
        talker ana{loop, at, "?name=ana&room=lobby"};
        const auto welcome = ana.hear();
        REQUIRE(count(welcome, "\"token\":\"") == 1);
        const std::string& text = welcome.front();
        const std::size_t token = text.find("\"token\":\"") + 9;
        talker again{loop, at, "?token=" + text.substr(token, text.find('"', token) - token)};
        (void)again.hear();
        ana.say(R"({"type":"leave","room":"lobby"})");
        again.say(R"({"type":"join","room":"lobby"})");
        (void)ana.hear();
        CHECK(count(again.hear(), "\"joined\"") == 1);
        ana.finish();
        again.finish();
        loop.advance(601s);
        loop.advance(1min);
        CHECK(at.metric("tertulia_guests") == 0);
        CHECK(at.metric("tertulia_rooms") == 0);
        at.stop();
    }
}

TEST_CASE("who asks and does not read is not read from, and gets every answer in order when it reads") {
    core::test_loop loop;
    CAPTURE(loop.seed());
    protocol::limits most = without_rate();
    most.unanswered = 1;
    sim::server at{loop, 2, most};
    talker ana{loop, at, "?name=ana&room=lobby", 2'000};
    (void)ana.hear();
    for (int i = 0; i < 30; ++i) ana.say(post(std::string(4'000, 'x')));
    (void)ana.hear();
    constexpr std::size_t asked = 300;
    const std::string padding(700, 'p');
    for (std::size_t i = 0; i < asked; ++i) {
        ana.say(R"({"type":"history","room":"lobby","limit":5,"ignored":")" + padding + R"(","id":"id-)" +
                std::to_string(1000 + i) + "\"}");
    }
    loop.settle();
    // Four answers are the 64 KiB that may wait for a client. What was read, 64 KiB at most, waits with them.
    CHECK(ana.unread() > asked * 700 - 70'000);
    std::size_t answered = 0;
    for (const auto& heard : ana.hear()) {
        if (heard.find("\"history\"") == std::string::npos) continue;
        CHECK(heard.find("id-" + std::to_string(1000 + answered++)) != std::string::npos);
    }
    CHECK(answered == asked);
    CHECK(ana.unread() == 0);
    ana.finish();
    at.stop();
}

TEST_CASE("the rooms of a URL are joined as fast as their answers are read") {
    core::test_loop loop;
    CAPTURE(loop.seed());
    protocol::limits most = without_rate();
    most.rooms_per_user = 0;
    sim::server at{loop, 2, most};
    constexpr std::size_t rooms = 1'500;
    std::string query = "?name=ana";
    for (std::size_t i = 0; i < rooms; ++i) query += "&room=r" + std::to_string(i);
    talker ana{loop, at, query, 2'000};
    loop.settle();
    CHECK(at.metric("tertulia_rooms") < 700);  // 64 KiB of answers
    ana.say(R"({"type":"ping"})");
    const auto heard = ana.hear();
    CHECK(count(heard, "\"joined\"") == rooms);
    CHECK(count(heard, "\"pong\"") == 1);
    ana.finish();
    at.stop();
}

TEST_CASE("nothing lies before the first event, nor before none") {
    core::test_loop loop;
    CAPTURE(loop.seed());
    sim::server at{loop, 1, without_rate()};
    talker ana{loop, at, "?name=ana&room=lobby"};
    ana.say(post("one"));
    ana.say(post("two"));
    (void)ana.hear();
    for (const char* before : {"0", "1"}) {
        ana.say(R"({"type":"history","room":"lobby","before":)" + std::string{before} + "}");
        CHECK(count(ana.hear(), R"({"type":"history","room":"lobby","events":[],"more":false})") == 1);
    }
    ana.finish();
    at.stop();
}

TEST_CASE("typing is passed on once in three seconds, and answered always") {
    core::test_loop loop;
    CAPTURE(loop.seed());
    sim::server at{loop, 2, without_rate()};
    talker ana{loop, at, "?name=ana&room=lobby"};
    talker leo{loop, at, "?name=leo&room=lobby"};
    for (talker* t : {&ana, &leo}) (void)t->hear();
    const auto type = [&] {
        ana.say(R"({"type":"typing","room":"lobby","id":"t"})");
        CHECK(count(ana.hear(), R"({"type":"ok","id":"t"})") == 1);
        return count(leo.hear(), "\"typing\"");
    };
    CHECK(type() == 1);
    CHECK(type() == 0);
    loop.advance(2'999ms);
    CHECK(type() == 0);
    loop.advance(1ms);
    CHECK(type() == 1);
    ana.say(R"({"type":"typing","room":"tea","id":"t"})");
    CHECK(count(ana.hear(), "not_joined") == 1);
    for (talker* t : {&ana, &leo}) t->finish();
    at.stop();
}

TEST_CASE("a full room refuses a new member, not one who is a member already, and gives the claim back") {
    core::test_loop loop;
    CAPTURE(loop.seed());
    protocol::limits most = without_rate();
    most.members_per_room = 1;
    most.rooms_per_user = 1;
    sim::server at{loop, 2, most};
    talker ana{loop, at, "?name=ana&room=lobby"};
    talker leo{loop, at, "?name=leo"};
    for (talker* t : {&ana, &leo}) (void)t->hear();
    leo.say(R"({"type":"join","room":"lobby"})");
    CHECK(count(leo.hear(), "too_many_members") == 1);
    ana.say(R"({"type":"join","room":"lobby","history":0})");
    CHECK(count(ana.hear(), "\"joined\"") == 1);
    leo.say(R"({"type":"join","room":"tea"})");  // the one room that leo may be a member of
    CHECK(count(leo.hear(), "\"joined\"") == 1);
    ana.say(R"({"type":"leave","room":"lobby"})");
    (void)ana.hear();
    leo.say(R"({"type":"join","room":"lobby"})");
    CHECK(count(leo.hear(), "too_many_rooms") == 1);
    leo.say(R"({"type":"leave","room":"tea"})");
    (void)leo.hear();
    leo.say(R"({"type":"join","room":"lobby"})");
    CHECK(count(leo.hear(), "\"joined\"") == 1);
    for (talker* t : {&ana, &leo}) t->finish();
    at.stop();
}

TEST_CASE("leaving ends the membership on all connections of a user, keeping it only where it is said") {
    core::test_loop loop;
    CAPTURE(loop.seed());
    sim::server at{loop, 3, without_rate()};
    talker ana{loop, at, "?name=ana&room=lobby"};
    const std::string welcome = ana.hear().front();
    const std::size_t token = welcome.find("\"token\":\"") + 9;
    talker again{loop, at, "?room=lobby&token=" + welcome.substr(token, welcome.find('"', token) - token)};
    CHECK(count(again.hear(), "\"resumed\":true") == 1);
    (void)ana.hear();
    SUBCASE("kept") {
        ana.say(R"({"type":"leave","room":"lobby","keep":true,"id":"l"})");
        CHECK(count(ana.hear(), "\"ok\"") == 1);
        again.say(post("x"));
        CHECK(count(again.hear(), "\"message\"") == 1);
        CHECK(ana.hear().empty());
        ana.say(post("y"));  // a member posts, also where it does not follow
        CHECK(ana.hear().empty());
        CHECK(count(again.hear(), "\"message\"") == 1);
    }
    SUBCASE("ended") {
        ana.say(R"({"type":"leave","room":"lobby","id":"l"})");
        CHECK(count(ana.hear(), "\"ok\"") == 1);
        CHECK(count(again.hear(), "\"parted\"") == 1);
        again.say(post("x"));
        CHECK(count(again.hear(), "not_joined") == 1);
        CHECK(ana.hear().empty());
    }
    for (talker* t : {&ana, &again}) t->finish();
    at.stop();
}

TEST_CASE("a server may end in the very turn in which the last goodbyes reach its rooms") {
    for (std::uint64_t seed = 1; seed <= 200; ++seed) {
        core::test_loop loop{seed};
        CAPTURE(seed);
        sim::server at{loop, 1 + static_cast<std::uint32_t>(seed % 3), without_rate()};
        talker ana{loop, at, "?name=ana&room=lobby&room=tea"};
        talker leo{loop, at, "?name=leo&room=lobby"};
        for (talker* t : {&ana, &leo}) (void)t->hear();
        if (seed % 2 == 0) leo.say(R"({"type":"join","room":"attic"})");
        for (talker* t : {&ana, &leo}) t->vanish();
        at.stop();
    }
}

TEST_CASE("who is looked at for its silence while it parts from a writer parts all the same") {
    for (std::uint64_t seed = 1; seed <= 200; ++seed) {
        core::test_loop loop{seed};
        CAPTURE(seed);
        sim::server at{loop, 1, without_rate()};
        talker ana{loop, at, "?name=ana&room=lobby", 1'000};
        talker leo{loop, at, "?name=leo&room=lobby"};
        (void)ana.hear();
        for (int i = 0; i < 40; ++i) leo.say(post(std::string(80, 'x')));
        // In the turn in which the wheel comes to ana, who reads nothing, and is gone.
        loop.spawn("vanish", [](core::test_loop& on, talker& who, std::uint64_t s) -> core::task<> {
            auto slept = co_await core::sleep_for(on.ctx(), std::chrono::seconds{25 + s % 3});
            (void)slept;
            who.vanish();
        }(loop, ana, seed));
        loop.advance(30s);
        CHECK(at.sockets() == 1);
        leo.finish();
        at.stop();
    }
}
