// server/store/sqlite_words.cpp: entries of the full-text index.
// Thread: see the header.
// Owner: see the header.
#include "server/store/sqlite_words.hpp"

#include "server/protocol/words.hpp"

#include <algorithm>

namespace tertulia::store {

namespace {

std::string words_in(std::int64_t room, std::string_view text) {
    return protocol::marked_words(sqlite_word(room, {}), text);
}

}  // namespace

std::string sqlite_word(std::int64_t room, std::string_view word) {
    return std::to_string(room).append(":").append(word);
}

core::result<sqlite_words> sqlite_words::make(sqlite::connection& db) {
    sqlite_words w;
    const std::pair<sqlite::statement*, const char*> all[]{
        {&w.put_, "INSERT INTO words (rowid, text) VALUES (?1, ?2)"},
        {&w.take_, "INSERT INTO words (words, rowid, text) VALUES ('delete', ?1, ?2)"},
        {&w.to_come_, "SELECT 1 FROM unindexed WHERE room = ?1 AND seq >= ?2"},
    };
    for (const auto& [to, sql] : all) {
        auto made = db.prepare(sql);
        if (!made) return tl::unexpected<core::error>(made.error());
        *to = std::move(*made);
    }
    return w;
}

core::result<> sqlite_words::change(std::int64_t room, std::uint64_t seq, std::string_view before,
                                    std::string_view now) {
    if (!before.empty()) {
        const auto later = to_come(room, seq);
        if (!later) return tl::unexpected<core::error>(later.error());
        if (*later) return {};
        if (auto words = words_in(room, before); !words.empty()) {
            waiting_.push_back({sqlite_word_row(room, seq), true, std::move(words)});
        }
    }
    if (auto words = words_in(room, now); !words.empty()) {
        waiting_.push_back({sqlite_word_row(room, seq), false, std::move(words)});
    }
    return {};
}

core::result<bool> sqlite_words::to_come(std::int64_t room, std::uint64_t seq) {
    auto found = to_come_.bind(room, seq).step();
    to_come_.reset();
    return found;
}

core::result<> sqlite_words::write() {
    // Of one message what was first stays first.
    std::stable_sort(waiting_.begin(), waiting_.end(), [](const entry& a, const entry& b) { return a.row < b.row; });
    core::result<> done;
    for (auto e = waiting_.begin(); done && e != waiting_.end(); ++e) {
        done = (e->takes_out ? take_ : put_).bind(e->row, std::string_view{e->words}).run();
    }
    waiting_.clear();
    return done;
}

}  // namespace tertulia::store
