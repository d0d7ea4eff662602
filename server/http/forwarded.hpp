// server/http/forwarded.hpp: who is behind a proxy: `X-Forwarded-For`, as far as trusted proxies wrote it.
// Thread: any; plain values, written before the shards start.
// Owner: the server's settings.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tertulia::http {

/// An IPv6 address; an IPv4 address is its mapped one, ::ffff:a.b.c.d, so that both ways to write it are equal.
using ip_address = std::array<std::uint8_t, 16>;

/// Empty where `text` is no address. Takes no brackets, port or zone.
[[nodiscard]] std::optional<ip_address> read_address(std::string_view text);

/// An IPv4 address in dotted form even if it came mapped; an IPv6 address in its shortest form (RFC 5952).
[[nodiscard]] std::string write_address(const ip_address& address);

/// 127.0.0.0/8 or ::1.
[[nodiscard]] bool is_loopback(const ip_address& address) noexcept;

/// A network, as `10.0.0.0/8`, `fd00::/8`, or one address.
class address_range {
public:
    /// Empty where `text` is none; also where bits behind the prefix are set, for then something else was meant.
    [[nodiscard]] static std::optional<address_range> read(std::string_view text);

    [[nodiscard]] bool contains(const ip_address& address) const noexcept;

private:
    ip_address first_{};
    std::size_t bits_ = 0;
};

/// The proxies whose word is taken, of --trusted-proxy.
class trusted_proxies {
public:
    trusted_proxies() = default;
    explicit trusted_proxies(std::vector<address_range> ranges) noexcept : ranges_(std::move(ranges)) {}

    [[nodiscard]] bool trusts(const ip_address& peer) const noexcept;

    /// The client of a peer that is trusted: the last address of `X-Forwarded-For` that is not a trusted proxy's
    /// itself. What stands before it the client may have made up. Empty where there is none, or garbage stands in its
    /// place. An address may have a port: `192.0.2.7:4711`, `[2001:db8::7]:4711`.
    [[nodiscard]] std::optional<ip_address> client_of(std::string_view forwarded_for) const;

private:
    std::vector<address_range> ranges_{};
};

}  // namespace tertulia::http
