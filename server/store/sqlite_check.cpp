// server/store/sqlite_check.cpp: SQLite's own checks of pages and references, then ours, as SQL that finds faults.
// Thread: see the header.
// Owner: see the header.
#include "server/store/sqlite_check.hpp"

#include "server/store/sqlite_schema.hpp"

#include <algorithm>
#include <filesystem>

namespace tertulia::store {

namespace {

using sqlite::connection;

constexpr std::size_t most_faults = 100;

/// What no row may say. Each gives lines for a person.
constexpr const char* rooms_sql =
    // A log begins at 1, or behind what it has forgotten, and ends with the newest.
    "SELECT 'room ' || r.name || ': ' || CASE"
    "  WHEN r.newest < 1 THEN 'it has no events, and so should not be there'"
    "  WHEN e.last <> r.newest THEN 'its newest event is ' || e.last || ', and its row says ' || r.newest"
    "  ELSE (e.last - e.first + 1 - e.number) || ' events are missing between ' || e.first || ' and ' || e.last END "
    "FROM rooms r LEFT JOIN (SELECT room, count(*) AS number, min(seq) AS first, max(seq) AS last FROM events GROUP BY "
    "room) e ON e.room = r.id "
    "WHERE r.newest < 1 OR e.last <> r.newest OR e.first < 1 OR e.last - e.first + 1 <> e.number";

constexpr const char* rows_sql[]{
    "SELECT 'room ' || r.name || ': the time of its newest event is not that of its row' "
    "FROM rooms r JOIN events e ON e.room = r.id AND e.seq = r.newest WHERE e.at <> r.last_at",
    "SELECT 'room ' || r.name || ': event ' || e.seq || ' is older than the one before it' "
    "FROM events e JOIN events p ON p.room = e.room AND p.seq = e.seq - 1 JOIN rooms r ON r.id = e.room "
    "WHERE e.at < p.at",
    "SELECT 'room ' || r.name || ': event ' || e.seq || ' answers ' || e.reply_to || ', which is not before it' "
    "FROM events e JOIN rooms r ON r.id = e.room WHERE e.reply_to < 1 OR e.reply_to >= e.seq",
    "SELECT 'room ' || r.name || ': event ' || e.seq || ' changes ' || e.target || ', which is not before it' "
    "FROM events e JOIN rooms r ON r.id = e.room WHERE e.target < 1 OR e.target >= e.seq",
    "SELECT 'room ' || r.name || ': event ' || e.seq || ' was deleted and has a text' "
    "FROM events e JOIN rooms r ON r.id = e.room WHERE e.state & 2 AND e.text <> ''",
    "SELECT 'room ' || r.name || ': a key stands for event ' || k.seq || ', which the room never had' "
    "FROM keys k JOIN rooms r ON r.id = k.room WHERE k.seq < 1 OR k.seq > r.newest",
    "SELECT 'room ' || r.name || ': a key stands for event ' || k.seq || ', which is another''s' "
    "FROM keys k JOIN rooms r ON r.id = k.room JOIN events e ON e.room = k.room AND e.seq = k.seq "
    "WHERE e.identity <> k.identity",
    "SELECT 'a row of ' || \"table\" || ' belongs to a row of ' || parent || ' that is not there' "
    "FROM pragma_foreign_key_check",
    "SELECT 'the key of the guests'' tokens is not whole' "
    "WHERE (SELECT count(*) FROM store WHERE length(token_key) = 32) <> 1",
};

/// Adds the first column of each row to `report`. @param fine the row that says that nothing is wrong
core::result<> ask(connection& db, std::string_view sql, check_report& report, std::string_view fine = {}) {
    auto s = db.prepare(sql);
    if (!s) return tl::unexpected<core::error>(s.error());
    while (report.faults.size() < most_faults) {
        const auto row = s->step();
        if (!row) return tl::unexpected<core::error>(row.error());
        if (!*row) break;
        std::string line = s->text(0);
        std::replace(line.begin(), line.end(), '\n', ' ');
        if (line != fine) report.faults.push_back(std::move(line));
    }
    return {};
}

core::result<> look(connection& db, bool quick, check_report& report) {
    const auto version = sqlite::version_of(db);
    if (!version) return tl::unexpected<core::error>(version.error());
    report.pages_only = *version < sqlite::all_migrations().size();
    auto done = ask(db, quick ? "PRAGMA quick_check" : "PRAGMA integrity_check", report, "ok");
    if (!done || report.pages_only || !report.faults.empty()) return done;
    done = ask(db, rooms_sql, report);
    if (!quick) {
        for (const char* sql : rows_sql) {
            if (done) done = ask(db, sql, report);
        }
    }
    if (!done) return done;
    const auto rooms = db.number("SELECT count(*) FROM rooms");
    const auto events = db.number("SELECT count(*) FROM events");
    if (rooms) report.rooms = static_cast<std::uint64_t>(*rooms);
    if (events) report.events = static_cast<std::uint64_t>(*events);
    return events ? core::result<>{} : tl::unexpected<core::error>(events.error());
}

}  // namespace

core::result<check_report> check_database(connection& db, bool quick) {
    auto begun = db.execute("BEGIN");
    if (!begun) return tl::unexpected<core::error>(begun.error());
    check_report report;
    const auto done = look(db, quick, report);
    db.roll_back();
    if (!done) return tl::unexpected<core::error>(done.error());
    return report;
}

core::result<check_report> check_database(const std::string& path, bool quick) {
    std::error_code why;
    if (!std::filesystem::exists(path, why)) return core::fail(core::errc::unavailable, path + " is not there");
    if (std::filesystem::file_size(path, why) == 0) {
        return core::fail(core::errc::unavailable, path + " is damaged: it is empty, which a database never is");
    }
    auto db = connection::open(path, connection::access::read);
    auto report = db ? check_database(*db, quick) : tl::unexpected<core::error>(db.error());
    if (!report) return core::fail(report.error().code, path + " can't be read: " + report.error().detail);
    return report;
}

}  // namespace tertulia::store
