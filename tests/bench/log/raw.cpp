// tests/bench/log/raw.cpp: what SQLite alone can do: the writer's statements in batches, by nobody asked for.
// Thread: one.
// Owner: the process.
#include "server/protocol/words.hpp"
#include "server/store/sqlite_schema.hpp"
#include "server/store/sqlite_words.hpp"
#include "tests/bench/dial.hpp"
#include "tests/bench/log/sentence.hpp"
#include "tests/load/clock.hpp"
#include "tests/load/histogram.hpp"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <ctime>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

using namespace tertulia;
using namespace tertulia::load;
using tertulia::bench::give_up;

struct settings {
    std::string file{};
    std::string durability = "full";
    std::uint32_t rooms = 1;
    std::uint32_t batch = 100;
    std::uint32_t payload_bytes = 128;
    double warmup_s = 1;
    double duration_s = 3;
};

template <class T>
T sure(core::result<T> r) {
    if (!r) give_up(r.error().detail);
    if constexpr (!std::is_void_v<T>) return std::move(*r);
}

std::int64_t wall_ms() {
    timespec t{};
    clock_gettime(CLOCK_REALTIME, &t);
    return t.tv_sec * std::int64_t{1000} + t.tv_nsec / ns_per_ms;
}

class raw_log {
public:
    raw_log(const settings& with, store::sqlite::connection db) : with_(with), db_(std::move(db)) {
        sure(db_.execute(with.durability == "full" ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL"));
        for (std::uint32_t r = 0; r < with.rooms; ++r) {
            sure(db_.execute("INSERT INTO rooms (name, epoch, newest, last_at, topic) VALUES ('room-" +
                             std::to_string(r) + "', 'k3v9', 0, 0, '')"));
        }
    }

    /// One transaction; the messages of one room in a row, or each in the next room.
    void store_batch() {
        const std::int64_t now = wall_ms();
        sure(begin_.bind().run());
        sure(forget_.bind(now - 600'000).run());
        const std::uint32_t rooms = with_.rooms == 1 ? 1 : with_.batch;
        for (std::uint32_t r = 0; r < rooms; ++r) store_in(next_room(), with_.batch / rooms, now);
        std::sort(indexed_.begin(), indexed_.end());  // as the index takes them best, and so does the server
        for (const auto& [row, words] : indexed_) sure(words_.bind(row, std::string_view{words}).run());
        indexed_.clear();
        sure(commit_.bind().run());
    }

private:
    std::string next_room() { return "room-" + std::to_string(rooms_++ % with_.rooms); }

    void store_in(const std::string& room, std::uint32_t messages, std::int64_t now) {
        if (!sure(room_.bind(std::string_view{room}).step())) give_up("no room " + room);
        const std::int64_t id = room_.integer(0);
        std::int64_t newest = room_.integer(1);
        const std::string topic = room_.text(3);
        room_.reset();
        const std::string words = words_in(id);
        for (std::uint32_t n = 0; n < messages; ++n) {
            const std::string key = "key-" + std::to_string(++keys_);
            const std::int64_t who = static_cast<std::int64_t>(keys_ % 50 * 0x9e3779b97f4a7c15);
            if (sure(used_.bind(id, who, std::string_view{key}, now - 600'000).step())) give_up("a key that is known");
            sure(event_
                     .bind(id, ++newest, now, who, std::string_view{"w1234567890-12"}, 1, 0, std::string_view{text_},
                           std::optional<std::int64_t>{}, std::optional<std::int64_t>{})
                     .run());
            indexed_.emplace_back(store::sqlite_word_row(id, static_cast<std::uint64_t>(newest)), words);
            sure(key_.bind(id, who, std::string_view{key}, newest, keys_ * 0x9e3779b97f4a7c15, now).run());
        }
        sure(room_now_.bind(id, newest, now, std::string_view{topic}).run());
    }

    /// The text's words, as the index takes them.
    [[nodiscard]] std::string words_in(std::int64_t room) const {
        std::string all;
        for (const std::string& word : text_words_) all += store::sqlite_word(room, word) + " ";
        return all;
    }

    store::sqlite::statement prepare(std::string_view sql) { return sure(db_.prepare(sql)); }

    const settings& with_;
    store::sqlite::connection db_;
    const std::string text_ = tertulia::bench::sentence(with_.payload_bytes);
    const std::vector<std::string> text_words_ = protocol::words_of(text_);
    std::vector<std::pair<std::int64_t, std::string>> indexed_;  // rows of the transaction
    std::uint64_t rooms_ = 0;
    std::uint64_t keys_ = 10'000'000;
    store::sqlite::statement begin_ = prepare("BEGIN IMMEDIATE");
    store::sqlite::statement commit_ = prepare("COMMIT");
    store::sqlite::statement forget_ = prepare("DELETE FROM keys WHERE at < ?1");
    store::sqlite::statement room_ = prepare("SELECT id, newest, last_at, topic FROM rooms WHERE name = ?1");
    store::sqlite::statement room_now_ =
        prepare("UPDATE rooms SET newest = ?2, last_at = ?3, topic = ?4 WHERE id = ?1");
    store::sqlite::statement event_ = prepare(
        "INSERT INTO events (room, seq, at, identity, name, guest, kind, text, reply_to, target) "
        "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)");
    store::sqlite::statement words_ = prepare("INSERT INTO words (rowid, text) VALUES (?1, ?2)");
    store::sqlite::statement key_ =
        prepare("REPLACE INTO keys (room, identity, key, seq, content, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)");
    store::sqlite::statement used_ =
        prepare("SELECT seq, content FROM keys WHERE room = ?1 AND identity = ?2 AND key = ?3 AND at >= ?4");
};

void measure(const settings& with) {
    raw_log log(with, sure(store::sqlite::open_database(with.file)));
    const auto for_s = [&](double s, histogram& commits) {
        const auto end = now_ns() + to_ns(s);
        for (auto begun = now_ns(); begun < end;) {
            log.store_batch();
            const auto now = now_ns();
            commits.record(now - begun);
            begun = now;
        }
    };
    histogram ignored;
    histogram commits;
    for_s(with.warmup_s, ignored);
    const auto begun = now_ns();
    for_s(with.duration_s, commits);
    const double s = to_s(now_ns() - begun);
    const auto us = [&](double percent) { return static_cast<double>(commits.percentile(percent)) / 1000; };
    const nlohmann::ordered_json found = {
        {"stored_per_s", static_cast<double>(commits.count()) * with.batch / s},
        {"commit_us", {{"p50", us(50)}, {"p99", us(99)}}},
    };
    std::puts(found.dump().c_str());
}

}  // namespace

int main(int argc, char** argv) {
    settings with;
    CLI::App app{"SQLite alone, with the server's tables and statements; one JSON object on stdout says how fast."};
    app.option_defaults()->always_capture_default();
    const auto count = CLI::Range(std::uint32_t{1}, std::uint32_t{1'000'000});
    app.add_option("--file", with.file, "the database, which is made")->required();
    app.add_option("--durability", with.durability, "as the server's")->check(CLI::IsMember({"full", "process"}));
    app.add_option("--rooms", with.rooms, "rooms")->check(count);
    app.add_option("--batch", with.batch, "messages in a transaction")->check(count);
    app.add_option("--payload", with.payload_bytes, "bytes of each text")->check(CLI::Range(1, 4096));
    app.add_option("--warmup", with.warmup_s, "seconds before measuring")->check(CLI::Range(0.0, 3600.0));
    app.add_option("--duration", with.duration_s, "seconds of measuring")->check(CLI::Range(0.1, 3600.0));
    CLI11_PARSE(app, argc, argv);
    measure(with);
    return 0;
}
