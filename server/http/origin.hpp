// server/http/origin.hpp: which pages may use the server: the rule about `Origin` of docs/protocol.md, "Identity".
// Thread: any; the rules are written before the shards start.
// Owner: the server's options.
#pragma once

#include "server/http/request.hpp"

#include <string>
#include <vector>

namespace tertulia::http {

/// What the operator said about names; each as it stands on the command line.
struct origin_rules {
    std::vector<std::string> listen_names{};  ///< of --listen: names or addresses, with or without a port
    std::string public_url{};                 ///< of --public-url; may be empty
    std::vector<std::string> allowed{};       ///< of --allow-origin: scheme://host[:port]
};

/// True without an `Origin` (only browsers send it). With one: it is among the allowed, or it is http(s) and of the
/// host and port of `Host`, and that host is an IP address, localhost, a listen name or the public URL's. The last
/// condition is against DNS rebinding: a foreign page whose name was pointed at this server has an origin that is that
/// of `Host`, too.
[[nodiscard]] bool origin_allowed(const request& asked, const origin_rules& rules);

}  // namespace tertulia::http
