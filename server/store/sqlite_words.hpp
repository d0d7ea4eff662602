// server/store/sqlite_words.hpp: the index of words that search asks: what the writer puts in and takes out.
// Thread: the writer's; plain functions any.
// Owner: sqlite_writer.
#pragma once

#include "server/store/sqlite.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tertulia::store {

/// The name of a message in the index: the number of its room in the upper bits, so that a room's stand together.
[[nodiscard]] constexpr std::int64_t sqlite_word_row(std::int64_t room, std::uint64_t seq) noexcept {
    return (room << 36) | static_cast<std::int64_t>(seq);
}
inline constexpr std::uint64_t sqlite_most_seq = (std::uint64_t{1} << 36) - 1;

/// A word as the index has it: of one room only, so a question is answered from what that room has.
[[nodiscard]] std::string sqlite_word(std::int64_t room, std::string_view word);

/// Within the writer's transactions. What is put in and taken out is gathered, and written in the order of rows at the
/// end of one: FTS5 begins a piece of its own for each that is out of it. Errors: unavailable, SQLite's own words.
class sqlite_words {
public:
    /// @param db of the writer, with all tables
    static core::result<sqlite_words> make(sqlite::connection& db);

    /// A message's text is `now` and was `before`; empty: it has none.
    core::result<> change(std::int64_t room, std::uint64_t seq, std::string_view before, std::string_view now);
    /// Writes what was gathered.
    core::result<> write();
    /// Forgets what was gathered, of a transaction that has failed.
    void clear() noexcept { waiting_.clear(); }

private:
    struct entry {
        std::int64_t row = 0;
        bool takes_out = false;
        std::string words{};
    };

    /// Whether a message is not in the index yet: it is older than that, and its turn is still to come.
    core::result<bool> to_come(std::int64_t room, std::uint64_t seq);

    sqlite::statement put_, take_, to_come_;
    std::vector<entry> waiting_;
};

}  // namespace tertulia::store
