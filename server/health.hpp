// server/health.hpp: `tertulia health`: asks a server whether it can serve, for container health checks and scripts.
// Thread: main; no shard runs.
// Owner: main.
#pragma once

#include <string>

namespace tertulia {

/// What `tertulia health [URL]` was given.
struct health_check {
    std::string
        url{};  ///< http://host[:port][/…] or host:port; a server that listens on all addresses is asked by loopback
};

/// Asks GET /readyz and waits for the answer for a few seconds at most.
/// @return the exit code: 0 where it is 200, else 1 with one clear line on standard error
[[nodiscard]] int check_health(const health_check& what);

}  // namespace tertulia
