// server/store/sqlite_finder.hpp: a reader that searches: the index proposes messages, their texts decide.
// Thread: one at a time, a worker's.
// Owner: the pool of a shard's sqlite_search.
#pragma once

#include "server/store/search.hpp"
#include "server/store/sqlite_reader.hpp"

#include <functional>

namespace tertulia::store {

/// Calls block.
class sqlite_finder {
public:
    static core::result<std::unique_ptr<sqlite_finder>> open(const std::string& path);

    /// @param stop asked now and then, from this thread; once it says yes this ends with `deadline`
    core::result<found_messages> find(const search_question& what, std::function<bool()> stop);

    [[nodiscard]] bool healthy() const noexcept { return reader_->healthy(); }

private:
    explicit sqlite_finder(std::unique_ptr<sqlite_reader> reader) : reader_(std::move(reader)) {}

    core::result<found_messages> look(const search_question& what);
    core::result<> look_in(const searched_room& room, const search_question& what, found_messages& got);
    /// The first event of a room that does not stand in front of `before`.
    core::result<std::uint64_t> first_not(std::int64_t room, std::string_view name, const search_position& before);
    core::result<std::optional<protocol::wall_time>> time_of(std::int64_t room, std::uint64_t seq);

    std::unique_ptr<sqlite_reader> reader_;
    sqlite::statement room_, oldest_, at_, match_;
};

}  // namespace tertulia::store
