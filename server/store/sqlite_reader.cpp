// server/store/sqlite_reader.cpp: the questions that a log is asked, in SQL.
// Thread: see the header.
// Owner: see the header.
#include "server/store/sqlite_reader.hpp"

#include "server/store/judge.hpp"
#include "server/store/sqlite_rows.hpp"

#include <algorithm>
#include <limits>

namespace tertulia::store {

namespace {

/// SQLite's numbers have a sign; "above the newest" is asked by the largest.
std::int64_t clamped(std::uint64_t n) {
    return static_cast<std::int64_t>(std::min<std::uint64_t>(n, std::numeric_limits<std::int64_t>::max()));
}

constexpr std::string_view in_room = "room = (SELECT id FROM rooms WHERE name = ?1)";

}  // namespace

core::result<std::unique_ptr<sqlite_reader>> sqlite_reader::open(const std::string& path) {
    auto db = sqlite::connection::open(path, sqlite::connection::access::read);
    if (!db) return tl::unexpected<core::error>(db.error());
    std::unique_ptr<sqlite_reader> r{new sqlite_reader{std::move(*db)}};
    const std::string events =
        "SELECT " + std::string{sqlite_event_columns} + " FROM events WHERE " + std::string{in_room};
    const std::pair<sqlite::statement*, std::string> all[]{
        {&r->head_,
         "SELECT epoch, coalesce((SELECT min(seq) FROM events WHERE room = id), newest + 1), newest, topic FROM rooms "
         "WHERE name = ?1"},
        {&r->behind_, events + " AND seq > ?2 ORDER BY seq LIMIT ?3"},
        {&r->before_, events + " AND seq < ?2 ORDER BY seq DESC LIMIT ?3"},
        {&r->behind_no_changes_, events + " AND seq > ?2 AND kind < 2 ORDER BY seq LIMIT ?3"},
        {&r->before_no_changes_, events + " AND seq < ?2 AND kind < 2 ORDER BY seq DESC LIMIT ?3"},
        {&r->last_edit_, "SELECT text, state FROM events INDEXED BY edits WHERE " + std::string{in_room} +
                             " AND target = ?2 AND kind = 2 ORDER BY seq DESC LIMIT 1"},
        {&r->reactions_,
         "SELECT emoji, identity, name FROM reactions WHERE " + std::string{in_room} + " AND target = ?2 ORDER BY seq"},
        {&r->back_, "SELECT seq, kind FROM events WHERE " + std::string{in_room} + " ORDER BY seq DESC"},
        {&r->rooms_, "SELECT name, topic, newest FROM rooms WHERE instr(name, ?1) > 0 AND name NOT LIKE '@%'"},
    };
    for (const auto& [to, sql] : all) {
        auto made = r->db_.prepare(sql);
        if (!made) return tl::unexpected<core::error>(made.error());
        *to = std::move(*made);
    }
    return r;
}

core::result<std::optional<head>> sqlite_reader::head_of(const std::string& room) {
    const auto row = head_.bind(std::string_view{room}).step();
    if (!row) return tl::unexpected<core::error>(row.error());
    if (!*row) return std::nullopt;
    head found{head_.text(0), head_.number(1), head_.number(2), head_.text(3)};
    head_.reset();
    return found;
}

core::result<read_events> sqlite_reader::read(const std::string& room, range what) {
    const bool back = what.before != 0;
    sqlite::statement& s = what.changes ? (back ? before_ : behind_) : (back ? before_no_changes_ : behind_no_changes_);
    s.bind(std::string_view{room}, clamped(back ? what.before : what.after), clamped(what.limit) + 1);
    read_events got;
    for (;;) {
        const auto row = s.step();
        if (!row) return tl::unexpected<core::error>(row.error());
        if (!*row) break;
        if (got.events.size() == what.limit) {
            got.more = true;
            break;
        }
        got.events.push_back(event_of(s));
        // While the row is read from, so from the same snapshot.
        auto whole = complete(room, got.events.back(), s.integer(sqlite_state_column));
        if (!whole) {
            s.reset();
            return tl::unexpected<core::error>(whole.error());
        }
    }
    s.reset();
    if (back) std::reverse(got.events.begin(), got.events.end());
    return got;
}

core::result<> sqlite_reader::complete(const std::string& room, protocol::event& e, std::int64_t state) {
    if (auto* m = std::get_if<protocol::message_body>(&e.body)) {
        if ((state & sqlite_state::reacted) == 0) return {};
        std::vector<one_reaction> all;
        reactions_.bind(std::string_view{room}, e.seq);
        for (;;) {
            const auto row = reactions_.step();
            if (!row) return tl::unexpected<core::error>(row.error());
            if (!*row) break;
            all.push_back({reactions_.text(0), reactions_.number(1), reactions_.text(2)});
        }
        m->reactions = summed(all);
    } else if (auto* c = std::get_if<protocol::edited_body>(&e.body);
               c != nullptr && (state & sqlite_state::edited) != 0) {
        const auto row = last_edit_.bind(std::string_view{room}, c->target).step();
        if (!row) return tl::unexpected<core::error>(row.error());
        c->text.reset();
        if (*row && (last_edit_.integer(1) & sqlite_state::deleted) == 0) c->text = last_edit_.text(0);
        last_edit_.reset();
    }
    return {};
}

core::result<std::uint64_t> sqlite_reader::start_of(const std::string& room, std::uint32_t messages,
                                                    std::uint64_t most_back) {
    back_.bind(std::string_view{room});
    std::uint64_t newest = 0;
    std::uint64_t first = 0;
    for (std::uint32_t found = 0;;) {
        const auto row = back_.step();
        if (!row) return tl::unexpected<core::error>(row.error());
        if (!*row) break;
        const std::uint64_t seq = back_.number(0);
        if (newest == 0) {
            newest = seq;
            first = newest + 1;
        }
        if (found == messages || newest - seq >= most_back) break;
        first = seq;
        if (back_.integer(1) == static_cast<int>(sqlite_kind::message)) ++found;
    }
    back_.reset();
    if (newest > 0) return first;
    const auto head = head_of(room);  // all of it may be forgotten
    if (!head) return tl::unexpected<core::error>(head.error());
    return *head ? (*head)->newest + 1 : 1;
}

core::result<std::vector<listed>> sqlite_reader::rooms(const std::string& query) {
    rooms_.bind(std::string_view{query});
    std::vector<listed> found;
    for (;;) {
        const auto row = rooms_.step();
        if (!row) return tl::unexpected<core::error>(row.error());
        if (!*row) return found;
        found.push_back({rooms_.text(0), rooms_.text(1), rooms_.number(2)});
    }
}

}  // namespace tertulia::store
