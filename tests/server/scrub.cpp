// tests/server/scrub.cpp: after a scrub no file of the database holds what was deleted, and search finds all the rest.
// Thread: the test's; the store's own threads work beside it.
// Owner: server_tests.
#include "server/store/sqlite_check.hpp"
#include "tests/server/sqlite_fixture.hpp"

using namespace tertulia;

namespace {

struct scrub_fixture : test::sqlite_fixture {
    scrub_fixture() {
        start();
        for (int i = 0; i < 300; ++i) {
            REQUIRE(append("a", test::draft("hola " + std::to_string(i) + (i == 150 ? " axolotlsecreto" : ""))));
        }
    }
    /// In which of the files the word stands.
    std::string files_with(std::string_view word) const {
        std::string all;
        for (const char* rest : {"", "-wal"}) {
            std::ifstream in{path + rest, std::ios::binary};
            const std::string bytes{std::istreambuf_iterator<char>{in}, {}};
            if (bytes.find(word) != bytes.npos) all += path.substr(path.rfind('/') + 1) + rest + " ";
        }
        return all;
    }
    std::size_t found(const std::string& query) {
        store::search_question q;
        q.words = protocol::read_query(query).value();
        q.rooms.push_back({"a", "a"});
        q.limit = 1000;
        return loop.run(log->searched().find(loop.ctx(), std::move(q))).value().events.size();
    }
    void erase(std::uint64_t seq) { REQUIRE(append("a", {{7, "ana", true}, protocol::deleted_body{seq}, {}})); }
};

}  // namespace

TEST_CASE("a deleted word is gone from all files after a scrub, and the rest is found as before") {
    scrub_fixture f;
    f.erase(151);
    CHECK(f.found("axolotlsecreto") == 0);
    CHECK_FALSE(f.files_with("axolotlsecreto").empty());
    SUBCASE("of a server that runs") {
        REQUIRE(f.loop.run(f.keeper->scrub(f.loop.ctx())));
    }
    SUBCASE("by the command, beside a server") {
        CHECK(store::scrub_database(f.path).value());
    }
    SUBCASE("by the command, when it has ended") {
        f.end();
        CHECK(store::scrub_database(f.path).value());
        f.start();
    }
    CHECK(f.files_with("axolotlsecreto").empty());
    CHECK(f.files_with("secreto").empty());
    CHECK(f.found("hola") == 299);
    REQUIRE(f.append("a", test::draft("hola 300")));
    CHECK(f.found("hola") == 300);
    CHECK(f.found("149") == 1);
    CHECK_FALSE(store::scrub_database(f.path).value());  // nothing more to do
    CHECK(store::check_database(f.path, false).value().faults.empty());
}

TEST_CASE("what an edit replaced and what is deleted while a scrub runs goes with the next one") {
    scrub_fixture f;
    REQUIRE(f.append("a", {{7, "ana", true}, protocol::edited_body{151, "hola otra vez"}, {}}));
    CHECK_FALSE(f.loop.run(f.keeper->writer_for_tests().scrub(f.loop.on())).value());
    REQUIRE(f.append("a", test::draft("ocelotesecreto")));
    f.erase(302);
    REQUIRE(f.loop.run(f.keeper->scrub(f.loop.ctx())));
    REQUIRE(f.loop.run(f.keeper->scrub(f.loop.ctx())));
    CHECK(f.files_with("axolotlsecreto").empty());
    CHECK(f.files_with("ocelotesecreto").empty());
    CHECK(f.found("otra") == 1);
    CHECK(f.found("hola") == 300);
}

TEST_CASE("the hour of a scrub is the next one") {
    using namespace std::chrono;
    const sys_time<milliseconds> day{days{20'000}};
    CHECK(store::next_hour(day, hours{4}) == day + hours{4});
    CHECK(store::next_hour(day + hours{4}, hours{4}) == day + hours{28});
    CHECK(store::next_hour(day + hours{23}, hours{0}) == day + hours{24});
}
