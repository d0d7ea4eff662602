// server/protocol/limits.hpp: every limit that a client can run into; each is a flag of the command line.
// Thread: read by all shards, written before they start.
// Owner: server/options.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace tertulia::protocol {

/// The limits of docs/protocol.md. 0 means none, where the comment does not say otherwise.
struct limits {
    std::size_t head_bytes = 16384;                     ///< an HTTP request's head
    std::chrono::seconds head_s{10};                    ///< until a head is complete, also between two requests
    std::size_t body_bytes = 65536;                     ///< an HTTP request's body
    std::size_t frame_bytes = 65536;                    ///< a frame or whole message from a client
    std::size_t text_bytes = 4096;                      ///< of a message
    std::uint32_t commands_per_s = 20;                  ///< of a user, with a burst of twice that
    std::uint32_t unanswered = 32;                      ///< commands of a connection that wait for their answer
    std::uint32_t rooms_per_user = 100;                 ///< memberships of an identity
    std::uint32_t members_per_room = 0;                 ///< identities
    std::uint32_t connections = 0;                      ///< of the server; 0: what the descriptor limit allows
    std::uint32_t connections_per_address = 100;        ///< loopback is exempt
    std::uint64_t recovery_events = 10000;              ///< how far back a cursor may start
    std::size_t memory_bytes = std::size_t{256} << 20;  ///< of the memory store
    std::chrono::seconds ping_s{25};                    ///< of silence until a client is pinged
    std::chrono::seconds silent_s{60};                  ///< of silence until a connection is closed
    std::chrono::seconds guest_s{600};                  ///< how long a guest's name is kept after its last connection
    std::chrono::seconds drain_s{5};                    ///< how long stopping may take
    bool kept = true;  ///< not a limit, but told with them: what was said is still there when the server starts again
};

// Bounds of the protocol that are not flags.
inline constexpr std::size_t id_bytes = 64;        ///< of a command's `id`
inline constexpr std::size_t key_bytes_least = 8;  ///< of a command's `key`
inline constexpr std::size_t key_bytes_most = 64;
inline constexpr std::size_t topic_bytes = 256;
inline constexpr std::size_t room_name_bytes = 64;
inline constexpr std::size_t user_name_points = 32;  ///< code points of a user's name, as it is shown
inline constexpr std::uint32_t page_most = 200;      ///< the most of any `limit`
inline constexpr std::uint32_t page_usual = 50;
inline constexpr std::uint32_t history_events_back = 1000;  ///< a new cursor starts at most this far before the end
inline constexpr std::size_t here_names =
    100;  ///< names in `joined`, and the size from which presence tells counts only
inline constexpr std::size_t json_depth = 16;
inline constexpr std::size_t emoji_bytes = 32;
inline constexpr std::size_t message_emoji = 20;   ///< different ones on a message
inline constexpr std::size_t reaction_names = 10;  ///< told of each of them

}  // namespace tertulia::protocol
