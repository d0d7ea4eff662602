// server/store/sqlite_forgetter.cpp: a step in SQL.
// Thread: the writer's.
// Owner: see the header.
#include "server/store/sqlite_forgetter.hpp"

#include <algorithm>

namespace tertulia::store {

core::result<std::unique_ptr<sqlite_forgetter>> sqlite_forgetter::make(sqlite::connection& db) {
    auto f = std::make_unique<sqlite_forgetter>();
    const std::pair<sqlite::statement*, const char*> all[]{
        {&f->rooms_, "SELECT id, name, newest FROM rooms WHERE id > ?1 ORDER BY id LIMIT ?2"},
        {&f->oldest_, "SELECT seq FROM events WHERE room = ?1 ORDER BY seq LIMIT 1"},
        // Time never goes back in a log, so what is too old lies in front of what is not.
        {&f->aged_, "SELECT coalesce(max(seq), 0) FROM events WHERE room = ?1 AND seq < ?2 AND at < ?3"},
        {&f->texts_, "SELECT seq, text FROM events WHERE room = ?1 AND seq <= ?2 AND kind = 0"},
        {&f->scrub_, "UPDATE store SET to_scrub = 1 WHERE to_scrub <> 1"},
        {&f->erase_, "DELETE FROM events WHERE room = ?1 AND seq <= ?2"},
    };
    for (const auto& [to, sql] : all) {
        auto made = db.prepare(sql);
        if (!made) return tl::unexpected<core::error>(made.error());
        *to = std::move(*made);
    }
    return f;
}

core::result<> sqlite_forgetter::look(const retention& what, protocol::wall_time now) {
    found_ = {};
    rooms_.bind(seen_, most_rooms);
    core::result<> done;
    int looked_at = 0;
    for (; done && found_.room.empty(); ++looked_at) {
        const auto row = rooms_.step();
        if (!row) return tl::unexpected<core::error>(row.error());
        if (!*row) break;
        room_ = rooms_.integer(0);
        std::string name = rooms_.text(1);
        const auto last = last_of(room_, rooms_.number(2), what.of(name), now);
        if (!last) {
            done = tl::unexpected<core::error>(last.error());
        } else if (*last == 0) {
            seen_ = room_;
        } else {  // and the next step looks at this room again, where there may be more
            last_ = *last;
            found_.room = std::move(name);
        }
    }
    rooms_.reset();
    found_.all_seen = done && found_.room.empty() && looked_at < most_rooms;
    if (found_.all_seen) seen_ = 0;
    return done;
}

core::result<std::uint64_t> sqlite_forgetter::last_of(std::int64_t room, std::uint64_t newest, const keeping& kept,
                                                      protocol::wall_time now) {
    if (!kept.bounded()) return 0;
    const auto any = oldest_.bind(room).step();
    if (!any) return tl::unexpected<core::error>(any.error());
    if (!*any) return 0;
    const std::uint64_t oldest = oldest_.number(0);
    oldest_.reset();
    const std::uint64_t behind = oldest + most_events;
    std::uint64_t last = 0;
    if (kept.events && newest > *kept.events) last = std::min(newest - *kept.events, behind - 1);
    if (kept.age) {
        const auto aged = aged_.bind(room, behind, (now - *kept.age).time_since_epoch().count()).step();
        if (!aged) return tl::unexpected<core::error>(aged.error());
        last = std::max(last, aged_.number(0));
        aged_.reset();
    }
    if (last < oldest) return 0;
    found_.events = last - oldest + 1;
    return last;
}

core::result<> sqlite_forgetter::erase(sqlite_words& words) {
    if (found_.room.empty()) return {};
    texts_.bind(room_, last_);
    auto done = scrub_.bind().run();
    while (done) {
        const auto row = texts_.step();
        if (!row) return tl::unexpected<core::error>(row.error());
        if (!*row) break;
        done = words.change(room_, texts_.number(0), texts_.text(1), {});
    }
    texts_.reset();
    if (done) done = words.write();
    if (!done) return done;
    return erase_.bind(room_, last_).run();
}

}  // namespace tertulia::store
