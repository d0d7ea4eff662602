// server/store/sqlite_forgetter.hpp: finds the events that retention lets go, room by room, and deletes a few at once.
// Thread: the writer's.
// Owner: sqlite_writer.
#pragma once

#include "server/protocol/event.hpp"
#include "server/store/retention.hpp"
#include "server/store/sqlite_words.hpp"

#include <memory>

namespace tertulia::store {

/// What one step has done.
struct forgotten {
    std::string room{};        ///< of what was deleted; empty: nothing was
    std::uint64_t events = 0;  ///< so many
    bool all_seen = false;     ///< it was at the last room; the next step begins with the first again
};

/// Goes round the rooms. A room's events are forgotten from the oldest on; its row stays, so that its numbers go on.
class sqlite_forgetter {
public:
    static constexpr std::uint64_t most_events = 200;  ///< deleted in a step
    static constexpr int most_rooms = 200;             ///< looked at in a step

    static core::result<std::unique_ptr<sqlite_forgetter>> make(sqlite::connection& db);

    /// Looks on from where the last step ended, until there is something to delete in a room or enough was looked at.
    /// Writes nothing.
    core::result<> look(const retention& what, protocol::wall_time now);
    /// Within a transaction: deletes what was found, if anything was, and takes its words out of `words`.
    core::result<> erase(sqlite_words& words);

    /// What it has looked at and found; that it is deleted is true once the transaction is.
    [[nodiscard]] const forgotten& found() const noexcept { return found_; }

private:
    /// The newest event to be deleted of a room in this step; 0: none.
    core::result<std::uint64_t> last_of(std::int64_t room, std::uint64_t newest, const keeping& kept,
                                        protocol::wall_time now);

    sqlite::statement rooms_, oldest_, aged_, texts_, erase_, scrub_;
    std::int64_t seen_ = 0;  // the room that the last step ended with
    std::int64_t room_ = 0;  // this and the next: what erase() deletes up to
    std::uint64_t last_ = 0;
    forgotten found_{};
};

}  // namespace tertulia::store
