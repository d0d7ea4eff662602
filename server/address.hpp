// server/address.hpp: where to listen, as the operator writes it.
// Thread: any; a plain value.
// Owner: whoever holds it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace tertulia {

struct host_port {
    std::string host;  ///< a name or an address, without brackets
    std::string port;  ///< 0 to 65535
};

/// Reads `host:port` or `[v6]:port`; empty where it is neither.
[[nodiscard]] inline std::optional<host_port> read_host_port(std::string_view where) {
    const auto colon = where.rfind(':');
    if (colon == std::string_view::npos) return std::nullopt;
    std::string_view host = where.substr(0, colon);
    const std::string_view port = where.substr(colon + 1);
    if (host.size() > 2 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
    const bool number = !port.empty() && port.size() <= 5 && port.find_first_not_of("0123456789") == port.npos;
    if (host.empty() || !number || std::stoul(std::string{port}) > 65535) return std::nullopt;
    return host_port{std::string{host}, std::string{port}};
}

}  // namespace tertulia
