// tests/server/sqlite_words.cpp: the index of words on disk: what a migration leaves to do, what retention takes along.
// Thread: the test's; the store's own threads work beside it.
// Owner: server_tests.
#include "server/store/sqlite_words.hpp"

#include "tests/server/sqlite_fixture.hpp"

using namespace tertulia;

namespace {

struct words_fixture : test::sqlite_fixture {
    words_fixture() { start(); }
    std::vector<std::uint64_t> find(const std::string& query, std::string room = "a") {
        store::search_question q;
        q.words = protocol::read_query(query).value();
        q.rooms.push_back({room, room});
        q.limit = 200;
        std::vector<std::uint64_t> all;
        const auto found = loop.run(log->searched().find(loop.ctx(), std::move(q))).value();
        for (const auto& m : found.events) all.push_back(m.what.seq);
        return all;
    }
    void say(int n, const std::string& text = "hola") {
        for (int i = 0; i < n; ++i) REQUIRE(append("a", test::draft(text + " " + std::to_string(i + 1))));
    }
    /// As a database is that was brought forward: nothing of it is in the index.
    void forget_words() {
        sql("INSERT INTO words (words) VALUES ('delete-all'); INSERT INTO unindexed SELECT id, newest FROM rooms");
    }
    std::int64_t number(const std::string& sql) {
        return store::sqlite::connection::open(path, store::sqlite::connection::access::read)->number(sql).value();
    }
};

}  // namespace

TEST_CASE("messages from before the index get into it a few at a time, from the newest on") {
    words_fixture f;
    f.say(250);
    f.forget_words();
    CHECK(f.find("hola").empty());
    CHECK_FALSE(f.loop.run(f.keeper->index(f.loop.on())).value());
    CHECK(f.find("hola").size() == 100);
    CHECK(f.find("250").size() == 1);
    SUBCASE("and those that come meanwhile at once") {
        f.say(1, "adiós");
        CHECK(f.find("adiós") == std::vector<std::uint64_t>{251});
    }
    SUBCASE("also where they are changed before their turn, or after it") {
        REQUIRE(f.append("a", {{7, "ana", true}, protocol::edited_body{3, "otra"}, {}}));
        REQUIRE(f.append("a", {{7, "ana", true}, protocol::deleted_body{4}, {}}));
        REQUIRE(f.append("a", {{7, "ana", true}, protocol::edited_body{249, "otra"}, {}}));
        CHECK(f.find("otra") == std::vector<std::uint64_t>{249});
    }
    SUBCASE("and where the server ends meanwhile") {
        f.end(false);
        f.start();
        CHECK(f.find("hola").size() == 100);
    }
    while (!f.loop.run(f.keeper->index(f.loop.on())).value()) {
    }
    CHECK(f.find("hola").size() + f.find("otra").size() >= 199);
    CHECK(f.find("1").size() >= 1);
    CHECK(f.number("SELECT count(*) FROM unindexed") == 0);
    CHECK(f.find("4").empty() == (f.find("otra").size() == 2));
}

TEST_CASE("what retention forgets takes its words along") {
    words_fixture f;
    f.say(30, "hola");
    f.end();
    f.keeper =
        store::sqlite_keeper::open(f.path, store::durability::process, "boot 1", store::retention::read({"10"}).value())
            .value();
    f.log = f.keeper->log_for({f.loop.on(), f.loop.random(), {}});
    for (bool all = false; !all; all = f.loop.run(f.keeper->forget(f.loop.on())).value().all_seen) {
    }
    CHECK(f.find("hola").size() == 10);
    CHECK(f.number("SELECT to_scrub FROM store") == 1);
    f.sql("CREATE VIRTUAL TABLE v USING fts5vocab (words, row)");
    CHECK(f.number("SELECT count(*) FROM v") == 11);  // hola and the ten numbers
}

TEST_CASE("a search that nobody waits for any more ends soon, however much there is to look through") {
    words_fixture f;
    f.say(5);
    auto finder = store::sqlite_finder::open(f.path).value();
    store::search_question q;
    q.words = protocol::read_query("hola*").value();
    q.rooms.push_back({"a", "a"});
    q.limit = 50;
    CHECK(finder->find(q, [] { return false; }).value().events.size() == 5);
    // Some thousand steps are more than five messages take: a thousand rooms are enough.
    for (int i = 0; i < 2000; ++i) q.rooms.push_back({"a", "a"});
    const auto stopped = finder->find(q, [] { return true; });
    REQUIRE_FALSE(stopped);
    CHECK(stopped.error().code == core::errc::deadline);
    CHECK(finder->healthy());
}
