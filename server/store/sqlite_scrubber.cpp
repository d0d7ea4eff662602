// server/store/sqlite_scrubber.cpp: steps of FTS5's merge, and checkpoints.
// Thread: see the header.
// Owner: see the header.
#include "server/store/sqlite_scrubber.hpp"

#include "core/asio_loop.hpp"
#include "core/sleep.hpp"
#include "server/store/sqlite_schema.hpp"

#include <filesystem>

namespace tertulia::store {

namespace {

constexpr int pages = 16;         // of the index, merged in a step: a few milliseconds
constexpr int lock_wait_ms = 20;  // while a log is emptied others wait so long at most
constexpr int usual_wait_ms = 2000;
constexpr std::chrono::milliseconds between_steps{5};
constexpr std::chrono::milliseconds between_tries{100};
constexpr int tries = 100;

}  // namespace

core::result<std::unique_ptr<sqlite_scrubber>> sqlite_scrubber::make(sqlite::connection& db) {
    auto safe = db.execute("PRAGMA secure_delete = ON");
    if (!safe) return tl::unexpected<core::error>(safe.error());
    std::unique_ptr<sqlite_scrubber> s{new sqlite_scrubber{db}};
    const std::pair<sqlite::statement*, const char*> all[]{
        {&s->needed_, "SELECT 1 FROM store WHERE to_scrub <> 0"},
        {&s->begin_, "UPDATE store SET to_scrub = 2"},
        {&s->merge_, "INSERT INTO words (words, rank) VALUES ('merge', ?1)"},
        {&s->end_, "UPDATE store SET to_scrub = 0 WHERE to_scrub = 2"},
    };
    for (const auto& [to, sql] : all) {
        auto made = db.prepare(sql);
        if (!made) return tl::unexpected<core::error>(made.error());
        *to = std::move(*made);
    }
    return s;
}

core::result<bool> sqlite_scrubber::needed() {
    auto found = needed_.bind().step();
    needed_.reset();
    return found;
}

core::result<bool> sqlite_scrubber::step() {
    core::result<> done;
    if (!begun_) done = begin_.bind().run();
    const auto before = db_.rows_written();
    if (done) done = merge_.bind(begun_ ? pages : -pages).run();  // a negative number: all pieces are to become one
    if (!done) {
        begun_ = false;
        return tl::unexpected<core::error>(done.error());
    }
    const bool last = begun_ && db_.rows_written() - before < 2;  // as FTS5 says that there was nothing to do
    begun_ = !last;
    if (last) done = end_.bind().run();
    if (!done) return tl::unexpected<core::error>(done.error());
    return last;
}

core::result<bool> sqlite_scrubber::empty_log(sqlite::connection& db) {
    // Most of it beside those who write, then what is left.
    auto done = db.execute("PRAGMA wal_checkpoint(PASSIVE); PRAGMA busy_timeout = " + std::to_string(lock_wait_ms));
    if (!done) return tl::unexpected<core::error>(done.error());
    const auto busy = db.number("PRAGMA wal_checkpoint(TRUNCATE)");
    done = db.execute("PRAGMA busy_timeout = " + std::to_string(usual_wait_ms));
    if (!busy) return tl::unexpected<core::error>(busy.error());
    return *busy == 0;
}

namespace {

core::result<bool> one_step(sqlite::connection& db, sqlite_scrubber& scrubber) {
    auto last = db.execute("BEGIN IMMEDIATE").and_then([&] { return scrubber.step(); });
    const auto committed = last ? db.execute("COMMIT") : tl::unexpected<core::error>(last.error());
    db.roll_back();
    if (!committed) return tl::unexpected<core::error>(committed.error());
    return last;
}

/// To the end, with pauses in which a server has its turns.
core::task<> scrub(core::context& ctx, sqlite::connection& db, sqlite_scrubber& scrubber, core::result<bool>& how) {
    how = scrubber.needed();
    for (bool last = !how || !*how; !last;) {
        const auto step = one_step(db, scrubber);
        if (!step) {
            how = step;
            co_return;
        }
        last = *step;
        auto slept = co_await core::sleep_for(ctx, between_steps);
        (void)slept;
    }
    for (int n = 0; how && n < tries; ++n) {
        const auto emptied = sqlite_scrubber::empty_log(db);
        if (emptied && *emptied) co_return;
        if (!emptied) how = emptied;
        auto slept = co_await core::sleep_for(ctx, between_tries);
        (void)slept;
    }
    if (how) how = core::fail(core::errc::unavailable, "the write-ahead log is in use all the time; try again");
}

}  // namespace

core::result<bool> scrub_database(const std::string& path) {
    std::error_code why;
    if (!std::filesystem::exists(path, why)) return core::fail(core::errc::unavailable, path + " is not there");
    auto db = sqlite::connection::open(path, sqlite::connection::access::write);
    if (!db) return tl::unexpected<core::error>(db.error());
    const auto version = sqlite::version_of(*db);
    if (!version) return tl::unexpected<core::error>(version.error());
    if (*version < sqlite::all_migrations().size()) {
        return core::fail(core::errc::unavailable, "it is of an older version, which the next start brings forward");
    }
    const auto scrubber = sqlite_scrubber::make(*db);
    if (!scrubber) return tl::unexpected<core::error>(scrubber.error());
    const core::system_clock clock;
    core::asio_loop loop{clock};
    core::context ctx{loop};
    core::result<bool> how = false;
    const auto ended = loop.run(scrub(ctx, *db, **scrubber, how));
    if (!ended) return tl::unexpected<core::error>(ended.error());
    return how;
}

std::chrono::sys_time<std::chrono::milliseconds> next_hour(std::chrono::sys_time<std::chrono::milliseconds> now,
                                                           std::chrono::hours hour) {
    const auto at = std::chrono::floor<std::chrono::days>(now) + hour;
    return at > now ? at : at + std::chrono::days{1};
}

}  // namespace tertulia::store
