// tests/server/sqlite_changes.cpp: changes in SQLite alone: what is overwritten, kept over a start, and migrated.
// Thread: the test's; the store's own threads work beside it.
// Owner: server_tests.
#include "server/store/sqlite_check.hpp"
#include "server/store/sqlite_schema.hpp"
#include "tests/server/sqlite_fixture.hpp"

using namespace tertulia;
using protocol::code;
using test::draft;
using fixture = test::sqlite_fixture;

TEST_CASE("a text that was deleted, or replaced by an edit, is not in the database any more") {
    fixture f;
    f.start();
    const std::vector<std::string> gone{"first words", "better words", "best words", std::string(9'000, 'q')};
    const auto change = [&](protocol::event_body body) {
        return f.append("a", {{7, "ana", true}, std::move(body), {}});
    };
    for (int i = 0; i < 200; ++i) REQUIRE(f.append("a", draft("what stays, " + std::to_string(i))));
    REQUIRE(f.append("a", draft(gone[0])));
    REQUIRE(change(protocol::edited_body{201, gone[1]}));
    REQUIRE(change(protocol::edited_body{201, gone[2]}));
    REQUIRE(f.append("a", draft(gone[3])));  // it has pages of its own
    const auto in_file = [&](const std::string& words) {
        REQUIRE(f.keeper->database().number("PRAGMA wal_checkpoint(TRUNCATE)").value() == 0);
        std::ifstream in{f.path, std::ios::binary};
        const std::string bytes{std::istreambuf_iterator<char>{in}, {}};
        return bytes.find(words) != std::string::npos;
    };
    CHECK_FALSE(in_file(gone[0]));
    CHECK_FALSE(in_file(gone[1]));
    CHECK(in_file(gone[2]));
    CHECK(in_file(gone[3].substr(0, 100)));
    REQUIRE(change(protocol::deleted_body{201}));
    REQUIRE(change(protocol::deleted_body{204}));
    for (const auto& words : gone) CHECK_FALSE(in_file(words.substr(0, 100)));
    CHECK(in_file("what stays, 199"));
    f.end();
}

TEST_CASE("changes are kept over a start, and go with the event they belong to") {
    fixture f;
    f.start();
    const auto change = [&](protocol::event_body body) {
        return f.append("a", {{7, "ana", true}, std::move(body), {}});
    };
    for (const char* text : {"one", "two"}) REQUIRE(f.append("a", draft(text)));
    REQUIRE(change(protocol::edited_body{1, "uno"}));
    REQUIRE(change(protocol::reacted_body{1, "👍", true}));
    REQUIRE(change(protocol::deleted_body{2}));
    f.end();
    f.start();
    const auto events = f.events("a");
    REQUIRE(events.size() == 5);
    const auto& first = std::get<protocol::message_body>(events[0].body);
    CHECK(first.text == "uno");
    CHECK(first.edited);
    REQUIRE(first.reactions.size() == 1);
    CHECK(first.reactions.front().users == std::vector<std::string>{"ana"});
    CHECK(std::get<protocol::message_body>(events[1].body).deleted);
    CHECK(change(protocol::reacted_body{1, "👍", true})->unchanged);
    CHECK(change(protocol::deleted_body{2}).error().what == code::unknown_event);

    f.sql("PRAGMA foreign_keys = ON; DELETE FROM events WHERE seq = 1");
    const auto rest = f.events("a");
    CHECK(std::get<protocol::edited_body>(rest[1].body).text == "uno");
    CHECK(f.keeper->database().number("SELECT count(*) FROM reactions").value() == 0);
    f.end();
}

TEST_CASE("a database of version 1 is brought forward, and its messages can be changed") {
    fixture f;
    std::filesystem::create_directories(std::filesystem::path{f.path}.parent_path());
    {
        auto old = store::sqlite::open_database(f.path, store::sqlite::all_migrations().first(1));
        REQUIRE(
            old->execute("INSERT INTO rooms VALUES (1, 'a', 'epoch', 1, 0, ''); "
                         "INSERT INTO events VALUES (1, 1, 0, 7, 'ana', 1, 0, 'hola', NULL)"));
    }
    f.start();
    CHECK(std::filesystem::exists(f.path + ".v1"));
    REQUIRE(f.append("a", {{7, "ana", true}, protocol::edited_body{1, "adios"}, {}}));
    CHECK(std::get<protocol::message_body>(f.events("a").front().body).text == "adios");
    f.end();
}

TEST_CASE("the newest edit of a message is found by an index, however much was said since") {
    fixture f;
    f.start();
    {
        auto& db = f.keeper->database();
        auto plan = db.prepare(
            "EXPLAIN QUERY PLAN SELECT seq FROM events INDEXED BY edits WHERE room = 1 AND target = 1 AND kind = 2 "
            "AND seq < 9 ORDER BY seq DESC LIMIT 1");
        REQUIRE(plan);
        REQUIRE(plan->step().value());
        CHECK(plan->text(3) == "SEARCH events USING INDEX edits (room=? AND target=? AND seq<?)");
        CHECK_FALSE(plan->step().value());  // it needs no sorting
    }
    f.end();
}

TEST_CASE("a check finds a change of what comes later, and a text that should be gone") {
    fixture f;
    f.start();
    for (const char* text : {"one", "two", "three"}) REQUIRE(f.append("a", draft(text)));
    f.end();
    std::string line;
    SUBCASE("the one") {
        f.sql("UPDATE events SET kind = 3, target = 3 WHERE seq = 2");
        line = "room a: event 2 changes 3, which is not before it";
    }
    SUBCASE("the other") {
        f.sql("UPDATE events SET state = 2 WHERE seq = 3");
        line = "room a: event 3 was deleted and has a text";
    }
    CHECK(store::check_database(f.path, false)->faults == std::vector{line});
}
