// server/http/authority.cpp: host[:port] and scheme://host[:port], parsed strictly.
// Thread: any; plain values.
// Owner: whoever holds the value.
#include "server/http/authority.hpp"

#include "server/http/text.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>

namespace tertulia::http {
namespace {

std::optional<std::uint16_t> parse_port(std::string_view text) {
    if (text.empty() || text.size() > 5 || !std::all_of(text.begin(), text.end(), is_digit)) return std::nullopt;
    unsigned value = 0;
    for (const char c : text) value = value * 10 + static_cast<unsigned>(c - '0');
    if (value > 65535) return std::nullopt;
    return static_cast<std::uint16_t>(value);
}

// So that ::1 and 0:0:0:0:0:0:0:1 compare equal.
std::optional<std::string> canonical_v6(std::string_view text) {
    in6_addr parsed{};
    std::array<char, INET6_ADDRSTRLEN> written{};
    if (inet_pton(AF_INET6, std::string(text).c_str(), &parsed) != 1) return std::nullopt;
    if (!inet_ntop(AF_INET6, &parsed, written.data(), written.size())) return std::nullopt;
    return std::string(written.data());
}

bool is_host_name(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return is_letter(c) || is_digit(c) || c == '-' || c == '.' || c == '_';
    });
}

}  // namespace

std::optional<authority> parse_authority(std::string_view text) {
    authority parsed;
    std::string_view rest;
    if (text.starts_with('[')) {
        const std::size_t bracket = text.find(']');
        if (bracket == std::string_view::npos) return std::nullopt;
        auto host = canonical_v6(text.substr(1, bracket - 1));
        if (!host) return std::nullopt;
        parsed.host = std::move(*host);
        parsed.address = true;
        rest = text.substr(bracket + 1);
    } else {
        const std::size_t colon = std::min(text.find(':'), text.size());
        if (!is_host_name(text.substr(0, colon))) return std::nullopt;
        parsed.host = lower_case(text.substr(0, colon));
        in_addr ignored{};
        parsed.address = inet_pton(AF_INET, parsed.host.c_str(), &ignored) == 1;
        rest = text.substr(colon);
    }
    if (rest.empty()) return parsed;
    if (rest.front() != ':') return std::nullopt;
    parsed.port = parse_port(rest.substr(1));
    if (!parsed.port) return std::nullopt;
    return parsed;
}

std::optional<web_origin> parse_origin(std::string_view text) {
    const std::size_t mark = text.find("://");
    if (mark == std::string_view::npos || mark == 0) return std::nullopt;
    web_origin origin;
    origin.scheme = lower_case(text.substr(0, mark));
    const bool plain = std::all_of(origin.scheme.begin(), origin.scheme.end(), [](char c) {
        return is_letter(c) || is_digit(c) || c == '+' || c == '-' || c == '.';
    });
    if (!plain || !is_letter(origin.scheme.front())) return std::nullopt;
    auto rest = parse_authority(text.substr(mark + 3));
    if (!rest) return std::nullopt;
    origin.host = std::move(rest->host);
    origin.port = rest->port.value_or(default_port(origin.scheme));
    return origin;
}

std::uint16_t default_port(std::string_view scheme) noexcept {
    if (scheme == "http" || scheme == "ws") return 80;
    if (scheme == "https" || scheme == "wss") return 443;
    return 0;
}

}  // namespace tertulia::http
