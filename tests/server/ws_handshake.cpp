// tests/server/ws_handshake.cpp: which requests become a WebSocket (RFC 6455 §4.2).
// Thread: one.
// Owner: server_tests.
#include "server/ws/handshake.hpp"

#include <doctest/doctest.h>

namespace http = tertulia::http;
namespace ws = tertulia::ws;

namespace {

// A good request with one header changed; an empty value takes it away.
http::request asking(std::string_view name = {}, std::string_view value = {}) {
    http::request asked;
    asked.method = "GET";
    asked.headers = {{"Host", "localhost"},
                     {"Upgrade", "websocket"},
                     {"Connection", "keep-alive, Upgrade"},
                     {"Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="},
                     {"Sec-WebSocket-Version", "13"}};
    std::erase_if(asked.headers, [&](const auto& header) { return header.first == name; });
    if (!value.empty()) asked.headers.emplace_back(name, value);
    return asked;
}

int status(const http::request& asked) {
    const auto judged = ws::check_upgrade(asked);
    return judged ? 101 : judged.error().status;
}

std::string protocol(std::string_view offered) {
    return ws::check_upgrade(asking("Sec-WebSocket-Protocol", offered)).value().protocol;
}

bool has(const http::response& answer, std::string_view name, std::string_view value) {
    const std::string line = std::string(name).append(": ").append(value).append("\r\n");
    return http::write_response(answer, false).find(line) != std::string::npos;
}

}  // namespace

TEST_CASE("the key of RFC 6455 §1.3 is accepted as it says there") {
    const auto how = ws::check_upgrade(asking());
    REQUIRE(how);
    CHECK(how->accept == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    CHECK(how->protocol.empty());
    CHECK(http::write_response(ws::accept_upgrade(*how), true)
              .starts_with("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                           "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\nX-"));
}

TEST_CASE("Upgrade and Connection are lists of tokens, whatever their case") {
    CHECK(status(asking("Upgrade", "h2c, WebSocket")) == 101);
    CHECK(status(asking("Connection", "UPGRADE")) == 101);
    CHECK(status(asking("Connection", "a,upgrade ,b")) == 101);
    for (const std::string_view bad : {"notwebsocketatall", "websocket/13", "web socket", ""})
        CHECK(status(asking("Upgrade", bad)) == 400);
    for (const std::string_view bad : {"keep-alive", "upgraded", "not upgrade", ""})
        CHECK(status(asking("Connection", bad)) == 400);
}

TEST_CASE("a method other than GET is 405 and says which") {
    auto asked = asking();
    asked.method = "POST";
    REQUIRE(status(asked) == 405);
    CHECK(has(ws::refuse_upgrade(ws::check_upgrade(asked).error()), "Allow", "GET"));
}

TEST_CASE("HTTP/1.0 and a missing Host are refused") {
    auto asked = asking();
    asked.minor_version = 0;
    CHECK(status(asked) == 400);
    CHECK(status(asking("Host")) == 400);
}

TEST_CASE("a version other than exactly 13 is 426 and says which") {
    for (const std::string_view bad : {"", "12", "14", "13abc", "013", "13, 13", "13, 8", "+13"})
        CHECK(status(asking("Sec-WebSocket-Version", bad)) == 426);
    const auto answer = ws::refuse_upgrade(ws::check_upgrade(asking("Sec-WebSocket-Version", "8")).error());
    CHECK(has(answer, "Sec-WebSocket-Version", "13"));
    CHECK(has(answer, "Upgrade", "websocket"));
}

TEST_CASE("a key is 24 characters of base64 of 16 bytes") {
    for (const std::string_view bad :
         {"", "short", "dGhlIHNhbXBsZSBub25jZQ=", "dGhlIHNhbXBsZSBub25jZQ===", "dGhlIHNhbXBsZSBub25jZQAA",
          "dGhlIHNhbXBsZSBub25jZQA=", "dGhlIHNhbXBsZSBub25j-Q==", "dGhlIHNhbXBsZSBub25j Q==",
          "dGhlIHNhbXBsZSBub25jZQ==, dGhlIHNhbXBsZSBub25jZQ=="})
        CHECK_MESSAGE(status(asking("Sec-WebSocket-Key", bad)) == 400, bad);
    CHECK(status(asking("Sec-WebSocket-Key", "+/+/+/+/+/+/+/+/+/+/+w==")) == 101);
}

TEST_CASE("the first subprotocol that is known is chosen; with none the connection goes on") {
    CHECK(protocol("tertulia.v1.text") == "tertulia.v1.text");
    CHECK(protocol("chat, tertulia.v1.json, tertulia.v1.text") == "tertulia.v1.json");
    CHECK(protocol("tertulia.v1.text,tertulia.v1.json") == "tertulia.v1.text");
    CHECK(protocol("chat, TERTULIA.V1.JSON, tertulia.v1.jsonx") == "");
    const auto with = ws::accept_upgrade({"accept", "tertulia.v1.text"});
    CHECK(has(with, "Sec-WebSocket-Protocol", "tertulia.v1.text"));
    CHECK(http::write_response(ws::accept_upgrade({"accept", ""}), true).find("Protocol:") == std::string::npos);
}
