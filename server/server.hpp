// server/server.hpp: the whole server: shards on their threads, the listener, signals, stopping well.
// Thread: main; the listening shard runs on it.
// Owner: main.
#pragma once

#include "server/options.hpp"

namespace tertulia {

/// Serves until SIGTERM or SIGINT; then closes all clients and waits for every coroutine to end.
/// Prints `listening on http://…` on standard output for each address when it serves.
/// @return the exit code: 0, or 1 with one clear line on standard error
[[nodiscard]] int serve(const options& with);

}  // namespace tertulia
