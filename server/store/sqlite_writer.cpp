// server/store/sqlite_writer.cpp: group commit: whoever comes first when the writer is free takes all who wait along.
// Thread: see the header.
// Owner: see the header.
#include "server/store/sqlite_writer.hpp"

#include "server/store/fault.hpp"
#include "server/store/sqlite_rows.hpp"

#include <algorithm>
#include <exception>

namespace tertulia::store {

namespace {

std::int64_t ms(protocol::wall_time t) {
    return t.time_since_epoch().count();
}

}  // namespace

core::result<std::unique_ptr<sqlite_writer>> sqlite_writer::make(sqlite::connection db) {
    std::unique_ptr<sqlite_writer> w{new sqlite_writer{std::move(db)}};
    statements& s = w->do_;
    const std::pair<sqlite::statement*, const char*> all[]{
        {&s.begin, "BEGIN IMMEDIATE"},
        {&s.commit, "COMMIT"},
        {&s.forget, "DELETE FROM keys WHERE at < ?1"},
        {&s.room, "SELECT id, newest, last_at, topic FROM rooms WHERE name = ?1"},
        {&s.new_room, "INSERT INTO rooms (name, epoch, newest, last_at, topic) VALUES (?1, ?2, 0, 0, '') RETURNING id"},
        {&s.room_now, "UPDATE rooms SET newest = ?2, last_at = ?3, topic = ?4 WHERE id = ?1"},
        {&s.event,
         "INSERT INTO events (room, seq, at, identity, name, guest, kind, text, reply_to, target) "
         "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)"},
        {&s.key, "REPLACE INTO keys (room, identity, key, seq, content, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)"},
        {&s.used, "SELECT seq, content FROM keys WHERE room = ?1 AND identity = ?2 AND key = ?3 AND at >= ?4"},
    };
    for (const auto& [to, sql] : all) {
        auto made = w->db_.prepare(sql);
        if (!made) return tl::unexpected<core::error>(made.error());
        *to = std::move(*made);
    }
    auto forgetter = sqlite_forgetter::make(w->db_);
    if (!forgetter) return tl::unexpected<core::error>(forgetter.error());
    w->forgetter_ = std::move(*forgetter);
    const auto version = w->db_.number("PRAGMA user_version");
    if (!version) return tl::unexpected<core::error>(version.error());
    w->overwrite_ = "BEGIN IMMEDIATE; PRAGMA user_version = " + std::to_string(*version) + "; COMMIT";
    auto changes = sqlite_changes::make(w->db_);
    if (!changes) return tl::unexpected<core::error>(changes.error());
    w->changes_ = std::move(*changes);
    auto scrubber = sqlite_scrubber::make(w->db_);
    if (!scrubber) return tl::unexpected<core::error>(scrubber.error());
    w->scrubber_ = std::move(*scrubber);
    auto indexer = sqlite_indexer::make(w->db_);
    if (!indexer) return tl::unexpected<core::error>(indexer.error());
    w->indexer_ = std::move(*indexer);
    auto words = sqlite_words::make(w->db_);
    if (!words) return tl::unexpected<core::error>(words.error());
    w->words_ = std::move(*words);
    return w;
}

core::task<sqlite_writer::role> sqlite_writer::append(core::scheduler& on, sqlite_append& what) {
    {
        const std::lock_guard hold{lock_};
        waiting_.push_back(&what);
    }
    core::context to_the_end{on};
    auto led = co_await thread_.run(to_the_end, [this, &what] { return lead(what); });
    assert(led && "the writer outlives every append");
    co_return *led;
}

/// On the writer's thread. The jobs of those who were taken along find that there is nothing left to do.
sqlite_writer::role sqlite_writer::lead(sqlite_append& first) {
    if (first.done) return role::passenger;
    std::vector<sqlite_append*> all;
    {
        const std::lock_guard hold{lock_};
        all.swap(waiting_);
    }
    auto how = clear_doubt();  // while there is one, nothing more is tried
    taken answer = not_stored();
    if (how) {
        how = transact(all);
        if (in_doubt_) answer = not_known();
    }
    for (sqlite_append* a : all) {
        a->done = true;
        if (how) continue;
        a->answers.assign(a->drafts.size(), answer);
        a->newest = 0;
    }
    remember(how);
    return how ? role::led : role::failed;
}

core::result<> sqlite_writer::transact(std::span<sqlite_append* const> all) {
    core::result<> how;
    try {
        how = do_.begin.bind().run();
        passing("commit.begun");
        if (how) how = store(all);
        passing("commit.before");
        if (how) how = commit();
        passing("commit.after");
    } catch (const std::exception& e) {
        how = core::fail(core::errc::unavailable, e.what());
    }
    words_.clear();
    db_.roll_back();
    return how;
}

/// A commit that fails may have its record in the write-ahead log, where the next start would find it. So what it left
/// behind is overwritten by another before anybody is told that nothing was stored.
core::result<> sqlite_writer::commit() {
    auto how = do_.commit.bind().run();
    if (how) return how;
    const bool may_be_there = db_.may_have_committed();
    db_.roll_back();
    in_doubt_ = true;
    const auto cleared = clear_doubt();
    in_doubt_ = !cleared && may_be_there;
    return how;
}

core::result<> sqlite_writer::clear_doubt() {
    if (!in_doubt_) return {};
    auto done = db_.execute(overwrite_);
    db_.roll_back();
    in_doubt_ = !done;
    return done;
}

core::result<> sqlite_writer::store(std::span<sqlite_append* const> all) {
    const auto eldest = std::min_element(all.begin(), all.end(), [](auto* a, auto* b) { return a->now < b->now; });
    auto done = do_.forget.bind(ms((*eldest)->now - keys_kept)).run();
    for (auto a = all.begin(); done && a != all.end(); ++a) done = store(**a);
    return done ? words_.write() : done;
}

core::result<> sqlite_writer::store(sqlite_append& one) {
    std::int64_t room = 0;  // not there yet: what is refused makes none
    auto last = protocol::wall_time{};
    const auto known = do_.room.bind(std::string_view{one.room}).step();
    if (!known) return tl::unexpected<core::error>(known.error());
    if (*known) {
        room = do_.room.integer(0);
        one.newest = do_.room.number(1);
        last = protocol::wall_time{std::chrono::milliseconds{do_.room.integer(2)}};
        one.topic = do_.room.text(3);
        do_.room.reset();
    }
    const std::uint64_t before = one.newest;
    one.answers.reserve(one.drafts.size());
    for (draft& d : one.drafts) {
        auto used = use_of(d, room, one.now);
        if (!used) return tl::unexpected<core::error>(used.error());
        auto target = changes_.target_of(d, room);
        if (!target) return tl::unexpected<core::error>(target.error());
        if (auto settled = judge(d, {one.newest, *used, *target})) {
            one.answers.push_back(std::move(*settled));
            continue;
        }
        if (room == 0) {
            const auto made = do_.new_room.bind(std::string_view{one.room}, std::string_view{one.epoch}).step();
            if (!made) return tl::unexpected<core::error>(made.error());
            room = do_.new_room.integer(0);
            do_.new_room.reset();
        }
        last = std::max(one.now, last);
        auto done = insert(d, room, ++one.newest, last, one.now);
        if (!done) return done;
        if (const auto* t = std::get_if<protocol::topic_body>(&d.body)) one.topic = t->topic;
        one.answers.push_back(
            appended{one.newest, false, false, {one.newest, std::move(d.from), last, std::move(d.body)}});
    }
    if (one.newest == before) return {};
    return do_.room_now.bind(room, one.newest, ms(last), std::string_view{one.topic}).run();
}

core::result<std::optional<key_use>> sqlite_writer::use_of(const draft& d, std::int64_t room, protocol::wall_time now) {
    if (d.key.empty()) return std::nullopt;
    const auto found = do_.used.bind(room, d.from.identity, std::string_view{d.key}, ms(now - keys_kept)).step();
    if (!found) return tl::unexpected<core::error>(found.error());
    if (!*found) return std::nullopt;
    const key_use use{do_.used.number(0), do_.used.number(1)};
    do_.used.reset();
    return use;
}

core::result<> sqlite_writer::insert(const draft& d, std::int64_t room, std::uint64_t seq, protocol::wall_time at,
                                     protocol::wall_time now) {
    const sqlite_body body{d.body};
    auto done = do_.event
                    .bind(room, seq, ms(at), d.from.identity, std::string_view{d.from.name}, d.from.guest,
                          static_cast<int>(body.kind), body.text, body.reply_to, body.target)
                    .run();
    if (done) done = words_.change(room, seq, {}, body.kind == sqlite_kind::message ? body.text : std::string_view{});
    if (done) done = changes_.apply(d, room, seq, words_);
    passing("commit.event");
    if (!done || d.key.empty()) return done;
    return do_.key.bind(room, d.from.identity, std::string_view{d.key}, seq, content_of(d), ms(now)).run();
}

core::task<core::result<forgotten>> sqlite_writer::forget(core::scheduler& on, const retention& what) {
    core::context to_the_end{on};
    const auto now = on.clock().wall();
    auto done = co_await thread_.run(to_the_end, [this, &what, now] { return forget(what, now); });
    co_return done;
}

core::result<forgotten> sqlite_writer::forget(const retention& what, protocol::wall_time now) {
    auto how = forgetter_->look(what, now);
    const forgotten& found = forgetter_->found();
    if (how && found.room.empty()) return found;
    if (how) how = beside([this] { return forgetter_->erase(words_); });
    if (!how) return tl::unexpected<core::error>(how.error());
    marks_[std::hash<std::string_view>{}(found.room) % marks_.size()].fetch_add(1, std::memory_order_release);
    return found;
}

core::result<> sqlite_writer::beside(const std::function<core::result<>()>& what) {
    auto how = clear_doubt();
    if (how) how = do_.begin.bind().run();
    if (how) how = what();
    if (how) how = commit();
    words_.clear();
    db_.roll_back();
    remember(how);
    return how;
}

core::task<core::result<bool>> sqlite_writer::index(core::scheduler& on) {
    core::context to_the_end{on};
    auto done = co_await thread_.run(to_the_end, [this]() -> core::result<bool> {
        auto all = indexer_.done();
        if (!all || *all) return all;
        const auto how = beside([this] { return indexer_.step(words_); });
        if (!how) return tl::unexpected<core::error>(how.error());
        return indexer_.done();
    });
    co_return done;
}

core::task<core::result<bool>> sqlite_writer::scrub(core::scheduler& on) {
    core::context to_the_end{on};
    auto done = co_await thread_.run(to_the_end, [this]() -> core::result<bool> {
        const auto needed = scrubber_->needed();
        if (!needed) return needed;
        if (!*needed) return true;
        core::result<bool> last;
        const auto how = beside([this, &last] {
            last = scrubber_->step();
            return last.map([](bool) {});
        });
        if (!how) return tl::unexpected<core::error>(how.error());
        return last;
    });
    co_return done;
}

core::task<core::result<>> sqlite_writer::writable(core::scheduler& on) {
    auto said = last_said();
    if (said) co_return said;
    core::context to_the_end{on};
    auto tried = co_await thread_.run(to_the_end, [this] { return try_to_write(); });
    co_return tried;
}

/// Takes new pages, as an append may, so that a full disk says so; and gives them back.
core::result<> sqlite_writer::try_to_write() {
    auto how = db_.execute(
        "BEGIN IMMEDIATE; CREATE TABLE trial (filler BLOB); INSERT INTO trial VALUES (zeroblob(65536)); "
        "DROP TABLE trial; COMMIT");
    db_.roll_back();
    if (how) in_doubt_ = false;
    remember(how);
    return how;
}

void sqlite_writer::remember(const core::result<>& how) {
    const std::lock_guard hold{lock_};
    last_ = how;
}

core::result<> sqlite_writer::last_said() {
    const std::lock_guard hold{lock_};
    return last_;
}

}  // namespace tertulia::store
