// server/store/sqlite_schema.cpp: the tables (docs/store.md tells them), making, checking and migrating.
// Thread: main.
// Owner: nobody.
#include "server/store/sqlite_schema.hpp"

#include "server/store/files.hpp"

#include <algorithm>
#include <array>
#include <filesystem>

namespace tertulia::store::sqlite {

namespace {

namespace fs = std::filesystem;

constexpr std::int64_t application = 0x54657274;  // "Tert", by which `file` and we know the database
constexpr std::uintmax_t checked_bytes = std::uintmax_t{64} << 20;

constexpr std::array all{// Events are one tree, ordered by room and number: a page of a room's log lies together.
                         R"sql(
CREATE TABLE store (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    token_key BLOB NOT NULL,
    unsynced_boot TEXT
) STRICT;

CREATE TABLE rooms (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    epoch TEXT NOT NULL,
    newest INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    topic TEXT NOT NULL
) STRICT;

CREATE TABLE events (
    room INTEGER NOT NULL REFERENCES rooms (id),
    seq INTEGER NOT NULL,
    at INTEGER NOT NULL,
    identity INTEGER NOT NULL,
    name TEXT NOT NULL,
    guest INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    text TEXT NOT NULL,
    reply_to INTEGER,
    PRIMARY KEY (room, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE keys (
    room INTEGER NOT NULL REFERENCES rooms (id),
    identity INTEGER NOT NULL,
    key TEXT NOT NULL,
    seq INTEGER NOT NULL,
    content INTEGER NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (room, identity, key)
) STRICT, WITHOUT ROWID;

CREATE INDEX keys_by_age ON keys (at);
)sql",

                         // Changes of messages. A message that nobody changes costs no more than two bytes for them.
                         R"sql(
ALTER TABLE events ADD COLUMN target INTEGER;
ALTER TABLE events ADD COLUMN state INTEGER NOT NULL DEFAULT 0;

CREATE INDEX edits ON events (room, target) WHERE kind = 2;

CREATE TABLE reactions (
    room INTEGER NOT NULL,
    target INTEGER NOT NULL,
    emoji TEXT NOT NULL,
    identity INTEGER NOT NULL,
    name TEXT NOT NULL,
    seq INTEGER NOT NULL,
    PRIMARY KEY (room, target, emoji, identity),
    FOREIGN KEY (room, target) REFERENCES events (room, seq) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
)sql",

                         // The words of messages, and how far down each room's older ones are still to be put in.
                         R"sql(
CREATE VIRTUAL TABLE words USING fts5 (
    text, content='', columnsize=0, detail=none, tokenize="ascii tokenchars ':'"
);

CREATE TABLE unindexed (
    room INTEGER PRIMARY KEY REFERENCES rooms (id),
    seq INTEGER NOT NULL
) STRICT;

INSERT INTO unindexed (room, seq) SELECT id, newest FROM rooms WHERE newest > 0;

ALTER TABLE store ADD COLUMN to_scrub INTEGER NOT NULL DEFAULT 0;
)sql"};

auto failed(std::string why) {
    return core::fail(core::errc::unavailable, std::move(why));
}
auto failed(const std::string& path, const core::error& why) {
    return failed(path + " can't be used: " + why.detail);
}

core::result<> apply(connection& db, std::size_t version, const char* sql) {
    auto done = db.execute("BEGIN IMMEDIATE");
    if (done) done = db.execute(sql);
    if (done) done = db.execute("PRAGMA user_version = " + std::to_string(version + 1));
    if (done) done = db.execute("COMMIT");
    if (!done) db.roll_back();
    return done;
}

core::result<> make(const std::string& path, migrations steps) {
    const std::string made = path + ".new";
    for (const char* rest : {"", "-journal", "-wal", "-shm"}) {
        std::error_code ignored;
        fs::remove(made + rest, ignored);
    }
    {
        const auto file = make_private_file(made);
        if (!file) return failed(path + " can't be made: " + file.error().detail);
        auto db = connection::open(made, connection::access::create);
        if (!db) return failed(path + " can't be made: " + db.error().detail);
        auto done = db->execute("PRAGMA application_id = " + std::to_string(application));
        for (std::size_t version = 0; done && version < steps.size(); ++version) {
            done = apply(*db, version, steps[version]);
        }
        if (done) done = db->text("PRAGMA journal_mode = WAL").map([](const std::string&) {});
        if (!done) return failed(path + " can't be made: " + done.error().detail);
    }
    return rename_for_good(made, path);
}

/// A copy that is whole, whatever ends the process while it is made.
core::result<> copy(connection& db, const std::string& path, std::int64_t version) {
    const std::string kept = path + ".v" + std::to_string(version);
    const std::string made = kept + ".new";
    std::error_code ignored;
    fs::remove(made, ignored);
    auto s = db.prepare("VACUUM INTO ?1");
    if (!s) return tl::unexpected<core::error>(s.error());
    auto done = make_private_file(made);
    if (done) done = s->bind(std::string_view{made}).run();
    if (!done) return done;
    return rename_for_good(made, kept);
}

core::result<> migrate(connection& db, const std::string& path, migrations steps) {
    const auto version = version_of(db, steps);
    if (!version) return tl::unexpected<core::error>(version.error());
    if (*version == steps.size()) return {};
    auto done = copy(db, path, static_cast<std::int64_t>(*version));
    for (auto v = *version; done && v < steps.size(); ++v) done = apply(db, v, steps[v]);
    return done;
}

core::result<> check(connection& db, std::uintmax_t bytes) {
    // A log of gigabytes would be read for minutes; what is wrong with one shows when it is read.
    if (bytes > checked_bytes) return {};
    auto found = db.text("PRAGMA quick_check(1)");
    if (!found) return tl::unexpected<core::error>(found.error());
    std::replace(found->begin(), found->end(), '\n', ' ');
    if (*found != "ok") return failed("it is damaged: " + *found);
    return {};
}

}  // namespace

migrations all_migrations() noexcept {
    return all;
}

core::result<std::size_t> version_of(connection& db, migrations steps) {
    const auto whose = db.number("PRAGMA application_id");
    if (!whose) return tl::unexpected<core::error>(whose.error());
    if (*whose != application) return failed("it is a database of another program");
    const auto version = db.number("PRAGMA user_version");
    if (!version) return tl::unexpected<core::error>(version.error());
    if (*version < 0 || static_cast<std::size_t>(*version) > steps.size()) {
        return failed("it is of version " + std::to_string(*version) + ", and this program knows up to " +
                      std::to_string(steps.size()) + "; use the program that wrote it, or a newer one");
    }
    return static_cast<std::size_t>(*version);
}

core::result<> new_epochs(connection& db) {
    return db.execute("UPDATE rooms SET epoch = lower(hex(randomblob(4)))");
}

core::result<connection> open_database(const std::string& path, migrations steps) {
    std::error_code why;
    if (!fs::exists(path, why)) {
        if (why) return failed(path + " can't be used: " + why.message());
        if (fs::exists(path + "-wal", why)) {
            return failed(path + " is missing, but " + path +
                          "-wal is there: put the one back, or move the other away");
        }
        auto made = make(path, steps);
        if (!made) return tl::unexpected<core::error>(made.error());
    }
    const std::uintmax_t bytes = fs::file_size(path, why);
    if (why) return failed(path + " can't be used: " + why.message());
    if (bytes == 0) return failed(path + " can't be used: it is damaged: it is empty, which a database never is");
    auto db = connection::open(path, connection::access::write);
    if (!db) return failed(path, db.error());
    auto done = version_of(*db, steps).map([](std::size_t) {});  // what isn't ours is not read further
    if (done) done = check(*db, bytes);
    if (done) done = migrate(*db, path, steps);
    if (!done) return failed(path, done.error());
    const auto mode = db->text("PRAGMA journal_mode = WAL");  // one that was copied back may have another
    if (!mode) return failed(path, mode.error());
    if (*mode != "wal") return failed(path + " can't be used: its file system can't keep a write-ahead log");
    return db;
}

}  // namespace tertulia::store::sqlite
