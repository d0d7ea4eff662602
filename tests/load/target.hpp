// tests/load/target.hpp: where the server is, and how a client asks it to upgrade.
// Thread: any; plain values.
// Owner: whoever holds the value.
#pragma once

#include "core/result.hpp"

#include <netinet/in.h>
#include <sys/socket.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tertulia::load {

/// A `ws://host[:port][/path]` URL, taken apart.
struct ws_url {
    std::string host{};  ///< a name or address; of an IPv6 address without its brackets
    std::string port = "80";
    std::string path = "/ws";

    friend bool operator==(const ws_url&, const ws_url&) = default;
};

/// Takes `text` apart. The error is for a person; `wss` is one, as this client speaks no TLS.
[[nodiscard]] core::result<ws_url, std::string> read_url(std::string_view text);

/// A server's address and what its requests say.
struct target {
    sockaddr_storage address{};
    socklen_t address_bytes = 0;
    std::string host{};  ///< for the Host header
    std::string path{};
};

/// Looks the host up; the error is for a person.
[[nodiscard]] core::result<target, std::string> resolve(const ws_url& url);

/// The server's port where it is on this machine, as its loopback address shows; nothing elsewhere.
[[nodiscard]] std::optional<std::uint16_t> local_port(const target& server);

/// The address that connection `number` to `server` comes from: of a server in 127.0.0.0/8 one of 127.0.0.1, 127.0.0.2,
/// … with `each` connections for each, as one address has no more than some 28,000 ports. Nothing elsewhere: the
/// kernel chooses.
[[nodiscard]] std::optional<sockaddr_in> source_of(const target& server, std::uint32_t number, std::uint32_t each);

/// The request that opens a WebSocket (RFC 6455 §4.1). `query` begins with `?` or is empty.
[[nodiscard]] std::string upgrade_request(const target& server, std::string_view query);

/// What is wrong with the head of an answer to `upgrade_request`; empty: nothing.
[[nodiscard]] std::string upgrade_fault(std::string_view head);

}  // namespace tertulia::load
