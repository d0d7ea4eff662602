// server/store/sqlite_changes.cpp: a change in SQL: the message, its newest edit, and its reactions.
// Thread: see the header.
// Owner: see the header.
#include "server/store/sqlite_changes.hpp"

#include "server/store/sqlite_rows.hpp"

namespace tertulia::store {

core::result<sqlite_changes> sqlite_changes::make(sqlite::connection& db) {
    auto safe = db.execute("PRAGMA secure_delete = ON");
    if (!safe) return tl::unexpected<core::error>(safe.error());
    sqlite_changes c;
    const std::pair<sqlite::statement*, const char*> all[]{
        {&c.message_, "SELECT identity FROM events WHERE room = ?1 AND seq = ?2 AND kind = 0 AND state & 2 = 0"},
        {&c.text_, "SELECT text FROM events WHERE room = ?1 AND seq = ?2"},
        {&c.scrub_, "UPDATE store SET to_scrub = 1 WHERE to_scrub <> 1"},
        {&c.emoji_,
         "SELECT count(DISTINCT emoji), total(emoji = ?3), total(emoji = ?3 AND identity = ?4) FROM reactions "
         "WHERE room = ?1 AND target = ?2"},
        {&c.last_edit_,
         "SELECT seq FROM events INDEXED BY edits WHERE room = ?1 AND target = ?2 AND kind = 2 AND seq < ?3 "
         "ORDER BY seq DESC LIMIT 1"},
        {&c.put_text_, "UPDATE events SET text = ?3, state = state | ?4 WHERE room = ?1 AND seq = ?2"},
        {&c.mark_, "UPDATE events SET state = state | ?3 WHERE room = ?1 AND seq = ?2 AND state & ?3 = 0"},
        {&c.add_, "INSERT INTO reactions (room, target, emoji, identity, name, seq) VALUES (?1, ?2, ?3, ?4, ?5, ?6)"},
        {&c.take_back_, "DELETE FROM reactions WHERE room = ?1 AND target = ?2 AND emoji = ?3 AND identity = ?4"},
        {&c.forget_, "DELETE FROM reactions WHERE room = ?1 AND target = ?2"},
    };
    for (const auto& [to, sql] : all) {
        auto made = db.prepare(sql);
        if (!made) return tl::unexpected<core::error>(made.error());
        *to = std::move(*made);
    }
    return c;
}

core::result<std::optional<target_now>> sqlite_changes::target_of(const draft& d, std::int64_t room) {
    const std::uint64_t target = protocol::target_of(d.body);
    if (target == 0) return std::nullopt;
    const auto found = message_.bind(room, target).step();
    if (!found) return tl::unexpected<core::error>(found.error());
    if (!*found) return std::nullopt;
    target_now now{message_.number(0)};
    message_.reset();
    if (const auto* how = std::get_if<protocol::reacted_body>(&d.body)) {
        const auto counted = emoji_.bind(room, target, std::string_view{how->emoji}, d.from.identity).step();
        if (!counted) return tl::unexpected<core::error>(counted.error());
        now.emoji = static_cast<std::size_t>(emoji_.number(0));
        now.has_emoji = emoji_.integer(1) > 0;
        now.has_theirs = emoji_.integer(2) > 0;
        emoji_.reset();
    }
    return now;
}

core::result<> sqlite_changes::apply(const draft& d, std::int64_t room, std::uint64_t seq, sqlite_words& words) {
    if (const auto* e = std::get_if<protocol::edited_body>(&d.body)) {
        auto done = change_words(room, e->target, *e->text, words);
        return done ? edit(room, e->target, seq, *e->text) : done;
    }
    if (const auto* x = std::get_if<protocol::deleted_body>(&d.body)) {
        auto done = change_words(room, x->target, {}, words);
        return done ? erase(room, x->target, seq) : done;
    }
    if (const auto* r = std::get_if<protocol::reacted_body>(&d.body)) return react(d, *r, room, seq);
    return {};
}

/// From what the message still says to `text`. What it said is for the next scrub.
core::result<> sqlite_changes::change_words(std::int64_t room, std::uint64_t target, std::string_view text,
                                            sqlite_words& words) {
    const auto found = text_.bind(room, target).step();
    if (!found) return tl::unexpected<core::error>(found.error());
    const std::string before = *found ? text_.text(0) : std::string{};
    text_.reset();
    auto done = words.change(room, target, before, text);
    return done ? scrub_.bind().run() : done;
}

/// The message has the newest text, and so has the newest edit, in case the message is forgotten before it.
core::result<> sqlite_changes::edit(std::int64_t room, std::uint64_t target, std::uint64_t seq, std::string_view text) {
    const auto before = last_edit(room, target, seq);
    if (!before) return tl::unexpected<core::error>(before.error());
    if (*before != 0) {
        auto done = put_text_.bind(room, *before, std::string_view{}, sqlite_state::edited).run();
        if (!done) return done;
    }
    return put_text_.bind(room, target, text, sqlite_state::edited).run();
}

core::result<> sqlite_changes::erase(std::int64_t room, std::uint64_t target, std::uint64_t seq) {
    const auto edited = last_edit(room, target, seq);
    if (!edited) return tl::unexpected<core::error>(edited.error());
    auto done = put_text_.bind(room, target, std::string_view{}, sqlite_state::deleted).run();
    if (done && *edited != 0) done = put_text_.bind(room, *edited, std::string_view{}, sqlite_state::deleted).run();
    if (!done) return done;
    return forget_.bind(room, target).run();
}

core::result<> sqlite_changes::react(const draft& d, const protocol::reacted_body& how, std::int64_t room,
                                     std::uint64_t seq) {
    const std::string_view emoji{how.emoji};
    if (!how.on) return take_back_.bind(room, how.target, emoji, d.from.identity).run();
    auto done = add_.bind(room, how.target, emoji, d.from.identity, std::string_view{d.from.name}, seq).run();
    if (!done) return done;
    return mark_.bind(room, how.target, sqlite_state::reacted).run();
}

core::result<std::uint64_t> sqlite_changes::last_edit(std::int64_t room, std::uint64_t target, std::uint64_t before) {
    const auto found = last_edit_.bind(room, target, before).step();
    if (!found) return tl::unexpected<core::error>(found.error());
    if (!*found) return 0;
    const std::uint64_t seq = last_edit_.number(0);
    last_edit_.reset();
    return seq;
}

}  // namespace tertulia::store
