// server/chat/stats.hpp: what a shard has counted; /metrics adds up those of all shards.
// Thread: counted on one shard; read by another only as a copy that came by letter.
// Owner: the shard.
#pragma once

#include "server/hub/hub.hpp"
#include "server/store/log.hpp"

#include <cstdint>

namespace tertulia::chat {

/// What connections have done since the shard began.
struct connection_counters {
    std::uint64_t accepted = 0;
    std::uint64_t upgraded = 0;
    std::uint64_t refused = 0;  ///< 503 before the upgrade
    std::uint64_t http_requests = 0;
    std::uint64_t bytes_in = 0;
    std::uint64_t commands = 0;
    std::uint64_t errors = 0;  ///< commands answered with an error
    std::uint64_t rate_limited = 0;
    std::uint64_t closed_silent = 0;  ///< with 4108
    std::uint64_t violations = 0;     ///< closed for what broke the framing
};

struct shard_stats {
    std::uint32_t shard = 0;
    connection_counters connections{};
    hub::counters hub{};
    std::uint64_t clients = 0;  ///< upgraded connections that are open
    std::uint64_t rooms = 0;    ///< awake
    std::uint64_t queued = 0;   ///< commands that wait in rooms' inboxes
    std::uint64_t guests = 0;
    std::uint64_t ring_bytes = 0;
    store::log_counts log{};  ///< of the rooms of this shard
};

}  // namespace tertulia::chat
