// server/ws/handshake.hpp: whether a request may become a WebSocket, and what the answer is (RFC 6455 §4.2).
// Thread: any; plain functions.
// Owner: whoever holds the value.
#pragma once

#include "core/result.hpp"
#include "server/http/request.hpp"
#include "server/http/response.hpp"

#include <string>
#include <string_view>

namespace tertulia::ws {

inline constexpr std::string_view json_protocol = "tertulia.v1.json";
inline constexpr std::string_view text_protocol = "tertulia.v1.text";

/// What the 101 says.
struct upgrade {
    std::string accept{};  ///< the value of Sec-WebSocket-Accept
    std::string
        protocol{};  ///< the first offered subprotocol that is known here; empty: none, and the connection goes on
};

/// Why not.
struct handshake_refusal {
    int status = 400;  ///< 400, 405, or 426: to be answered with Sec-WebSocket-Version: 13
    std::string reason{};
};

/// Judges a request by RFC 6455 §4.2.1. Origin, path and parameters are the caller's to judge. Extensions are not
/// offered.
[[nodiscard]] core::result<upgrade, handshake_refusal> check_upgrade(const http::request& asked);

/// The 101, for http::write_response.
[[nodiscard]] http::response accept_upgrade(const upgrade& how);

/// The problem document of a refusal, with Sec-WebSocket-Version or Allow where the status asks for it.
[[nodiscard]] http::response refuse_upgrade(const handshake_refusal& why);

}  // namespace tertulia::ws
