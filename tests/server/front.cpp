// tests/server/front.cpp: the way in, where the place of a cut or the passing of time matters; the rest is tests/e2e's.
// Thread: one.
// Owner: server_tests.
#include "tests/server/talker.hpp"

#include <doctest/doctest.h>

using namespace tertulia;
using namespace std::chrono_literals;
using test::count;

namespace {

const std::string get_alive = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n";

struct fixture {
    ~fixture() { at.stop(); }
    /// All that the server answers to what was sent by now.
    std::string heard() {
        loop.settle();
        const std::string more = socket->take(std::string::npos);
        return more.empty() ? more : more + heard();
    }
    core::test_loop loop;
    sim::server at{loop, 2, {}};
    std::shared_ptr<sim::wire> socket = at.connect(1 << 20);
};

std::size_t answers(const std::string& bytes) {
    std::size_t n = 0;
    for (auto i = bytes.find("HTTP/1.1 200 "); i != std::string::npos; i = bytes.find("HTTP/1.1 200 ", i + 1)) ++n;
    return n;
}

}  // namespace

TEST_CASE("requests are answered wherever their bytes are cut, in order, on one connection") {
    const std::string two = get_alive + "GET /readyz HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n\r\nabc";
    for (std::size_t cut = 0; cut <= two.size(); ++cut) {
        CAPTURE(cut);
        fixture f;
        f.socket->send(two.substr(0, cut));
        std::string heard = f.heard();
        f.socket->send(two.substr(cut));
        heard += f.heard();
        CHECK(answers(heard) == 2);
        CHECK_FALSE(f.socket->ended());
        f.socket->finish();
        f.loop.settle();
        CHECK(f.socket->ended());
    }
}

TEST_CASE("frames may come with the upgrade's head, cut anywhere") {
    const std::string head =
        "GET /ws HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    const std::string all = head + ws_test::text(R"({"type":"ping","id":"one"})") + ws_test::control(9, "two");
    for (std::size_t cut = head.size() - 3; cut <= all.size(); ++cut) {
        CAPTURE(cut);
        fixture f;
        f.socket->send(all.substr(0, cut));
        std::string heard = f.heard();
        f.socket->send(all.substr(cut));
        heard += f.heard();
        CHECK(heard.starts_with("HTTP/1.1 101 "));
        CHECK(heard.find(R"({"type":"pong","id":"one"})") != std::string::npos);
        CHECK(heard.ends_with("\x8a\x03two"));
        f.socket->finish();
    }
}

TEST_CASE("a head has ten seconds, also between two requests") {
    fixture f;
    f.socket->send(get_alive);
    CHECK(answers(f.heard()) == 1);
    f.loop.advance(9s);
    f.socket->send("GET /healthz HT");
    SUBCASE("in time") {
        f.loop.advance(999ms);
        f.socket->send("TP/1.1\r\nHost: localhost\r\n\r\n");
        CHECK(answers(f.heard()) == 1);
        CHECK_FALSE(f.socket->ended());
        f.socket->finish();
    }
    SUBCASE("or not") {
        f.loop.advance(1s);
        CHECK(f.heard().empty());
        CHECK(f.socket->ended());
        f.loop.advance(2s);  // who does not close its half is not waited for longer
        CHECK(f.at.sockets() == 0);
    }
}

TEST_CASE("after the last answer the other side has two seconds to take it") {
    fixture f;
    f.socket->send("GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    CHECK(answers(f.heard()) == 1);
    CHECK(f.socket->ended());
    CHECK(f.at.sockets() == 1);
    f.loop.advance(2s);
    CHECK(f.at.sockets() == 0);
}

TEST_CASE("draining ends at once who speaks HTTP only, also in the middle of a head") {
    fixture f;
    std::shared_ptr<sim::wire> idle = f.at.connect(1'000);
    std::shared_ptr<sim::wire> midway = f.at.connect(1'000);
    midway->send("GET / HTTP/1.1\r\nHo");
    f.loop.settle();
    CHECK(f.at.sockets() == 3);
    f.at.tell_all(begin_drain{});
    f.loop.settle();
    for (const auto& w : {f.socket, idle, midway}) CHECK(w->ended());
    CHECK(f.at.sockets() == 0);
}

TEST_CASE("who takes nothing of its answer is let go with the ten seconds of its head") {
    fixture f;
    const auto slow = f.at.connect(10);
    slow->send(get_alive);
    f.loop.settle();
    CHECK(f.at.sockets() == 2);
    f.socket->finish();
    f.loop.advance(10s);
    CHECK(f.at.sockets() == 0);
}

TEST_CASE("too many: everything is answered with 503, and the connection ends") {
    fixture f;
    const auto refused = f.at.connect(1'000, true);
    refused->send(get_alive + get_alive);
    f.loop.settle();
    const std::string heard = refused->take(std::string::npos);
    CHECK(heard.starts_with("HTTP/1.1 503 "));
    CHECK(heard.find("\r\nRetry-After: 5\r\n") != std::string::npos);
    CHECK(heard.find("HTTP/1.1", 1) == std::string::npos);
    CHECK(refused->ended());
    refused->finish();
    f.socket->finish();
}
