// server/store/sqlite_reader.hpp: a connection that reads, with its statements: what the pool lends.
// Thread: one at a time, a worker's.
// Owner: the pool of a shard's sqlite_log.
#pragma once

#include "server/store/log.hpp"
#include "server/store/sqlite.hpp"

#include <memory>
#include <optional>

namespace tertulia::store {

/// Calls block. Errors: unavailable; then it should not be lent again.
class sqlite_reader {
public:
    static core::result<std::unique_ptr<sqlite_reader>> open(const std::string& path);

    /// Empty: the room has no log.
    core::result<std::optional<head>> head_of(const std::string& room);
    core::result<read_events> read(const std::string& room, range what);
    core::result<std::uint64_t> start_of(const std::string& room, std::uint32_t messages, std::uint64_t most_back);
    /// Of all shards.
    core::result<std::vector<listed>> rooms(const std::string& query);

    /// Whether it may be lent: nothing was left open.
    [[nodiscard]] bool healthy() const noexcept { return db_.idle(); }

    /// For questions beside these.
    [[nodiscard]] sqlite::connection& database() noexcept { return db_; }

private:
    explicit sqlite_reader(sqlite::connection db) : db_(std::move(db)) {}

    /// Puts in what does not stand in the event's own row.
    core::result<> complete(const std::string& room, protocol::event& e, std::int64_t state);

    sqlite::connection db_;
    sqlite::statement head_, behind_, before_, behind_no_changes_, before_no_changes_, back_, rooms_, last_edit_,
        reactions_;
};

}  // namespace tertulia::store
