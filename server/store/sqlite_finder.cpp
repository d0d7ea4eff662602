// server/store/sqlite_finder.cpp: a search in SQL: each room's newest candidates, until the page is full of newer ones.
// Thread: see the header.
// Owner: see the header.
#include "server/store/sqlite_finder.hpp"

#include "server/store/sqlite_words.hpp"

#include <algorithm>

namespace tertulia::store {

namespace {

/// All words, of one room. Each is quoted, and has nothing in it but letters, digits and marks: no operator of FTS5's.
std::string expression(std::int64_t room, const std::vector<protocol::search_word>& words) {
    std::string all;
    for (const protocol::search_word& w : words) {
        all.append(all.empty() ? "\"" : " AND \"").append(sqlite_word(room, w.text)).append(w.prefix ? "\"*" : "\"");
    }
    return all;
}

bool newer(const found_message& a, const found_message& b) {
    return a.position() > b.position();
}

}  // namespace

core::result<std::unique_ptr<sqlite_finder>> sqlite_finder::open(const std::string& path) {
    auto reader = sqlite_reader::open(path);
    if (!reader) return tl::unexpected<core::error>(reader.error());
    std::unique_ptr<sqlite_finder> f{new sqlite_finder{std::move(*reader)}};
    const std::pair<sqlite::statement*, const char*> all[]{
        {&f->room_, "SELECT id, newest FROM rooms WHERE name = ?1"},
        {&f->oldest_, "SELECT coalesce(min(seq), 0) FROM events WHERE room = ?1"},
        {&f->at_, "SELECT at FROM events WHERE room = ?1 AND seq = ?2"},
        {&f->match_,
         "SELECT rowid FROM words WHERE words MATCH ?1 AND rowid >= ?2 AND rowid <= ?3 ORDER BY rowid DESC"},
    };
    for (const auto& [to, sql] : all) {
        auto made = f->reader_->database().prepare(sql);
        if (!made) return tl::unexpected<core::error>(made.error());
        *to = std::move(*made);
    }
    return f;
}

core::result<found_messages> sqlite_finder::find(const search_question& what, std::function<bool()> stop) {
    sqlite::connection& db = reader_->database();
    bool stopped = false;
    db.stop_where([&] { return stopped = stopped || stop(); });
    auto got = db.execute("BEGIN").and_then([&] { return look(what); });
    match_.reset();
    db.stop_where({});
    db.roll_back();
    if (!got && stopped) return core::fail(core::errc::deadline, "the search took too long");
    return got;
}

core::result<found_messages> sqlite_finder::look(const search_question& what) {
    found_messages got;
    for (const searched_room& room : what.rooms) {
        auto done = look_in(room, what, got);
        match_.reset();
        if (!done) return tl::unexpected<core::error>(done.error());
    }
    std::sort(got.events.begin(), got.events.end(), newer);
    if (got.events.size() > what.limit) {
        got.events.resize(what.limit);
        got.next = got.events.back().position();
    }
    return got;
}

/// Keeps in `got` a heap of the newest messages, one more than are asked for; what is found of a room grows older, so
/// it ends with the first that is older than those.
core::result<> sqlite_finder::look_in(const searched_room& room, const search_question& what, found_messages& got) {
    const auto known = room_.bind(std::string_view{room.log}).step();
    if (!known) return tl::unexpected<core::error>(known.error());
    if (!*known) return {};
    const std::int64_t id = room_.integer(0);
    std::uint64_t last = std::min(room_.number(1), sqlite_most_seq);
    room_.reset();
    if (what.before_seq > 0) last = std::min(last, what.before_seq - 1);
    if (what.before) {
        const auto end = first_not(id, room.name, *what.before);
        if (!end) return tl::unexpected<core::error>(end.error());
        last = std::min(last, *end - 1);
    }
    const std::string asked = expression(id, what.words);
    match_.bind(std::string_view{asked}, sqlite_word_row(id, 0), sqlite_word_row(id, last));
    for (;;) {
        const auto row = match_.step();
        if (!row) return tl::unexpected<core::error>(row.error());
        if (!*row) return {};
        const std::uint64_t seq = match_.number(0) & sqlite_most_seq;
        const auto at = time_of(id, seq);
        if (!at) return tl::unexpected<core::error>(at.error());
        if (!*at) continue;
        const bool full = got.events.size() > what.limit;
        if (full && search_position{**at, room.name, seq} < got.events.front().position()) return {};
        auto read = reader_->read(room.log, {seq - 1, 0, 1});
        if (!read) return tl::unexpected<core::error>(read.error());
        // The index only proposes: what is shown is what the message says now.
        const auto* m = std::get_if<protocol::message_body>(&read->events.front().body);
        if (m == nullptr || m->deleted || !protocol::has_all(protocol::words_of(m->text), what.words)) continue;
        got.events.push_back({room.name, std::move(read->events.front())});
        std::push_heap(got.events.begin(), got.events.end(), newer);
        if (!full) continue;
        std::pop_heap(got.events.begin(), got.events.end(), newer);
        got.events.pop_back();
    }
}

core::result<std::uint64_t> sqlite_finder::first_not(std::int64_t room, std::string_view name,
                                                     const search_position& before) {
    if (name == before.room) return std::max<std::uint64_t>(before.seq, 1);
    const auto found = oldest_.bind(room).step();
    if (!found) return tl::unexpected<core::error>(found.error());
    std::uint64_t from = oldest_.number(0);
    oldest_.reset();
    if (from == 0) return 1;
    std::uint64_t to = from;  // behind the last; it is sought in doubling steps, for it is not told
    const auto in_front = [&](std::uint64_t seq) -> core::result<bool> {
        const auto at = time_of(room, seq);
        if (!at) return tl::unexpected<core::error>(at.error());
        return *at && (**at < before.at || (**at == before.at && name < before.room));
    };
    for (std::uint64_t step = 1;; step *= 2) {
        const auto is = in_front(to);
        if (!is) return tl::unexpected<core::error>(is.error());
        if (!*is) break;
        from = to + 1;
        to += step;
    }
    while (from < to) {
        const std::uint64_t middle = from + (to - from) / 2;
        const auto is = in_front(middle);
        if (!is) return tl::unexpected<core::error>(is.error());
        (*is ? from : to) = *is ? middle + 1 : middle;
    }
    return from;
}

core::result<std::optional<protocol::wall_time>> sqlite_finder::time_of(std::int64_t room, std::uint64_t seq) {
    const auto found = at_.bind(room, seq).step();
    if (!found) return tl::unexpected<core::error>(found.error());
    if (!*found) return std::nullopt;
    const protocol::wall_time at{std::chrono::milliseconds{at_.integer(0)}};
    at_.reset();
    return at;
}

}  // namespace tertulia::store
