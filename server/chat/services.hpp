// server/chat/services.hpp: what a connection uses of its shard.
// Thread: one shard's.
// Owner: the shard.
#pragma once

#include "core/semaphore.hpp"
#include "server/chat/calls.hpp"
#include "server/ws/engine.hpp"

#include <span>

namespace tertulia::chat {

class clients;

struct services {
    post_office& mail;
    calls& asking;
    hub::hub& rooms_here;
    ws::engine& frames;
    clients& table;
    std::span<std::uint8_t> read_buffer;  ///< shared by all connections of the shard: never kept over an await
    const protocol::limits& most;
    connection_counters& stats;
    core::semaphore& attended;  ///< so many clients of the shard have a command under way that is waited for
    core::semaphore& searches;  ///< so many of these may be searches
    core::context& living;      ///< the parent of each client's own context
};

}  // namespace tertulia::chat
