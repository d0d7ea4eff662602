// server/store/sqlite_changes.hpp: edits, deletions and reactions: what the writer looks up before, and does with one.
// Thread: the writer's own.
// Owner: sqlite_writer.
#pragma once

#include "server/store/judge.hpp"
#include "server/store/sqlite_words.hpp"

namespace tertulia::store {

/// Within the writer's transaction. Errors: unavailable, SQLite's own words.
class sqlite_changes {
public:
    /// @param db of the writer, with all tables; what is replaced in it is overwritten from now on
    static core::result<sqlite_changes> make(sqlite::connection& db);

    /// The message that `d` is to change; empty: it changes none, or none that may be changed.
    core::result<std::optional<target_now>> target_of(const draft& d, std::int64_t room);

    /// What the change `d`, stored as event `seq`, does to the events before it, and to their words.
    core::result<> apply(const draft& d, std::int64_t room, std::uint64_t seq, sqlite_words& words);

private:
    core::result<> edit(std::int64_t room, std::uint64_t target, std::uint64_t seq, std::string_view text);
    core::result<> erase(std::int64_t room, std::uint64_t target, std::uint64_t seq);
    core::result<> change_words(std::int64_t room, std::uint64_t target, std::string_view text, sqlite_words& words);
    core::result<> react(const draft& d, const protocol::reacted_body& how, std::int64_t room, std::uint64_t seq);
    /// The newest edit of `target` that stands in front of `before`; 0: none.
    core::result<std::uint64_t> last_edit(std::int64_t room, std::uint64_t target, std::uint64_t before);

    sqlite::statement message_, text_, scrub_, emoji_, last_edit_, put_text_, mark_, add_, take_back_, forget_;
};

}  // namespace tertulia::store
