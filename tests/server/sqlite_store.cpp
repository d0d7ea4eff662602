// tests/server/sqlite_store.cpp: what only the SQLite store does: it remembers. The rest is store_contract.cpp's.
// Thread: the test's; the store's own threads work beside it.
// Owner: server_tests.
#include "core/scope.hpp"
#include "server/store/sqlite_schema.hpp"
#include "tests/server/sqlite_fixture.hpp"

#include <algorithm>
#include <array>
#include <functional>

using namespace tertulia;
using protocol::code;
using store::durability;
using store::sqlite::connection;
using test::draft;
using fixture = test::sqlite_fixture;

namespace {

bool has(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a database that is opened again has everything: events, epoch, topic, keys, the tokens' key") {
    fixture f;
    durability how = durability::full;
    bool clean = true;
    SUBCASE("after a clean stop") {}
    SUBCASE("after a killed process") {
        clean = false;
    }
    SUBCASE("after a killed process that did not sync") {
        clean = false;
        how = durability::process;
    }
    f.start(how);
    REQUIRE(f.append("a", draft("hola", "12345678")));
    REQUIRE(f.append("a", {{8, "leo", false}, protocol::topic_body{"words"}, {}}));
    const auto before = f.head("a");
    const auto key = f.keeper->tokens_signed_by();
    f.end(clean);

    f.start(how);
    const auto after = f.head("a");
    CHECK(after.epoch == before.epoch);
    CHECK(after.newest == 2);
    CHECK(after.oldest == 1);
    CHECK(after.topic == "words");
    CHECK(f.keeper->tokens_signed_by() == key);
    const auto events = f.events("a");
    REQUIRE(events.size() == 2);
    CHECK(std::get<protocol::message_body>(events[0].body).text == "hola");
    CHECK(events[1].from.name == "leo");
    f.loop.advance(std::chrono::minutes{10});
    CHECK(f.append("a", draft("hola", "12345678"))->duplicate);
    CHECK(f.append("a", draft("adios", "12345678")).error().what == code::conflict);
    CHECK(f.append("a", draft("adios"))->seq == 3);
    f.end();
}

TEST_CASE("an epoch ends where events may have been lost, and only there") {
    fixture f;
    durability how = durability::process;
    std::string next_boot = "boot 2";
    bool clean = false;
    bool lost = false;
    SUBCASE("a crash of the machine, without syncing") {
        lost = true;
    }
    SUBCASE("a machine that doesn't say which start it is") {
        next_boot.clear();
        lost = true;
    }
    SUBCASE("a crash of the machine, with syncing") {
        how = durability::full;
    }
    SUBCASE("a clean stop, and another start of the machine") {
        clean = true;
    }
    SUBCASE("a killed process") {
        next_boot = "boot 1";
    }
    f.start(how);
    CHECK(f.keeper->database().number("PRAGMA synchronous").value() == (how == durability::full ? 2 : 1));
    REQUIRE(f.append("a", draft("x")));
    const std::string epoch = f.head("a").epoch;
    f.end(clean);
    f.start(how, next_boot);
    CHECK((f.head("a").epoch != epoch) == lost);
    CHECK(f.head("a").newest == 1);
    f.end(clean);
    f.start(how, next_boot);  // a second start loses nothing more
    if (!next_boot.empty()) CHECK((f.head("a").epoch != epoch) == lost);
    f.end();
}

/// Whoever else writes has to wait until it dies.
struct write_lock {
    explicit write_lock(const std::string& path) : other(connection::open(path, connection::access::write).value()) {
        REQUIRE(other.execute("BEGIN IMMEDIATE"));
    }
    void release() { REQUIRE(other.execute("COMMIT")); }
    connection other;
};

TEST_CASE("appends that gather during a commit share the next one") {
    constexpr int rooms = 200;
    fixture f;
    f.start();
    for (int i = 0; i < rooms; ++i) (void)f.head("room-" + std::to_string(i));  // so that no append waits for a reader
    write_lock commit_lasts{f.path};
    f.loop.run([](fixture& of, write_lock& until) -> core::task<bool> {
        core::scope all{of.loop.ctx(), "rooms"};
        for (int i = 0; i < rooms; ++i) {
            all.spawn("append", [](fixture& o, int n) -> core::task<> {
                auto drafts = test::one(draft("x", "key-" + std::to_string(n)));
                auto taken = co_await o.log->append(o.loop.ctx(), "room-" + std::to_string(n), std::move(drafts));
                CHECK(taken.front()->seq == 1);
            }(of, i));
        }
        all.spawn("release", [](write_lock& held) -> core::task<> {
            held.release();
            co_return;
        }(until));
        auto done = co_await all.join();
        CHECK(done);
        co_return true;
    }(f, commit_lasts));
    const auto counts = f.log->counts();
    CHECK(counts.events == rooms);
    CHECK(counts.failures == 0);
    CHECK(counts.commits <= 2);  // those who had come before the first began, and all others
    CHECK(counts.readers.made == 1);
    CHECK(f.loop.run(f.log->rooms(f.loop.ctx(), "room-")).value().size() == rooms);
    f.end();
}

TEST_CASE("reading waits for no one who writes, and sees whole transactions") {
    fixture f;
    f.start();
    REQUIRE(f.append("a", draft("x")));
    write_lock other{f.path};
    REQUIRE(other.other.execute("DELETE FROM events"));
    CHECK(f.events("a").size() == 1);
    REQUIRE(other.other.execute("ROLLBACK"));
    CHECK(f.events("a").size() == 1);
    f.end();
}

TEST_CASE("a log lists the rooms of its own shard") {
    fixture f;
    f.start();
    for (const char* room : {"here", "there"}) REQUIRE(f.append(room, draft("x")));
    f.log = f.keeper->log_for({f.loop.on(), f.loop.random(), [](std::string_view room) { return room == "here"; }});
    const auto listed = f.loop.run(f.log->rooms(f.loop.ctx(), "here")).value();
    REQUIRE(listed.size() == 1);
    CHECK(listed.front().room == "here");
    CHECK(listed.front().seq == 1);
    f.end();
}

TEST_CASE("a store that can't write says so, loses nothing, and goes on when it can again") {
    fixture f;
    f.start();
    REQUIRE(f.append("a", draft("before", "key-before")));
    const auto writable = [&] { return f.loop.run(f.log->writable(f.loop.ctx())); };
    CHECK(writable());
    const std::string large(100'000, 'x');
    std::string why;
    std::function<void()> mend;
    std::optional<write_lock> held;
    SUBCASE("the disk is full") {
        const auto pages = f.keeper->database().number("PRAGMA page_count").value();
        REQUIRE(f.keeper->database().execute("PRAGMA max_page_count = " + std::to_string(pages)));
        why = "full";
        mend = [&] { REQUIRE(f.keeper->database().execute("PRAGMA max_page_count = 1000000")); };
    }
    SUBCASE("it may only be read") {
        REQUIRE(f.keeper->database().execute("PRAGMA query_only = ON"));
        why = "readonly";
        mend = [&] { REQUIRE(f.keeper->database().execute("PRAGMA query_only = OFF")); };
    }
    SUBCASE("another program holds it") {
        REQUIRE(f.keeper->database().execute("PRAGMA busy_timeout = 1"));
        held.emplace(f.path);
        why = "locked";
        mend = [&] { held->release(); };
    }
    for (int i = 0; i < 3; ++i) {
        CHECK(f.append("a", draft(large, "key-large")).error().what == code::unavailable);
        CHECK(f.append("b", draft(large)).error().what == code::unavailable);
        const auto says = writable();
        REQUIRE_FALSE(says);
        CHECK(has(says.error().detail, why));
    }
    CHECK(f.head("a").newest == 1);
    CHECK(f.head("b").newest == 0);
    CHECK(f.events("a").size() == 1);
    CHECK(f.log->counts().failures == 6);

    mend();
    CHECK(writable());
    const auto after = f.append("a", draft(large, "key-large"));
    CHECK(after->seq == 2);
    CHECK_FALSE(after->duplicate);
    CHECK(f.append("a", draft("before", "key-before"))->seq == 1);
    CHECK(f.append("b", draft(large))->seq == 1);
    CHECK(writable());
    f.end();
}

TEST_CASE("a log that can't be read says so, and reads on when it can") {
    fixture f;
    f.start();
    REQUIRE(f.append("a", draft("x")));
    f.sql("ALTER TABLE events RENAME TO elsewhere");
    const auto read = [&] { return f.loop.run(f.log->read(f.loop.ctx(), "a", {0, 0, 9})); };
    CHECK(read().error().code == core::errc::unavailable);
    CHECK(f.loop.run(f.log->start_of(f.loop.ctx(), "a", 50, 1000)).error().code == core::errc::unavailable);
    f.sql("ALTER TABLE elsewhere RENAME TO events");
    CHECK(read()->events.size() == 1);
    CHECK(f.log->counts().readers.lent == 0);
    f.end();
}

TEST_CASE("a database has one server, until that one ends") {
    fixture f;
    f.start();
    CHECK(has(f.refused(), "another server holds " + f.path + ".lock"));
    f.end(false);
    f.start();
    f.end();
}

TEST_CASE("a file that is no whole database of ours is refused, and stays as it is") {
    fixture f;
    f.start();
    REQUIRE(f.append("a", draft(std::string(50'000, 'x'))));
    f.end();
    std::string why;
    SUBCASE("no database at all") {
        std::ofstream{f.path} << "words, and nothing else; " << std::string(5000, '.');
        why = "not a database";
    }
    SUBCASE("an empty file") {
        std::filesystem::resize_file(f.path, 0);
        why = "is empty";
    }
    SUBCASE("half of it") {
        std::filesystem::resize_file(f.path, std::filesystem::file_size(f.path) / 2 / 4096 * 4096);
        why = "malformed";
    }
    SUBCASE("a page of something else") {
        const auto pages = std::filesystem::file_size(f.path) / 4096;
        std::fstream io{f.path, std::ios::in | std::ios::out | std::ios::binary};
        for (std::uintmax_t page = 1; page < pages; ++page) {
            io.seekp(static_cast<std::streamoff>(page * 4096));
            io << std::string(4096, 'x');
        }
        why = "it is damaged";
    }
    SUBCASE("a database of another program") {
        std::filesystem::remove(f.path);
        auto other = connection::open(f.path, connection::access::create);
        REQUIRE(other->execute("CREATE TABLE t (x)"));
        why = "another program";
    }
    SUBCASE("a database that is gone, and left its write-ahead log behind") {
        std::filesystem::rename(f.path, f.path + ".away");
        std::ofstream{f.path + "-wal"} << "x";
        why = "is missing";
        CHECK(has(f.refused(), why));
        CHECK_FALSE(std::filesystem::exists(f.path));
        return;
    }
    SUBCASE("a newer version") {
        f.sql("PRAGMA user_version = 1000");
        why = "it is of version 1000, and this program knows up to 2;";
    }
    const auto bytes = std::filesystem::file_size(f.path);
    CHECK(has(f.refused(), f.path));
    CHECK_MESSAGE(has(f.refused(), why), f.refused());
    CHECK_FALSE(has(f.refused(), "\n"));
    CHECK(std::filesystem::file_size(f.path) == bytes);
}

TEST_CASE("an older database is brought forward step by step, and a copy is made first") {
    test::temporary_folder folder;
    const std::string path = folder / "log.db";
    const std::array first{"CREATE TABLE t (x INTEGER NOT NULL) STRICT; INSERT INTO t VALUES (1)"};
    const std::array both{first[0], "ALTER TABLE t ADD COLUMN y INTEGER; UPDATE t SET y = x + 1"};
    const std::array broken{first[0], "UPDATE t SET x = 5; UPDATE nowhere SET y = 1"};
    REQUIRE(store::sqlite::open_database(path, first));
    const auto in = [](const std::string& file, const char* sql) {
        return connection::open(file, connection::access::read)->number(sql).value();
    };

    const auto failed = store::sqlite::open_database(path, broken);
    REQUIRE_FALSE(failed);
    CHECK(has(failed.error().detail, "nowhere"));
    CHECK(in(path, "SELECT x FROM t") == 1);  // a step is whole or isn't
    CHECK(in(path, "PRAGMA user_version") == 1);

    REQUIRE(store::sqlite::open_database(path, both));
    CHECK(in(path, "SELECT y FROM t") == 2);
    CHECK(in(path, "PRAGMA user_version") == 2);
    CHECK(in(path + ".v1", "SELECT count(*) FROM pragma_table_info('t')") == 1);
    CHECK(in(path + ".v1", "PRAGMA user_version") == 1);
    CHECK_FALSE(store::sqlite::open_database(path, first));
}
