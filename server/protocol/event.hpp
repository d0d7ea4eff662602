// server/protocol/event.hpp: what happens in a room: logged events, numbered and kept, and passing ones.
// Thread: any; plain values, immutable once they are published.
// Owner: the store (logged), the hub (passing).
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace tertulia::protocol {

/// Milliseconds of UTC; `at` on the wire is RFC 3339 with three digits of a second.
using wall_time = std::chrono::sys_time<std::chrono::milliseconds>;

/// Who did it, as all others see it. Rights belong to the identity, never to the name.
struct author {
    std::uint64_t identity = 0;
    std::string name{};
    bool guest = true;
};

struct message_body {
    std::string text;
    std::optional<std::uint64_t> reply_to;  ///< a seq of the same room
};

struct topic_body {
    std::string topic;
};

/// A logged event. `seq` grows by exactly one in a room.
struct event {
    std::uint64_t seq = 0;
    author from{};
    wall_time at{};
    std::variant<message_body, topic_body> body{};
};

// Passing events: never logged, without a seq.

/// Which users came and went since the last one. Where more than `here_names` are here the lists are empty and left
/// out.
struct presence {
    std::vector<std::string> entered{};
    std::vector<std::string> left{};
    std::uint64_t count = 0;
};

struct typing_event {
    std::string user;
};

struct notice {
    std::string text;
};

/// Events `first` to `last` were not sent to this connection, and will not be.
struct lagged {
    std::uint64_t first = 0;
    std::uint64_t last = 0;
};

/// The user's membership ended.
struct parted {
    std::string reason;
};

using passing = std::variant<presence, typing_event, notice, lagged, parted>;

}  // namespace tertulia::protocol
