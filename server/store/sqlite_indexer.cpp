// server/store/sqlite_indexer.cpp: a step in SQL.
// Thread: the writer's.
// Owner: see the header.
#include "server/store/sqlite_indexer.hpp"

namespace tertulia::store {

core::result<sqlite_indexer> sqlite_indexer::make(sqlite::connection& db) {
    sqlite_indexer i;
    const std::pair<sqlite::statement*, const char*> all[]{
        {&i.next_, "SELECT room, seq FROM unindexed LIMIT 1"},
        {&i.events_, "SELECT seq, kind, text FROM events WHERE room = ?1 AND seq <= ?2 ORDER BY seq DESC LIMIT ?3"},
        {&i.move_, "UPDATE unindexed SET seq = ?2 WHERE room = ?1"},
        {&i.end_, "DELETE FROM unindexed WHERE room = ?1"},
    };
    for (const auto& [to, sql] : all) {
        auto made = db.prepare(sql);
        if (!made) return tl::unexpected<core::error>(made.error());
        *to = std::move(*made);
    }
    return i;
}

core::result<bool> sqlite_indexer::done() {
    auto any = next_.bind().step();
    next_.reset();
    return any.map([](bool found) { return !found; });
}

core::result<> sqlite_indexer::step(sqlite_words& words) {
    const auto any = next_.bind().step();
    if (!any || !*any) return any.map([](bool) {});
    const std::int64_t room = next_.integer(0);
    const std::uint64_t newest = next_.number(1);
    next_.reset();
    events_.bind(room, newest, most_events);
    int seen = 0;
    std::uint64_t last = 0;
    core::result<> done;
    while (done) {
        const auto row = events_.step();
        if (!row) return tl::unexpected<core::error>(row.error());
        if (!*row) break;
        ++seen;
        last = events_.number(0);
        const bool message = events_.integer(1) == 0;
        if (message) done = words.change(room, last, {}, events_.text(2));
    }
    events_.reset();
    if (done) done = words.write();
    if (!done) return done;
    return seen < most_events ? end_.bind(room).run() : move_.bind(room, last - 1).run();
}

}  // namespace tertulia::store
