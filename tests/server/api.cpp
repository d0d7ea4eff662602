// tests/server/api.cpp: the HTTP API where time, order and defects matter; the rest is tests/e2e's.
// Thread: one.
// Owner: server_tests.
#include "server/api/api.hpp"

#include "tests/server/talker.hpp"

#include <doctest/doctest.h>

using namespace tertulia;
using namespace std::chrono_literals;
using test::count;
using test::talker;

namespace {

std::string token_in(const std::vector<std::string>& heard) {
    REQUIRE(count(heard, "\"token\":\"") == 1);
    const std::string& welcome = heard.front();
    const std::size_t begin = welcome.find("\"token\":\"") + 9;
    return welcome.substr(begin, welcome.find('"', begin) - begin);
}

std::string request(const std::string& what, const std::string& token, const std::string& body = {}) {
    return what + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAuthorization: Bearer " + token +
           "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

bool has(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

const std::string messages = "POST /api/v1/rooms/lobby/messages";

}  // namespace

TEST_CASE("a path is a resource or nothing") {
    using kind = api::resource::kind;
    CHECK(api::find_resource("/api/v1/rooms")->what == kind::rooms);
    CHECK(api::find_resource("/api/v1/rooms/lobby/events")->what == kind::events);
    CHECK(api::find_resource("/api/v1/rooms/Lobby/messages")->what == kind::messages);
    CHECK(api::find_resource("/api/v1/rooms/Lobby/messages")->room == "Lobby");
    for (const char* none : {"/api/", "/api/v1", "/api/v1/roomsx", "/api/v1/rooms/", "/api/v1/rooms/lobby",
                             "/api/v1/rooms//events", "/api/v1/rooms/events", "/api/v1/rooms/a/b/events",
                             "/api/v1/rooms/a/events/", "/api/v1/rooms/a/Events", "/api/v2/rooms"}) {
        CAPTURE(none);
        CHECK_FALSE(api::find_resource(none));
    }
}

TEST_CASE("each refusal has its status, and says when to come back where that helps") {
    using protocol::code;
    const auto status = [](code c) { return api::as_response(protocol::refusal{c, "why"}, {}).status; };
    CHECK(status(code::bad_field) == 400);
    CHECK(status(code::bad_token) == 401);
    CHECK(status(code::not_joined) == 403);
    CHECK(status(code::unknown_event) == 404);
    CHECK(status(code::conflict) == 409);
    CHECK(status(code::too_long) == 413);
    CHECK(status(code::internal) == 500);
    const auto late = api::as_response(protocol::refusal{code::rate_limited, "slow down", 1'001ms}, {});
    CHECK(late.status == 429);
    CHECK(late.headers.back() == std::pair<std::string, std::string>{"Retry-After", "2"});
    CHECK(api::as_response(protocol::refusal{code::unavailable, "why"}, {}).headers.back().first == "Retry-After");
}

TEST_CASE("what is posted over HTTP is a member's message, stored once, and told to who follows") {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {  // so that guest, room and request are on several shards
        CAPTURE(seed);
        core::test_loop loop{seed};
        sim::server at{loop, 1 + static_cast<std::uint32_t>(seed % 3), {}};
        talker ana{loop, at, "?name=ana&room=lobby"};
        talker leo{loop, at, "?name=leo"};
        const std::string token = token_in(ana.hear());
        const std::string other = token_in(leo.hear());
        const std::string posted = at.http(request(messages, token, R"({"text":"hola"})"));
        CHECK(posted.starts_with("HTTP/1.1 201 "));
        CHECK(posted.ends_with(R"({"type":"ok","room":"lobby","seq":1})"));
        CHECK(count(ana.hear(), R"("seq":1,"from":"ana","guest":true)") == 1);
        const std::string refused = at.http(request(messages, other, R"({"text":"hola"})"));
        CHECK(refused.starts_with("HTTP/1.1 403 "));
        CHECK(has(refused, R"("code":"not_joined")"));
        const std::string read = at.http(request("GET /api/v1/rooms/lobby/events", token));
        CHECK(has(read, R"({"type":"history","room":"lobby","events":[{"type":"message","room":"lobby","seq":1,)"));
        CHECK(has(at.http(request("GET /api/v1/rooms?query=lob", other)), R"({"room":"lobby","topic":"","count":1)"));
        for (talker* t : {&ana, &leo}) t->finish();
        at.stop();
    }
}

TEST_CASE("a request holds its guest: the life goes on for ten minutes from the last one, and then it is over") {
    core::test_loop loop;
    CAPTURE(loop.seed());
    sim::server at{loop, 2, {}};
    talker ana{loop, at, "?name=ana&room=lobby"};
    const std::string token = token_in(ana.hear());
    ana.finish();
    loop.settle();
    for (int i = 0; i < 3; ++i) {
        loop.advance(9min);
        CHECK(has(at.http(request("GET /api/v1/rooms", token)), R"({"room":"lobby","topic":"","count":0)"));
    }
    CHECK(at.http(request(messages, token, R"({"text":"still a member"})")).starts_with("HTTP/1.1 201 "));
    loop.advance(10min);
    const std::string over = at.http(request("GET /api/v1/rooms", token));
    CHECK(over.starts_with("HTTP/1.1 401 "));
    CHECK(has(over, "\r\nWWW-Authenticate: Bearer"));
    CHECK(has(over, R"("code":"bad_token")"));
    loop.advance(1min);
    CHECK(at.metric("tertulia_guests") == 0);  // nobody was made for the token
    at.stop();
}

TEST_CASE("requests and connections of a guest share its commands") {
    core::test_loop loop;
    CAPTURE(loop.seed());
    protocol::limits most;
    most.commands_per_s = 2;  // a burst of 4
    sim::server at{loop, 2, most};
    talker ana{loop, at, "?name=ana&room=lobby"};
    const std::string token = token_in(ana.hear());
    for (int i = 0; i < 2; ++i) ana.say(R"({"type":"rooms"})");
    (void)ana.hear();
    CHECK(at.http(request("GET /api/v1/rooms", token)).starts_with("HTTP/1.1 200 "));
    CHECK(at.http(request("GET /api/v1/rooms?limit=bad", token)).starts_with("HTTP/1.1 400 "));  // counts, too
    const std::string late = at.http(request("GET /api/v1/rooms", token));
    CHECK(late.starts_with("HTTP/1.1 429 "));
    CHECK(has(late, "\r\nRetry-After: 1\r\n"));
    ana.say(R"({"type":"rooms"})");
    CHECK(count(ana.hear(), "rate_limited") == 1);
    loop.advance(1s);
    CHECK(at.http(request("GET /api/v1/rooms", token)).starts_with("HTTP/1.1 200 "));
    ana.finish();
    at.stop();
}

TEST_CASE("a server that stops lets go of who asks over HTTP, in whichever turn") {
    for (std::uint64_t seed = 1; seed <= 100; ++seed) {
        CAPTURE(seed);
        core::test_loop loop{seed};
        sim::server at{loop, 1 + static_cast<std::uint32_t>(seed % 3), {}};
        talker ana{loop, at, "?name=ana&room=lobby"};
        const std::string token = token_in(ana.hear());
        const auto socket = at.connect(1'000);
        socket->send(request(messages, token, R"({"text":"hola"})"));
        std::uint64_t turns = 0;
        loop.run_until([&] { return turns++ == seed / 10; });
        ana.finish();
        if (seed % 2 == 0) socket->reset();
        at.stop();
        CHECK(at.sockets() == 0);
    }
}
