// server/store/sqlite_indexer.hpp: puts messages that are older than the index of words into it, a few at once.
// Thread: the writer's.
// Owner: sqlite_writer.
#pragma once

#include "server/store/sqlite_words.hpp"

namespace tertulia::store {

/// Goes through what a migration left to do: each room's messages, from the newest of them to the oldest.
class sqlite_indexer {
public:
    static constexpr int most_events = 100;  ///< looked at in a step

    static core::result<sqlite_indexer> make(sqlite::connection& db);

    /// Whether nothing is left to do; asked in front of a transaction.
    core::result<bool> done();
    /// Within a transaction, which `words` are of: one step.
    core::result<> step(sqlite_words& words);

private:
    sqlite::statement next_, events_, move_, end_;
};

}  // namespace tertulia::store
