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

/// Who reacted to a message with one emoji.
struct reaction {
    std::string emoji{};
    std::uint64_t count = 0;           ///< exact
    std::vector<std::string> users{};  ///< the first `reaction_names` of them
};

/// In its present form, as far as the message has been changed by the time that it is read.
struct message_body {
    std::string text;
    std::optional<std::uint64_t> reply_to;  ///< a seq of the same room
    bool edited = false;
    bool deleted = false;               ///< then it has neither text nor reactions
    std::vector<reaction> reactions{};  ///< the emoji that was there first comes first
};

struct topic_body {
    std::string topic;
};

// Changes: each is an event of its own behind the message that it changes, `target`.

struct edited_body {
    std::uint64_t target = 0;
    /// What the message says since; where it was edited again by the time that this is read, what it says now. None:
    /// the message was deleted.
    std::optional<std::string> text{};
};

struct deleted_body {
    std::uint64_t target = 0;
};

struct reacted_body {
    std::uint64_t target = 0;
    std::string emoji{};
    bool on = true;  ///< false: taken back
};

using event_body = std::variant<message_body, topic_body, edited_body, deleted_body, reacted_body>;

/// The message that `b` changes; 0: it changes none.
[[nodiscard]] inline std::uint64_t target_of(const event_body& b) noexcept {
    if (const auto* e = std::get_if<edited_body>(&b)) return e->target;
    if (const auto* d = std::get_if<deleted_body>(&b)) return d->target;
    if (const auto* r = std::get_if<reacted_body>(&b)) return r->target;
    return 0;
}

/// A logged event. `seq` grows by exactly one in a room.
struct event {
    std::uint64_t seq = 0;
    author from{};
    wall_time at{};
    event_body body{};
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
