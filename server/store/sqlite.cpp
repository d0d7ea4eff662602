// server/store/sqlite.cpp: the calls of SQLite's C interface.
// Thread: see the header.
// Owner: see the header.
#include "server/store/sqlite.hpp"

#include <sqlite3.h>

#include <cassert>

namespace tertulia::store::sqlite {

namespace {

constexpr int lock_wait_ms = 2000;

/// To 16 MB before it is taken over into the database: with many rooms a page is then written once for many of its
/// changes.
constexpr const char* log_grows = "PRAGMA wal_autocheckpoint = 4000";

auto failed(sqlite3* db) {
    return core::fail(core::errc::unavailable, sqlite3_errmsg(db));
}

}  // namespace

void statement::finalize::operator()(sqlite3_stmt* s) const noexcept {
    sqlite3_finalize(s);
}

core::result<bool> statement::step() {
    const int how = sqlite3_step(of_.get());
    if (how == SQLITE_ROW) return true;
    if (how == SQLITE_DONE) {
        reset();
        return false;
    }
    auto why = failed(sqlite3_db_handle(of_.get()));
    reset();
    return why;
}

core::result<> statement::run() {
    const auto row = step();
    reset();
    if (!row) return tl::unexpected<core::error>(row.error());
    return {};
}

void statement::reset() noexcept {
    sqlite3_reset(of_.get());
}

std::int64_t statement::integer(int column) const noexcept {
    return sqlite3_column_int64(of_.get(), column);
}

std::string statement::text(int column) const {
    const void* bytes = sqlite3_column_blob(of_.get(), column);
    if (bytes == nullptr) return {};
    return {static_cast<const char*>(bytes), static_cast<std::size_t>(sqlite3_column_bytes(of_.get(), column))};
}

bool statement::is_null(int column) const noexcept {
    return sqlite3_column_type(of_.get(), column) == SQLITE_NULL;
}

// Binding fails only by a place that the statement doesn't have, or a value of gigabytes.
void statement::put(int place, std::string_view text) {
    // A null pointer would be NULL, and an empty view may have one.
    const char* bytes = text.empty() ? "" : text.data();
    [[maybe_unused]] const int how =
        sqlite3_bind_text64(of_.get(), place, bytes, text.size(), SQLITE_STATIC, SQLITE_UTF8);
    assert(how == SQLITE_OK);
}

void statement::put(int place, blob b) {
    [[maybe_unused]] const int how =
        sqlite3_bind_blob64(of_.get(), place, b.bytes.data(), b.bytes.size(), SQLITE_STATIC);
    assert(how == SQLITE_OK);
}

void statement::put_integer(int place, std::int64_t value) {
    [[maybe_unused]] const int how = sqlite3_bind_int64(of_.get(), place, value);
    assert(how == SQLITE_OK);
}

void connection::close::operator()(sqlite3* c) const noexcept {
    [[maybe_unused]] const int how = sqlite3_close(c);
    assert(how == SQLITE_OK && "a statement outlives its connection");
}

core::result<connection> connection::open(const std::string& path, access how) {
    // No lock of SQLite's own: one thread at a time is our rule.
    const int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE |
                      (how == access::read ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE) |
                      (how == access::create ? SQLITE_OPEN_CREATE : 0);
    connection made;
    sqlite3* raw = nullptr;
    const int opened = sqlite3_open_v2(path.c_str(), &raw, flags, nullptr);
    made.of_.reset(raw);
    if (opened != SQLITE_OK) {
        return core::fail(core::errc::unavailable, raw == nullptr ? sqlite3_errstr(opened) : sqlite3_errmsg(raw));
    }
    sqlite3_busy_timeout(raw, lock_wait_ms);
    auto set = made.execute("PRAGMA foreign_keys = ON");
    if (set && how != access::read) set = made.execute(log_grows);
    if (!set) return tl::unexpected<core::error>(set.error());
    return made;
}

core::result<> connection::execute(const std::string& sql) {
    if (sqlite3_exec(of_.get(), sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) return failed(of_.get());
    return {};
}

core::result<statement> connection::prepare(std::string_view sql) {
    sqlite3_stmt* raw = nullptr;
    const int how = sqlite3_prepare_v3(of_.get(), sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT,
                                       &raw, nullptr);
    if (how != SQLITE_OK) return failed(of_.get());
    return statement{raw};
}

core::result<statement> connection::first_row(std::string_view sql) {
    auto s = prepare(sql);
    if (!s) return s;
    const auto row = s->step();
    if (!row) return tl::unexpected<core::error>(row.error());
    if (!*row) return core::fail(core::errc::unavailable, "no row: " + std::string{sql});
    return s;
}

core::result<std::int64_t> connection::number(std::string_view sql) {
    return first_row(sql).map([](const statement& s) { return s.integer(0); });
}

core::result<std::string> connection::text(std::string_view sql) {
    return first_row(sql).map([](const statement& s) { return s.text(0); });
}

core::result<> connection::copy_to(connection& to) {
    sqlite3_backup* const under_way = sqlite3_backup_init(to.of_.get(), "main", of_.get(), "main");
    if (under_way == nullptr) return failed(to.of_.get());
    // All in one step: it reads from one snapshot, which holds up nobody who writes; several would begin anew with
    // each commit that comes between.
    (void)sqlite3_backup_step(under_way, -1);
    if (sqlite3_backup_finish(under_way) != SQLITE_OK) return failed(to.of_.get());
    return {};
}

bool connection::idle() const noexcept {
    return sqlite3_get_autocommit(of_.get()) != 0;
}

bool connection::may_have_committed() const noexcept {
    const int why = sqlite3_extended_errcode(of_.get());
    const int kind = why & 0xff;
    return kind != SQLITE_FULL && kind != SQLITE_BUSY && kind != SQLITE_READONLY && why != SQLITE_IOERR_WRITE;
}

std::int64_t connection::rows_written() const noexcept {
    return sqlite3_total_changes64(of_.get());
}

void connection::stop_where(std::function<bool()> whether) {
    stop_ = whether ? std::make_unique<std::function<bool()>>(std::move(whether)) : nullptr;
    constexpr int steps = 1000;
    const auto ask = [](void* f) { return (*static_cast<std::function<bool()>*>(f))() ? 1 : 0; };
    sqlite3_progress_handler(of_.get(), stop_ ? steps : 0, stop_ ? +ask : nullptr, stop_.get());
}

void connection::roll_back() noexcept {
    if (!idle()) sqlite3_exec(of_.get(), "ROLLBACK", nullptr, nullptr, nullptr);
}

}  // namespace tertulia::store::sqlite
