// tests/load/target_test.cpp: URLs are taken apart or refused with a reason, and only a right upgrade is taken.
// Thread: one.
// Owner: load_tests.
#include "tests/load/target.hpp"

#include <arpa/inet.h>
#include <doctest/doctest.h>

#include <string>

using namespace tertulia::load;

TEST_CASE("a URL is taken apart") {
    CHECK(read_url("ws://127.0.0.1:8080") == ws_url{"127.0.0.1", "8080", "/ws"});
    CHECK(read_url("ws://localhost") == ws_url{"localhost", "80", "/ws"});
    CHECK(read_url("ws://localhost/") == ws_url{"localhost", "80", "/ws"});
    CHECK(read_url("ws://chat.example:81/chat/ws") == ws_url{"chat.example", "81", "/chat/ws"});
    CHECK(read_url("ws://[::1]:8080/ws") == ws_url{"::1", "8080", "/ws"});
}

TEST_CASE("what is no ws URL is refused with a reason") {
    for (const char* url : {"", "http://localhost", "wss://localhost", "ws://", "ws://:80",
                            "ws://host:", "ws://host:8x", "ws://host:70000", "ws://[::1", "ws://[::1]80"}) {
        CAPTURE(url);
        const auto read = read_url(url);
        REQUIRE_FALSE(read);
        CHECK(read.error().starts_with("--url "));
    }
}

TEST_CASE("only a switch to WebSocket with the right accept is an upgrade") {
    const std::string good =
        "HTTP/1.1 101 Switching Protocols\r\nupgrade: WebSocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";
    CHECK(upgrade_fault(good).empty());
    CHECK(upgrade_fault("HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\n\r\n") == "status 503");
    CHECK(upgrade_fault("SSH-2.0-OpenSSH\r\n\r\n") == "no HTTP answer");
    auto wrong = good;
    wrong.replace(wrong.find("s3pP"), 4, "aaaa");
    CHECK(upgrade_fault(wrong) == "a wrong Sec-WebSocket-Accept");
    CHECK(upgrade_fault("HTTP/1.1 101 OK\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n") ==
          "no Upgrade: websocket");
}

TEST_CASE("the request names the host and carries the query") {
    const auto server = resolve({"127.0.0.1", "8080", "/ws"});
    REQUIRE(server);
    const auto request = upgrade_request(*server, "?name=ana&room=lobby");
    CHECK(request.starts_with("GET /ws?name=ana&room=lobby HTTP/1.1\r\nHost: 127.0.0.1:8080\r\n"));
    CHECK(request.ends_with("\r\n\r\n"));
}

TEST_CASE("many connections to this machine come from several of its addresses") {
    const auto from = [](const char* host, std::uint32_t number) -> std::string {
        const auto server = resolve({host, "8080", "/ws"});
        REQUIRE(server);
        const auto source = source_of(*server, number, 20'000);
        if (!source) return "any";
        char text[INET_ADDRSTRLEN];
        return inet_ntop(AF_INET, &source->sin_addr, text, sizeof text);
    };
    CHECK(from("127.0.0.1", 0) == "127.0.0.1");
    CHECK(from("127.0.0.1", 19'999) == "127.0.0.1");
    CHECK(from("127.0.0.1", 20'000) == "127.0.0.2");
    CHECK(from("127.7.0.1", 999'999) == "127.0.0.50");
    CHECK(from("10.1.2.3", 0) == "any");
    CHECK(from("::1", 0) == "any");
}

TEST_CASE("a server on this machine is known by its loopback address") {
    const auto port = [](const char* host) {
        const auto server = resolve({host, "8080", "/ws"});
        REQUIRE(server);
        return local_port(*server).value_or(0);
    };
    CHECK(port("127.0.0.1") == 8080);
    CHECK(port("127.9.9.9") == 8080);
    CHECK(port("::1") == 8080);
    CHECK(port("10.1.2.3") == 0);
    CHECK(port("fe80::1") == 0);
}
