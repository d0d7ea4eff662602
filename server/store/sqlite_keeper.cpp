// server/store/sqlite_keeper.cpp: opening a database, and what a start has to know of the stop before.
// Thread: see the header.
// Owner: see the header.
#include "server/store/sqlite_keeper.hpp"

#include "core/scope.hpp"
#include "core/sleep.hpp"
#include "server/store/sqlite_schema.hpp"

#include <spdlog/spdlog.h>
#include <sys/random.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <stdexcept>

namespace tertulia::store {

namespace {

constexpr std::chrono::seconds least_between_rounds{1};
constexpr std::chrono::seconds most_between_rounds{60};
/// Of forgetting, so that those who post have the writer most of the time.
constexpr std::chrono::milliseconds between_steps{20};

constexpr std::chrono::milliseconds between_index_steps{5};

constexpr const char* boot_id_file = "/proc/sys/kernel/random/boot_id";

/// Sets the mark of a database whose commits are not synced, and syncs that: with it all that was written before.
core::result<> mark(sqlite::connection& db, const std::optional<std::string>& unsynced_boot) {
    auto done = db.execute("PRAGMA synchronous = FULL");
    if (!done) return done;
    auto s = db.prepare("UPDATE store SET unsynced_boot = nullif(?1, '')");
    if (!s) return tl::unexpected<core::error>(s.error());
    return s->bind(std::string_view{unsynced_boot ? *unsynced_boot : std::string_view{}}).run();
}

}  // namespace

std::string boot_id() {
    std::ifstream in{boot_id_file};
    std::string id;
    std::getline(in, id);
    return id;
}

core::result<std::unique_ptr<sqlite_keeper>> sqlite_keeper::open(const std::string& path, durability how,
                                                                 const std::string& booted, retention kept,
                                                                 std::optional<std::chrono::hours> scrub_at) {
    std::error_code why;
    const auto folder = std::filesystem::path{path}.parent_path();
    if (!folder.empty()) std::filesystem::create_directories(folder, why);
    if (why) return core::fail(core::errc::unavailable, folder.string() + " can't be made: " + why.message());
    auto lock = file_lock::take(path + ".lock");
    if (!lock) return core::fail(lock.error().code, path + " can't be used: " + lock.error().detail);
    auto db = sqlite::open_database(path);
    if (!db) return tl::unexpected<core::error>(db.error());
    auto writer = sqlite_writer::make(std::move(*db));
    if (!writer) return core::fail(writer.error().code, path + " can't be used: " + writer.error().detail);
    std::unique_ptr<sqlite_keeper> made{new sqlite_keeper{path, std::move(*lock), std::move(*writer), std::move(kept)}};
    made->scrub_at_ = scrub_at;
    auto ready = made->read_token_key();
    if (ready) ready = made->begin(how, booted);
    if (!ready) return core::fail(ready.error().code, path + " can't be used: " + ready.error().detail);
    return made;
}

core::result<> sqlite_keeper::read_token_key() {
    sqlite::connection& db = database();
    token_key fresh{};
    if (::getrandom(fresh.data(), fresh.size(), 0) != static_cast<ssize_t>(fresh.size())) {
        throw std::runtime_error("the system gives no random bytes");
    }
    auto s = db.prepare("INSERT OR IGNORE INTO store (id, token_key) VALUES (1, ?1)");
    if (!s) return tl::unexpected<core::error>(s.error());
    auto done = s->bind(sqlite::blob{{reinterpret_cast<const char*>(fresh.data()), fresh.size()}}).run();
    if (!done) return done;
    const auto kept = db.text("SELECT token_key FROM store");
    if (!kept) return tl::unexpected<core::error>(kept.error());
    if (kept->size() != token_key_.size()) return core::fail(core::errc::unavailable, "it is damaged: its token key");
    std::copy(kept->begin(), kept->end(), token_key_.begin());
    return {};
}

core::result<> sqlite_keeper::begin(durability how, const std::string& booted) {
    sqlite::connection& db = database();
    const auto unsynced = db.text("SELECT coalesce(unsynced_boot, '') FROM store");
    if (!unsynced) return tl::unexpected<core::error>(unsynced.error());
    if (!unsynced->empty() && *unsynced != booted) {  // the machine has crashed, and may have taken events with it
        auto done = sqlite::new_epochs(db);
        if (!done) return done;
    }
    if (how == durability::full) return mark(db, std::nullopt);
    // Where it isn't known, any other start of the machine counts as a crash of it, and none is "unknown".
    auto done = mark(db, booted.empty() ? "unknown" : booted);
    if (!done) return done;
    return db.execute("PRAGMA synchronous = NORMAL");
}

std::unique_ptr<log> sqlite_keeper::log_for(shard_place shard) {
    return std::make_unique<sqlite_log>(path_, std::move(shard), *writer_, readers_, searchers_);
}

core::task<> sqlite_keeper::tend(core::context& ctx) {
    core::scope all{ctx, "store"};
    all.spawn("index", index_what_is_old(all.ctx()));
    if (scrub_at_) all.spawn("scrub", scrub_daily(all.ctx()));
    all.spawn("forget", forget_what_is_old(all.ctx()));
    auto ended = co_await all.join();
    (void)ended;
}

core::task<> sqlite_keeper::index_what_is_old(core::context& ctx) {
    for (;;) {
        const auto all = co_await index(ctx.on());
        if (all && *all) co_return;
        auto slept = co_await core::sleep_for(ctx, all ? core::duration{between_index_steps} : least_between_rounds);
        if (!slept) co_return;
    }
}

core::task<core::result<>> sqlite_keeper::scrub(core::context& ctx) {
    for (;;) {
        auto last = co_await writer_->scrub(ctx.on());
        if (!last) co_return tl::unexpected<core::error>(last.error());
        if (*last) break;
        auto slept = co_await core::sleep_for(ctx, between_index_steps);
        if (!slept) co_return slept;
    }
    for (;;) {  // whoever reads now does so for a moment
        auto emptied = co_await readers_.run(ctx, [this]() -> core::result<bool> {
            auto db = sqlite::connection::open(path_, sqlite::connection::access::write);
            if (!db) return tl::unexpected<core::error>(db.error());
            return sqlite_scrubber::empty_log(*db);
        });
        if (!emptied) co_return tl::unexpected<core::error>(emptied.error());
        if (*emptied) co_return core::result<>{};
        auto slept = co_await core::sleep_for(ctx, least_between_rounds);
        if (!slept) co_return slept;
    }
}

core::task<> sqlite_keeper::scrub_daily(core::context& ctx) {
    const auto& clock = ctx.on().clock();
    for (;;) {
        // In short sleeps: the wall's clock may be set meanwhile.
        for (const auto at = next_hour(clock.wall(), *scrub_at_); clock.wall() < at;) {
            const core::duration left = at - clock.wall();
            auto slept = co_await core::sleep_for(ctx, std::min<core::duration>(left, most_between_rounds));
            if (!slept) co_return;
        }
        auto done = co_await scrub(ctx);
        if (ctx.done()) co_return;
        if (!done) spdlog::warn("what was deleted is not all gone from the database's files: {}", done.error().detail);
    }
}

core::task<> sqlite_keeper::forget_what_is_old(core::context& ctx) {
    if (!retention_.bounded()) co_return;
    // What is kept for seconds is looked after more often.
    const core::duration round = std::clamp<core::duration>(retention_.least_age().value_or(most_between_rounds) / 10,
                                                            least_between_rounds, most_between_rounds);
    for (;;) {
        const auto step = co_await forget(ctx.on());
        const bool rest = !step || step->all_seen;  // one that failed is for later, too
        auto slept = co_await core::sleep_for(ctx, rest ? round : between_steps);
        if (!slept) co_return;
    }
}

core::result<> sqlite_keeper::close() {
    return mark(database(), std::nullopt);
}

}  // namespace tertulia::store
