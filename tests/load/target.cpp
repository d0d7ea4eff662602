// tests/load/target.cpp: see target.hpp.
// Thread: any.
// Owner: whoever holds the value.
#include "tests/load/target.hpp"

#include <netdb.h>
#include <strings.h>

#include <algorithm>
#include <cstring>
#include <memory>

namespace tertulia::load {
namespace {

// The key and answer that RFC 6455 §1.3 shows; a key need be no secret of a load test, and so no SHA-1 is needed here.
constexpr std::string_view upgrade_key = "dGhlIHNhbXBsZSBub25jZQ==";
constexpr std::string_view upgrade_accept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

bool same_header(std::string_view a, std::string_view b) {
    return a.size() == b.size() && strncasecmp(a.data(), b.data(), a.size()) == 0;
}

// The value of header `name` in `head`; empty if it has none.
std::string_view header(std::string_view head, std::string_view name) {
    while (!head.empty()) {
        const auto line = head.substr(0, head.find("\r\n"));
        head.remove_prefix(std::min(head.size(), line.size() + 2));
        const auto colon = line.find(':');
        if (colon == line.npos || !same_header(line.substr(0, colon), name)) continue;
        auto value = line.substr(colon + 1);
        value.remove_prefix(std::min(value.size(), value.find_first_not_of(' ')));
        while (value.ends_with(' ')) value.remove_suffix(1);
        return value;
    }
    return {};
}

constexpr std::uint32_t loopback_net = 127u << 24;

// The server's address if it is in 127.0.0.0/8.
std::optional<sockaddr_in> loopback_of(const target& server) {
    if (server.address.ss_family != AF_INET) return std::nullopt;
    sockaddr_in to{};
    std::memcpy(&to, &server.address, sizeof to);
    if ((ntohl(to.sin_addr.s_addr) & 0xff000000) != loopback_net) return std::nullopt;
    return to;
}

}  // namespace

core::result<ws_url, std::string> read_url(std::string_view text) {
    const auto refuse = [&](std::string why) { return core::fail_with("--url " + std::string(text) + ": " + why); };
    constexpr std::string_view scheme = "ws://";
    if (text.starts_with("wss://")) return refuse("this client speaks no TLS, give a ws:// URL");
    if (!text.starts_with(scheme)) return refuse("must begin with ws://");
    auto rest = text.substr(scheme.size());
    ws_url url;
    if (const auto slash = rest.find('/'); slash != rest.npos) {
        if (slash + 1 < rest.size()) url.path = rest.substr(slash);
        rest = rest.substr(0, slash);
    }
    if (rest.starts_with('[')) {
        const auto end = rest.find(']');
        if (end == rest.npos) return refuse("the address's ] is missing");
        url.host = rest.substr(1, end - 1);
        rest.remove_prefix(end + 1);
    } else {
        url.host = rest.substr(0, rest.find(':'));
        rest.remove_prefix(url.host.size());
    }
    if (url.host.empty()) return refuse("names no host");
    if (rest.empty()) return url;
    const auto port = rest.substr(1);
    const bool digits = std::all_of(port.begin(), port.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (rest[0] != ':' || port.empty() || port.size() > 5 || !digits || std::stoi(std::string(port)) > 65535)
        return refuse("its port must be a number up to 65535");
    url.port = port;
    return url;
}

core::result<target, std::string> resolve(const ws_url& url) {
    addrinfo hints{};
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* list = nullptr;
    if (const int error = getaddrinfo(url.host.c_str(), url.port.c_str(), &hints, &list); error != 0)
        return core::fail_with(url.host + ": " + gai_strerror(error));
    const std::unique_ptr<addrinfo, void (*)(addrinfo*)> owned(list, freeaddrinfo);
    target t;
    std::memcpy(&t.address, list->ai_addr, list->ai_addrlen);
    t.address_bytes = list->ai_addrlen;
    t.host = (url.host.find(':') == url.host.npos ? url.host : "[" + url.host + "]") + ":" + url.port;
    t.path = url.path;
    return t;
}

std::optional<std::uint16_t> local_port(const target& server) {
    if (const auto v4 = loopback_of(server)) return ntohs(v4->sin_port);
    if (server.address.ss_family != AF_INET6) return std::nullopt;
    sockaddr_in6 to{};
    std::memcpy(&to, &server.address, sizeof to);
    if (!IN6_IS_ADDR_LOOPBACK(&to.sin6_addr)) return std::nullopt;
    return ntohs(to.sin6_port);
}

std::optional<sockaddr_in> source_of(const target& server, std::uint32_t number, std::uint32_t each) {
    constexpr std::uint32_t hosts = (1u << 24) - 2;  // neither the first nor the last address is a host's
    if (!loopback_of(server)) return std::nullopt;
    sockaddr_in from{};
    from.sin_family = AF_INET;
    from.sin_addr.s_addr = htonl(loopback_net + 1 + number / each % hosts);
    return from;
}

std::string upgrade_request(const target& server, std::string_view query) {
    std::string text = "GET " + server.path;
    text += query;
    text += " HTTP/1.1\r\nHost: " + server.host + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n";
    text += "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ";
    text += upgrade_key;
    text += "\r\n\r\n";
    return text;
}

std::string upgrade_fault(std::string_view head) {
    constexpr std::string_view version = "HTTP/1.1 ";
    const auto line = head.substr(0, head.find("\r\n"));
    if (!line.starts_with(version)) return "no HTTP answer";
    if (const auto status = line.substr(version.size(), 3); status != "101") return "status " + std::string(status);
    if (!same_header(header(head, "upgrade"), "websocket")) return "no Upgrade: websocket";
    if (header(head, "sec-websocket-accept") != upgrade_accept) return "a wrong Sec-WebSocket-Accept";
    return {};
}

}  // namespace tertulia::load
