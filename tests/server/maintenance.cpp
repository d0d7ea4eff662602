// tests/server/maintenance.cpp: backup, restore and check of a database, also while others use it.
// Thread: the test's; the store's own threads work beside it.
// Owner: server_tests.
#include "server/store/sqlite_backup.hpp"
#include "server/store/sqlite_check.hpp"
#include "tests/server/faulty_disk.hpp"
#include "tests/server/store_support.hpp"

#include <atomic>
#include <thread>

using namespace tertulia;
using store::sqlite::connection;

namespace {

namespace fs = std::filesystem;

bool has(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

/// A server's database and its log.
struct served {
    explicit served(std::string p) : path(std::move(p)) { start(); }
    void start() {
        auto opened = store::sqlite_keeper::open(path, store::durability::process, "boot 1");
        REQUIRE_MESSAGE(opened, opened.error().detail);
        keeper = std::move(*opened);
        log = keeper->log_for({loop.on(), loop.random(), {}});
    }
    void end(bool clean = true) {
        log.reset();
        if (clean) REQUIRE(keeper->close());
        keeper.reset();
    }
    void post(const std::string& room, std::string text, std::string key = {}) {
        auto drafts = test::one(test::draft(std::move(text), std::move(key)));
        REQUIRE(loop.run(log->append(loop.ctx(), room, std::move(drafts))).front());
    }
    store::head head(const std::string& room) { return loop.run(log->open(loop.ctx(), room)).value(); }

    const std::string path;
    test::real_loop loop;
    std::unique_ptr<store::sqlite_keeper> keeper;
    std::unique_ptr<store::log> log;
};

std::int64_t number(const std::string& file, const char* sql) {
    return connection::open(file, connection::access::read)->number(sql).value();
}

std::vector<std::string> faults(const std::string& path, bool quick = false) {
    auto found = store::check_database(path, quick);
    REQUIRE_MESSAGE(found, found.error().detail);
    return found->faults;
}

}  // namespace

TEST_CASE("a backup is one file with all that was acknowledged before it, whoever writes meanwhile") {
    test::temporary_folder folder;
    served s{folder / "log.db"};
    for (int i = 0; i < 200; ++i) s.post("a", std::string(2000, 'x'), "key of " + std::to_string(i));
    const std::string backup = folder / "backup.db";
    SUBCASE("while a server has it") {
        REQUIRE(store::back_up(s.path, backup));
        s.post("a", "after");
    }
    SUBCASE("while another writes all the time") {
        std::atomic<bool> enough{false};
        std::atomic<int> written{0};
        std::thread other{[&] {
            auto db = connection::open(s.path, connection::access::write).value();
            for (; !enough; ++written) CHECK(db.execute("UPDATE store SET unsynced_boot = random()"));
        }};
        while (written == 0) std::this_thread::yield();
        const auto made = store::back_up(s.path, backup);
        enough = true;
        other.join();
        REQUIRE(made);
    }
    SUBCASE("when no server runs") {
        s.end();
        REQUIRE(store::back_up(s.path, backup));
        s.start();
    }
    SUBCASE("when one was killed") {
        const std::string left = folder / "left.db";
        for (const char* rest : {"", "-wal"}) fs::copy_file(s.path + rest, left + rest);
        REQUIRE(store::back_up(left, backup));
    }
    s.end();
    CHECK(number(backup, "SELECT count(*) FROM events") == 200);
    CHECK(number(backup, "SELECT count(*) FROM keys") == 200);
    CHECK(faults(backup).empty());
    for (const char* rest : {"-wal", "-shm", "-journal", ".new"}) CHECK_FALSE(fs::exists(backup + rest));
    CHECK((fs::status(backup).permissions() & fs::perms::others_read) == fs::perms::none);  // it holds the tokens' key
}

TEST_CASE("a backup overwrites nothing, and one that fails leaves nothing") {
    test::temporary_folder folder;
    served s{folder / "log.db"};
    s.post("a", "x");
    folder.write("there", "x");
    CHECK(has(store::back_up(s.path, folder / "there").error().detail, "there already"));
    CHECK(has(store::back_up(s.path, s.path).error().detail, "there already"));
    CHECK(has(store::back_up(s.path, folder / "no/folder").error().detail, "can't be made: No such"));
    CHECK(has(store::back_up(folder / "nowhere.db", folder / "b").error().detail, "nowhere.db is not there"));
    CHECK(has(store::back_up(folder / "there", folder / "b").error().detail, "can't be read: "));
    folder.write("cut.new", "x");
    CHECK(has(store::back_up(s.path, folder / "cut").error().detail, "was cut off"));
    CHECK(fs::exists(folder / "cut.new"));
    CHECK_FALSE(fs::exists(folder / "b"));
    CHECK_FALSE(fs::exists(folder / "b.new"));
    s.end();
}

TEST_CASE("a backup whose disk fails at any step is not there, or is whole") {
    test::temporary_folder folder;
    served s{folder / "log.db"};
    s.post("a", std::string(9000, 'x'));
    const std::string backup = folder / "backup.db";
    test::faulty_disk disk;
    for (const auto how : {test::disk_fault::error, test::disk_fault::full, test::disk_fault::torn}) {
        bool more = true;
        for (int n = 1; more; ++n) {
            INFO("fault ", static_cast<int>(how), " at call ", n);
            disk.fail(how, n, true);
            const auto made = store::back_up(s.path, backup);
            more = disk.failed();
            disk.mend();
            CHECK(fs::exists(backup) == made.has_value());
            CHECK_FALSE(fs::exists(backup + ".new"));
            if (made) CHECK(number(backup, "SELECT count(*) FROM events") == 1);
            fs::remove(backup);
        }
    }
    s.end();
}

TEST_CASE("a backup that is put back is what it was, with new epochs, and the other one is kept") {
    test::temporary_folder folder;
    served s{folder / "log.db"};
    s.post("a", "before");
    const std::string backup = folder / "backup.db";
    REQUIRE(store::back_up(s.path, backup));
    const std::string epoch = s.head("a").epoch;
    s.post("a", "after");
    CHECK(has(store::restore(s.path, backup).error().detail, "another server holds"));
    CHECK(s.head("a").newest == 2);
    std::string kept;
    SUBCASE("after a clean stop") {
        s.end();
        kept = store::restore(s.path, backup).value();
    }
    SUBCASE("after a killed server, whose write-ahead log goes with its database") {
        const std::string left = folder / "left.db";
        for (const char* rest : {"", "-wal"}) fs::copy_file(s.path + rest, left + rest);
        s.end();
        for (const char* rest : {"", "-wal"}) fs::rename(left + rest, s.path + rest);
        kept = store::restore(s.path, backup).value();
        CHECK(fs::file_size(kept + "-wal") > 0);
    }
    CHECK(kept == s.path + ".replaced");
    CHECK_FALSE(fs::exists(s.path + ".new"));
    s.start();
    CHECK(s.head("a").newest == 1);
    CHECK(s.head("a").epoch != epoch);
    s.post("a", "new");
    s.end();
    CHECK(number(kept, "SELECT newest FROM rooms") == 2);
    CHECK(store::restore(s.path, kept).value() == s.path + ".replaced.2");  // as good a backup as any
    CHECK(number(s.path, "SELECT newest FROM rooms") == 2);
}

TEST_CASE("a backup is put where nothing was, and in the place of what is damaged") {
    test::temporary_folder folder;
    const std::string path = folder / "log.db";
    const std::string backup = folder / "backup.db";
    served s{path};
    s.post("a", "x");
    REQUIRE(store::back_up(path, backup));
    s.end();
    fs::remove(path);
    bool kept = true;
    SUBCASE("nothing") {
        kept = false;
    }
    SUBCASE("damaged") {
        folder.write("log.db", "words");
        folder.write("log.db-wal", "words");
    }
    SUBCASE("an orphan") {
        folder.write("log.db-wal", "words");
        kept = false;
    }
    const auto put = store::restore(path, backup);
    REQUIRE_MESSAGE(put, put.error().detail);
    CHECK(!put->empty() == kept);
    CHECK(fs::exists(path + ".replaced") == kept);
    s.start();
    CHECK(s.head("a").newest == 1);
    s.end();
}

TEST_CASE("what is no sound backup is not put back") {
    test::temporary_folder folder;
    served s{folder / "log.db"};
    s.post("a", "x");
    s.end();
    const std::string backup = folder / "backup.db";
    REQUIRE(store::back_up(s.path, backup));
    std::string why;
    SUBCASE("no database") {
        folder.write("backup.db", "words");
        why = "not a database";
    }
    SUBCASE("empty") {
        fs::resize_file(backup, 0);
        why = "is empty";
    }
    SUBCASE("gone") {
        fs::remove(backup);
        why = "is not there";
    }
    SUBCASE("with a hole") {
        REQUIRE(connection::open(backup, connection::access::write)->execute("UPDATE rooms SET newest = 5"));
        why = "it is damaged: room a: its newest event is 1, and its row says 5";
    }
    SUBCASE("of a newer version") {
        REQUIRE(connection::open(backup, connection::access::write)->execute("PRAGMA user_version = 1000"));
        why = "it is of version 1000";
    }
    SUBCASE("the database itself") {
        fs::remove(backup);
        fs::create_hard_link(s.path, backup);
        why = "is the database itself";
    }
    const auto put = store::restore(s.path, backup);
    REQUIRE_FALSE(put);
    CHECK_MESSAGE(has(put.error().detail, why), put.error().detail);
    CHECK_FALSE(has(put.error().detail, "\n"));
    CHECK_FALSE(fs::exists(s.path + ".replaced"));
    s.start();
    CHECK(s.head("a").newest == 1);
    s.end();
}

TEST_CASE("a check tells each fault in a line, and nothing where all is in order") {
    test::temporary_folder folder;
    served s{folder / "log.db"};
    s.post("a", "x", "key of x");
    s.post("a", "y", "key of y");
    s.loop.advance(std::chrono::seconds{1});
    s.post("a", "z");
    s.post("b", "x");
    CHECK(faults(s.path).empty());
    CHECK(store::check_database(s.path, false)->events == 4);
    s.end();
    CHECK(faults(s.path).empty());
    std::string sql;
    std::string line;
    bool quick = true;
    SUBCASE("a hole") {
        sql = "DELETE FROM events WHERE room = 1 AND seq = 2";
        line = "room a: 1 events are missing between 1 and 3";
    }
    SUBCASE("a row that counts wrong") {
        sql = "UPDATE rooms SET newest = 9 WHERE name = 'a'";
        line = "room a: its newest event is 3, and its row says 9";
    }
    SUBCASE("a room without events") {
        sql = "INSERT INTO rooms (name, epoch, newest, last_at, topic) VALUES ('c', 'e', 0, 0, '')";
        line = "room c: it has no events, and so should not be there";
    }
    SUBCASE("a time that goes back") {
        sql = "UPDATE events SET at = at + 500 WHERE room = 1 AND seq = 1";
        line = "room a: event 2 is older than the one before it";
        quick = false;
    }
    SUBCASE("a newest time that isn't") {
        sql = "UPDATE rooms SET last_at = last_at + 1 WHERE name = 'b'";
        line = "room b: the time of its newest event is not that of its row";
        quick = false;
    }
    SUBCASE("an answer to what comes later") {
        sql = "UPDATE events SET reply_to = 3 WHERE room = 1 AND seq = 2";
        line = "room a: event 2 answers 3, which is not before it";
        quick = false;
    }
    SUBCASE("a key to nothing") {
        sql = "UPDATE keys SET seq = 7 WHERE key = 'key of x'";
        line = "room a: a key stands for event 7, which the room never had";
        quick = false;
    }
    SUBCASE("a key to another's event") {
        sql = "UPDATE events SET identity = 9 WHERE room = 1 AND seq = 2";
        line = "room a: a key stands for event 2, which is another's";
        quick = false;
    }
    SUBCASE("events of no room") {
        sql = "PRAGMA foreign_keys = OFF; UPDATE events SET room = 77 WHERE room = 2; DELETE FROM rooms WHERE id = 2";
        line = "a row of events belongs to a row of rooms that is not there";
        quick = false;
    }
    SUBCASE("a token key that is cut") {
        sql = "UPDATE store SET token_key = x'00'";
        line = "the key of the guests' tokens is not whole";
        quick = false;
    }
    REQUIRE(connection::open(s.path, connection::access::write)->execute(sql));
    CHECK(faults(s.path) == std::vector{line});
    CHECK(faults(s.path, true) == (quick ? std::vector{line} : std::vector<std::string>{}));
}

TEST_CASE("a check finds pages that are damaged, in the words of SQLite") {
    test::temporary_folder folder;
    served s{folder / "log.db"};
    for (int i = 0; i < 50; ++i) s.post("a", std::string(2000, 'x'));
    s.end();
    std::fstream io{s.path, std::ios::in | std::ios::out | std::ios::binary};
    io.seekp(-20 * 4096, std::ios::end);
    io << std::string(4096, 'x');
    io.close();
    CHECK_FALSE(faults(s.path).empty());
    CHECK_FALSE(faults(s.path, true).empty());
    CHECK(has(store::back_up(s.path, folder / "b").error().detail, "it is damaged"));
    CHECK_FALSE(fs::exists(folder / "b.new"));
}

TEST_CASE("a database of an older version has its pages checked") {
    test::temporary_folder folder;
    served s{folder / "log.db"};
    s.end();
    REQUIRE(connection::open(s.path, connection::access::write)->execute("PRAGMA user_version = 0"));
    const auto found = store::check_database(s.path, false);
    REQUIRE(found);
    CHECK(found->pages_only);
    CHECK(found->faults.empty());
}
