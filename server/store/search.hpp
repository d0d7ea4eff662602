// server/store/search.hpp: searching the messages of logs, whoever keeps them.
// Thread: one shard's, as the logs that are searched.
// Owner: the shard's log.
#pragma once

#include "core/context.hpp"
#include "core/task.hpp"
#include "server/protocol/event.hpp"
#include "server/protocol/words.hpp"

#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace tertulia::store {

/// Where a message stands among those of all rooms: by time, then by the room's name, then by `seq`. Of one room that
/// is the order of `seq`, for time never goes back in a log.
struct search_position {
    protocol::wall_time at{};
    std::string room{};
    std::uint64_t seq = 0;

    auto operator<=>(const search_position&) const = default;
};

/// A room that is searched: what it is called, and what its log is called.
struct searched_room {
    std::string name{};
    std::string log{};
};

struct search_question {
    std::vector<protocol::search_word> words{};  ///< at least one; a message has to have all
    std::vector<searched_room> rooms{};
    std::optional<search_position> before{};  ///< only older ones
    std::uint64_t before_seq = 0;             ///< of one room, in place of `before`; 0: not asked
    std::size_t limit = 0;                    ///< at least 1
};

struct found_message {
    std::string room{};  ///< its name
    protocol::event what{};

    [[nodiscard]] search_position position() const { return {what.at, room, what.seq}; }
};

struct found_messages {
    std::vector<found_message> events{};  ///< the newest first, each in its present form
    /// Where to go on, behind the last that was looked at: not all was. There may be none in between, and none behind.
    std::optional<search_position> next{};
};

/// The whole messages of logs by their words. What is deleted is not found from then on, and what is edited by its new
/// words only.
class search {
public:
    virtual ~search() = default;

    /// Bounded in time; a question that would take longer ends with `deadline`. Errors: `unavailable`; the context's.
    virtual core::task<core::result<found_messages>> find(core::context& ctx, search_question what) = 0;
};

}  // namespace tertulia::store
