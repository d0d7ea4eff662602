// server/chat/undone.hpp: what is said of a command for a room that was not carried out.
// Thread: any shard's.
// Owner: nobody.
#pragma once

#include "server/chat/letters.hpp"

#include <string>

namespace tertulia::chat {

/// Says to who waits for it that a command for `room` was not carried out, and why; a page that was asked for is empty.
void answer_undone(post_office& mail, const std::string& room, caller from, const room_command& what,
                   protocol::refusal why);
/// What ended by an exception: `internal`.
[[nodiscard]] protocol::refusal a_defect();

}  // namespace tertulia::chat
