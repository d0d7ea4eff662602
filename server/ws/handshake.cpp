// server/ws/handshake.cpp: the rules of an upgrade; websocketpp's own look for substrings and take any key.
// Thread: any; plain functions.
// Owner: whoever holds the value.
#include "server/ws/handshake.hpp"

#include "server/http/text.hpp"

#include <websocketpp/base64/base64.hpp>
#include <websocketpp/processors/base.hpp>
#include <websocketpp/sha1/sha1.hpp>

#include <algorithm>
#include <array>
#include <string_view>

namespace tertulia::ws {
namespace {

auto refuse(int status, std::string reason) {
    return core::fail_with(handshake_refusal{status, std::move(reason)});
}

// 16 bytes in base64: 22 characters and the filling.
bool is_key(std::string_view key) {
    return key.size() == 24 && key.ends_with("==") && std::all_of(key.begin(), key.end() - 2, [](char c) {
               return http::is_letter(c) || http::is_digit(c) || c == '+' || c == '/';
           });
}

std::string accept_of(std::string_view key) {
    const std::string text = std::string(key) + websocketpp::processor::constants::handshake_guid;
    std::array<unsigned char, 20> hash{};
    websocketpp::sha1::calc(text.data(), text.size(), hash.data());
    return websocketpp::base64_encode(hash.data(), hash.size());
}

}  // namespace

core::result<upgrade, handshake_refusal> check_upgrade(const http::request& asked) {
    if (asked.method != "GET") return refuse(405, "a WebSocket begins with GET");
    if (asked.minor_version < 1) return refuse(400, "a WebSocket begins with HTTP/1.1");
    if (asked.header("Host").empty()) return refuse(400, "Host is missing");
    if (!http::list_has(asked.header("Upgrade"), "websocket")) return refuse(400, "Upgrade: websocket is missing");
    if (!http::list_has(asked.header("Connection"), "upgrade")) return refuse(400, "Connection: Upgrade is missing");
    if (asked.header("Sec-WebSocket-Version") != "13") return refuse(426, "version 13 of WebSocket is spoken here");
    const std::string_view key = asked.header("Sec-WebSocket-Key");
    if (!is_key(key)) return refuse(400, "Sec-WebSocket-Key: 16 bytes in base64");

    upgrade how{accept_of(key), {}};
    for (const std::string_view offered : http::list_elements(asked.header("Sec-WebSocket-Protocol"))) {
        if (offered != json_protocol && offered != text_protocol) continue;
        how.protocol = offered;
        break;
    }
    return how;
}

http::response accept_upgrade(const upgrade& how) {
    http::response answer{
        101, {{"Upgrade", "websocket"}, {"Connection", "Upgrade"}, {"Sec-WebSocket-Accept", how.accept}}, {}};
    if (!how.protocol.empty()) answer.headers.emplace_back("Sec-WebSocket-Protocol", how.protocol);
    return answer;
}

http::response refuse_upgrade(const handshake_refusal& why) {
    auto answer = http::problem(why.status, "bad_field", why.reason);
    if (why.status == 426) {
        answer.headers.emplace_back("Sec-WebSocket-Version", "13");
        answer.headers.emplace_back("Upgrade", "websocket");
    }
    if (why.status == 405) answer.headers.emplace_back("Allow", "GET");
    return answer;
}

}  // namespace tertulia::ws
