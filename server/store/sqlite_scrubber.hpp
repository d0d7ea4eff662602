// server/store/sqlite_scrubber.hpp: takes what was deleted out of the index of words and out of the write-ahead log.
// Thread: the writer's, or a process's own that scrubs; one at a time.
// Owner: sqlite_writer, or who scrubs.
#pragma once

#include "server/store/sqlite.hpp"

#include <chrono>
#include <memory>

namespace tertulia::store {

/// FTS5 keeps a word that was taken out until the pieces of its index are merged. So all of them are merged into one, a
/// few pages in each step; what is appended meanwhile stands beside it. Rows themselves are overwritten where they
/// stood (`PRAGMA secure_delete`).
class sqlite_scrubber {
public:
    /// @param db for writing; what is replaced in it is overwritten from now on
    static core::result<std::unique_ptr<sqlite_scrubber>> make(sqlite::connection& db);

    /// Whether anything was deleted since the last scrub, or one has not ended.
    core::result<bool> needed();
    /// Within a transaction: one step. @return whether it was the last; the next one begins anew
    core::result<bool> step();

    /// Takes the write-ahead log over into the database and cuts it to nothing. @return false: somebody reads from it,
    /// or writes; nobody was held up for more than some milliseconds
    static core::result<bool> empty_log(sqlite::connection& db);

private:
    explicit sqlite_scrubber(sqlite::connection& db) noexcept : db_(db) {}

    sqlite::connection& db_;
    bool begun_ = false;
    sqlite::statement needed_, begin_, merge_, end_;
};

/// `tertulia scrub`: scrubs a database of this version, also while a server uses it. Blocks.
/// Errors, for the operator. @return whether there was anything to do
core::result<bool> scrub_database(const std::string& path);

/// When it is `hour` o'clock in UTC for the next time after `now`.
[[nodiscard]] std::chrono::sys_time<std::chrono::milliseconds> next_hour(
    std::chrono::sys_time<std::chrono::milliseconds> now, std::chrono::hours hour);

}  // namespace tertulia::store
