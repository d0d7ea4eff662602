// server/store/log.hpp: what a room's log can do, whoever keeps it.
// Thread: each shard has its own log object, for the rooms whose home it is; all calls from that shard.
// Owner: the shard.
#pragma once

#include "core/context.hpp"
#include "core/resource_pool.hpp"
#include "core/task.hpp"
#include "server/protocol/code.hpp"
#include "server/protocol/event.hpp"
#include "server/store/search.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace tertulia::store {

/// An event that has no number yet.
struct draft {
    protocol::author from{};
    protocol::event_body body{};
    std::string key{};  ///< empty: none
};

/// Where a log stands.
struct head {
    std::string epoch{};
    std::uint64_t oldest = 1;  ///< the first event that is still kept
    std::uint64_t newest = 0;
    std::string topic{};
};

/// What became of a draft: the event, or, of a key that is known, the first one's `seq`, or that all was so already (a
/// reaction that was there, `seq` 0); or why it was refused (`conflict`, `unknown_event`, `forbidden`, `unavailable`).
/// What is refused or changes nothing took no `seq` and was seen by nobody.
struct appended {
    std::uint64_t seq = 0;
    bool duplicate = false;
    bool unchanged = false;
    protocol::event stored{};  ///< empty where it is neither
};
using taken = protocol::outcome<appended>;

/// Which events: those behind `after`, oldest first; or with `before` the last ones in front of it. At most `limit`.
struct range {
    std::uint64_t after = 0;
    std::uint64_t before = 0;  ///< 0: not asked; above the newest: the newest ones
    std::size_t limit = 0;
    bool changes = true;  ///< false: messages and topics only, neither counted nor given: edits, deletions, reactions
};

struct read_events {
    std::vector<protocol::event> events{};  ///< in the order of `seq`, each in its present form
    bool more = false;                      ///< there are others on the side that was asked for
};

struct listed {
    std::string room{};
    std::string topic{};
    std::uint64_t seq = 0;
};

/// What a log has counted since it was made; of what a store doesn't have, nothing.
struct log_counts {
    std::uint64_t events = 0;    ///< appended
    std::uint64_t bytes = 0;     ///< of memory, now
    std::uint64_t commits = 0;   ///< transactions that an append of this log began; others may have shared them
    std::uint64_t failures = 0;  ///< of these, those that failed
    std::uint64_t reads = 0;     ///< questions that a reader was asked
    core::pool_counts readers{};
};

/// The log of every room: append, read a range, newest. Calls may wait; a room has at most one append under way.
class log {
public:
    virtual ~log() = default;

    /// The log's head; made where the room has none.
    virtual core::task<core::result<head>> open(core::context& ctx, std::string room) = 0;

    /// Stores the drafts in order, as one batch; one answer each, in the same order. A key that the same identity used
    /// in this room less than ten minutes ago is not carried out again; with other content it is a `conflict`. An edit
    /// or deletion is its author's only; what a deletion takes away is overwritten, as is what an edit replaces.
    virtual core::task<std::vector<taken>> append(core::context& ctx, std::string room, std::vector<draft> drafts) = 0;

    virtual core::task<core::result<read_events>> read(core::context& ctx, std::string room, range what) = 0;

    /// Where a new cursor starts: so that `messages` messages follow, at most `most_back` events before the end.
    virtual core::task<core::result<std::uint64_t>> start_of(core::context& ctx, std::string room,
                                                             std::uint32_t messages, std::uint64_t most_back) = 0;

    /// Nobody uses the room any more; a log without events leaves no trace.
    virtual void close(const std::string& room) = 0;

    /// The rooms that have events and whose name has `query` in it; a direct conversation's log, whose name begins with
    /// `@`, is none.
    virtual core::task<core::result<std::vector<listed>>> rooms(core::context& ctx, std::string query) = 0;

    /// Whether an append would be stored now; the error says for the operator why not.
    virtual core::task<core::result<>> writable(core::context& ctx) = 0;

    /// The search over these logs; lives as long as they do.
    [[nodiscard]] virtual search& searched() noexcept = 0;

    [[nodiscard]] virtual log_counts counts() const noexcept = 0;
};

}  // namespace tertulia::store
