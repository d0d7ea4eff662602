// server/chat/questions.hpp: what connections and the HTTP API ask rooms and the directory alike, and wait for.
// Thread: one shard's.
// Owner: who asks, in its frame.
#pragma once

#include "core/context.hpp"
#include "core/task.hpp"
#include "server/chat/services.hpp"

#include <chrono>

namespace tertulia::chat {

/// How long a room or the directory may take to answer, before a command is told to be unavailable.
inline constexpr std::chrono::seconds answer_within{15};

/// An answer that is a reply; `unavailable` where none came, or it is none.
[[nodiscard]] protocol::reply as_reply(core::result<answer_value>& got);

/// Brings a command to its room; to a direct conversation by the directory, which knows whom `identity` means by it.
void send_to_room(post_office& mail, std::uint64_t identity, const std::string& room, caller from, room_command what);

/// Asks a room, and waits for its reply, for `answer_within` at most.
core::task<protocol::reply> ask_room(services& of, core::context& within, std::uint64_t identity, std::string room,
                                     room_command what);

/// Asks all shards for their rooms, and sorts them into one page.
core::task<protocol::reply> ask_for_rooms(services& of, core::context& within, protocol::list_rooms what);

/// Searches what `who` may read: asks the directory for its rooms, and their homes for what they have. One search of an
/// identity at a time, and a few of a shard: others are `rate_limited`.
core::task<protocol::reply> search_rooms(services& of, core::context& within, identity who, protocol::search what);

/// Counts a command by `limit`; where it comes too early, it is to be refused so.
[[nodiscard]] std::optional<protocol::refusal> too_early(core::rate_limit& limit, core::time_point now,
                                                         services& of) noexcept;

}  // namespace tertulia::chat
