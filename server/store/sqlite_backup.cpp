// server/store/sqlite_backup.cpp: SQLite's online copy, and the order of renaming in which no moment loses a log.
// Thread: see the header.
// Owner: see the header.
#include "server/store/sqlite_backup.hpp"

#include "server/store/file_lock.hpp"
#include "server/store/files.hpp"
#include "server/store/sqlite_check.hpp"
#include "server/store/sqlite_schema.hpp"

#include <filesystem>

namespace tertulia::store {

namespace {

namespace fs = std::filesystem;
using sqlite::connection;

auto failed(std::string why) {
    return core::fail(core::errc::unavailable, std::move(why));
}

bool there(const std::string& path) {
    std::error_code ignored;
    return fs::exists(fs::symlink_status(path, ignored));
}

bool empty_file(const std::string& path) {
    std::error_code ignored;
    return fs::file_size(path, ignored) == 0 && !ignored;
}

void remove_all_of(const std::string& database) {
    for (const char* rest : {"", "-journal", "-wal", "-shm"}) {
        std::error_code ignored;
        fs::remove(database + rest, ignored);
    }
}

/// Fills the empty file `to` with what the database at `from` holds, as one file without a write-ahead log.
/// @param last what is still to be done to the copy
template <class F>
core::result<> copy(const std::string& from, const std::string& to, F last) {
    auto source = connection::open(from, connection::access::read);
    if (!source) return failed(from + " can't be read: " + source.error().detail);
    const auto ours = sqlite::version_of(*source);
    if (!ours) return failed(from + " can't be read: " + ours.error().detail);
    auto made = connection::open(to, connection::access::write);
    if (!made) return failed(to + " can't be written: " + made.error().detail);
    auto done = source->copy_to(*made);
    if (done) done = made->text("PRAGMA journal_mode = DELETE").map([](const std::string&) {});
    if (done) done = last(*made);
    if (!done) return failed(from + " can't be copied to " + to + ": " + done.error().detail);
    return {};
}

core::result<> no_faults(const core::result<check_report>& found) {
    if (!found) return tl::unexpected<core::error>(found.error());
    if (!found->faults.empty()) return failed("it is damaged: " + found->faults.front());
    return {};
}

/// A name beside `path` that nothing has yet, nor a write-ahead log of it.
std::string free_name(const std::string& path) {
    std::string name = path + ".replaced";
    for (int n = 2; there(name) || there(name + "-wal"); ++n) name = path + ".replaced." + std::to_string(n);
    return name;
}

/// `made` gets the name `path`. A start that finds the write-ahead log without its database is refused, so that one
/// stands there while the database doesn't: whatever ends this, no start makes a new log.
core::result<std::string> exchange(const std::string& path, const std::string& made) {
    const std::string wal = path + "-wal";
    const std::string kept = free_name(path);
    const bool had = there(path);
    if (!there(wal)) {
        auto marked = make_private_file(wal);
        if (!marked) return failed(wal + " can't be made: " + marked.error().detail);
        take_after(wal, made, true);
    }
    auto done = had ? rename_for_good(path, kept) : core::result<>{};
    if (done && !empty_file(wal)) {  // it belongs to the old one, and goes with it
        auto other = make_private_file(wal + ".new");
        if (!other) return failed(wal + ".new can't be made: " + other.error().detail);
        take_after(wal + ".new", made, true);
        std::error_code why;
        fs::create_hard_link(wal, kept + "-wal", why);
        if (why) return failed(kept + "-wal can't be made: " + why.message());
        done = rename_for_good(wal + ".new", wal);
    }
    std::error_code ignored;
    fs::remove(path + "-shm", ignored);
    if (done) done = rename_for_good(made, path);
    if (!done) return tl::unexpected<core::error>(done.error());
    return had ? kept : std::string{};
}

}  // namespace

core::result<> back_up(const std::string& path, const std::string& to) {
    if (there(to)) return failed(to + " is there already, and is not overwritten");
    if (!there(path)) return failed(path + " is not there");
    const std::string made = to + ".new";
    auto done = make_private_file(made);
    if (!done && there(made)) {
        return failed(made + " is there: another backup is under way, or one was cut off; then take it away");
    }
    if (!done) return failed(made + " can't be made: " + done.error().detail);
    done = copy(path, made, [](connection& db) { return no_faults(check_database(db, true)); });
    // Not by renaming, which would overwrite what has come there meanwhile.
    std::error_code why;
    if (done) fs::create_hard_link(made, to, why);
    if (why) done = failed(to + " can't be made: " + why.message());
    const auto named = done ? rename_for_good(made, to) : done;
    remove_all_of(made);
    return named;
}

core::result<std::string> restore(const std::string& path, const std::string& from) {
    std::error_code why;
    if (fs::equivalent(path, from, why)) return failed(from + " is the database itself");
    auto sound = no_faults(check_database(from, false));
    if (!sound) return failed(from + " can't be put back: " + sound.error().detail);
    const std::string folder = fs::absolute(path).parent_path();
    fs::create_directories(folder, why);
    if (why) return failed(folder + " can't be made: " + why.message());
    const std::string model = there(path) ? path : folder;  // whose a server's files are
    const bool fresh_lock = !there(path + ".lock");
    const auto lock = file_lock::take(path + ".lock");
    if (!lock) return failed(path + " can't be replaced: " + lock.error().detail);
    if (fresh_lock) take_after(path + ".lock", model, false);
    const std::string made = path + ".new";
    remove_all_of(made);
    auto done = make_private_file(made);
    if (!done) return failed(made + " can't be made: " + done.error().detail);
    done = copy(from, made, [](connection& db) {
        auto anew = sqlite::new_epochs(db);
        return anew ? db.execute("UPDATE store SET unsynced_boot = NULL") : anew;
    });
    if (!done) {
        remove_all_of(made);
        return tl::unexpected<core::error>(done.error());
    }
    take_after(made, model, model == path);
    return exchange(path, made);
}

}  // namespace tertulia::store
