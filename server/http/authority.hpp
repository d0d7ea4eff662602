// server/http/authority.hpp: host[:port] and scheme://host[:port], parsed strictly, as `Host` and `Origin` carry them.
// Thread: any; plain values.
// Owner: whoever holds the value.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tertulia::http {

/// A host and perhaps a port (RFC 3986 §3.2, without user information).
struct authority {
    std::string host{};    ///< in lower case; an IPv6 address without brackets, in its canonical form
    bool address = false;  ///< an IPv4 or IPv6 address, not a name
    std::optional<std::uint16_t> port{};
};

/// Empty where `text` is not exactly host[:port] with a name, a dotted IPv4 address or an IPv6 address in brackets.
[[nodiscard]] std::optional<authority> parse_authority(std::string_view text);

/// Where a page came from (RFC 6454).
struct web_origin {
    std::string scheme{};    ///< in lower case
    std::string host{};      ///< as in `authority`
    std::uint16_t port = 0;  ///< the scheme's own where none is named: 80 of http and ws, 443 of https and wss, else 0

    friend bool operator==(const web_origin&, const web_origin&) = default;
};

/// Empty where `text` is not exactly scheme://host[:port]; so for "null".
[[nodiscard]] std::optional<web_origin> parse_origin(std::string_view text);

/// The port that a URL of `scheme` (in lower case) means when it names none; 0 where that is not known.
[[nodiscard]] std::uint16_t default_port(std::string_view scheme) noexcept;

}  // namespace tertulia::http
