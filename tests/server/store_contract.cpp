// tests/server/store_contract.cpp: what every log must do; run for each store that there is.
// Thread: one.
// Owner: server_tests.
#include "tests/server/store_fixture.hpp"

using namespace tertulia;
using protocol::code;
using test::fixture;
using test::in_memory;
using test::in_sqlite;

namespace {

using seqs = std::vector<std::uint64_t>;

}  // namespace

TEST_CASE_TEMPLATE("a log numbers its events 1, 2, 3, each room's for itself", Store, in_memory, in_sqlite) {
    fixture<Store> f;
    CHECK(f.append("a", f.draft("x"))->seq == 1);
    CHECK(f.append("a", f.draft("y"))->seq == 2);
    CHECK(f.append("b", f.draft("z"))->seq == 1);
    CHECK(f.open("a").newest == 2);
    CHECK(f.open("a").epoch != f.open("b").epoch);
}

TEST_CASE_TEMPLATE("a key is carried out once in ten minutes, for its identity and room", Store, in_memory, in_sqlite) {
    fixture<Store> f;
    CHECK(f.append("a", f.draft("x", "12345678"))->seq == 1);
    const auto again = f.append("a", f.draft("x", "12345678"));
    CHECK(again->seq == 1);
    CHECK(again->duplicate);
    CHECK(f.append("a", f.draft("y", "12345678")).error().what == code::conflict);
    CHECK(f.append("a", f.draft("x", "12345678", 8))->seq == 2);
    CHECK(f.append("b", f.draft("x", "12345678"))->seq == 1);
    CHECK(f.open("a").newest == 2);

    f.loop.advance(std::chrono::minutes{10});
    CHECK(f.append("a", f.draft("x", "12345678"))->duplicate);
    f.loop.advance(std::chrono::milliseconds{1});
    CHECK_FALSE(f.append("a", f.draft("x", "12345678"))->duplicate);
}

TEST_CASE_TEMPLATE("a reply to what is not there takes no number", Store, in_memory, in_sqlite) {
    fixture<Store> f;
    auto d = f.draft("x");
    std::get<protocol::message_body>(d.body).reply_to = 1;
    CHECK(f.append("a", d).error().what == code::unknown_event);
    CHECK(f.append("a", f.draft("x"))->seq == 1);
    CHECK(f.append("a", d)->seq == 2);
    std::get<protocol::message_body>(d.body).reply_to = 0;
    CHECK(f.append("a", d).error().what == code::unknown_event);
}

TEST_CASE_TEMPLATE("ranges are read behind, in front, and from the end, and say whether there is more", Store,
                   in_memory, in_sqlite) {
    fixture<Store> f;
    for (int i = 0; i < 10; ++i) REQUIRE(f.append("a", f.draft("x")));
    bool more = false;
    CHECK(f.read("a", {0, 0, 3}, &more) == seqs{1, 2, 3});
    CHECK(more);
    CHECK(f.read("a", {7, 0, 3}, &more) == seqs{8, 9, 10});
    CHECK_FALSE(more);
    CHECK(f.read("a", {0, 4, 2}, &more) == seqs{2, 3});
    CHECK(more);
    CHECK(f.read("a", {0, 4, 9}, &more) == seqs{1, 2, 3});
    CHECK_FALSE(more);
    CHECK(f.read("a", {0, 999, 2}, &more) == seqs{9, 10});
    CHECK(more);
    CHECK(f.read("a", {10, 0, 2}, &more).empty());
    CHECK_FALSE(more);
}

TEST_CASE_TEMPLATE("a new cursor starts in front of so many messages, topics not counted", Store, in_memory,
                   in_sqlite) {
    fixture<Store> f;
    for (int i = 0; i < 6; ++i) REQUIRE(f.append("a", f.draft("x")));
    REQUIRE(f.append("a", {{7, "ana", true}, protocol::topic_body{"words"}, {}}));
    CHECK(f.open("a").topic == "words");
    const auto start = [&](std::uint32_t messages, std::uint64_t back) {
        return f.loop.run(f.log.start_of(f.loop.ctx(), "a", messages, back)).value();
    };
    CHECK(start(0, 1000) == 8);
    CHECK(start(1, 1000) == 6);
    CHECK(start(50, 1000) == 1);
    CHECK(start(50, 3) == 5);
}

TEST_CASE_TEMPLATE("a room without events leaves no trace, one with events is listed", Store, in_memory, in_sqlite) {
    fixture<Store> f;
    const std::string epoch = f.open("empty").epoch;
    f.log.close("empty");
    CHECK(f.open("empty").epoch != epoch);
    REQUIRE(f.append("full", f.draft("x")));
    f.log.close("full");
    const auto listed = f.loop.run(f.log.rooms(f.loop.ctx(), "ul")).value();
    REQUIRE(listed.size() == 1);
    CHECK(listed.front().room == "full");
    CHECK(listed.front().seq == 1);
}

TEST_CASE_TEMPLATE("a batch is stored in its order, and each of it is answered for itself", Store, in_memory,
                   in_sqlite) {
    fixture<Store> f;
    std::vector<store::draft> batch;
    for (const char* key : {"key-0001", "", "key-0001", "key-0001", "key-0002"}) batch.push_back(f.draft("x", key));
    std::get<protocol::message_body>(batch[3].body).text = "another";
    std::get<protocol::message_body>(batch[4].body).reply_to = 2;  // of the same batch
    const auto taken = f.loop.run(f.log.append(f.loop.ctx(), "a", std::move(batch)));
    REQUIRE(taken.size() == 5);
    CHECK(taken[0]->seq == 1);
    CHECK(taken[1]->seq == 2);
    CHECK(taken[2]->duplicate);
    CHECK(taken[2]->seq == 1);
    CHECK(taken[3].error().what == code::conflict);
    CHECK(taken[4]->seq == 3);
    CHECK(f.read("a", {0, 0, 9}) == seqs{1, 2, 3});
}

TEST_CASE_TEMPLATE("what was refused leaves its key free, and another reply_to is another command", Store, in_memory,
                   in_sqlite) {
    fixture<Store> f;
    auto d = f.draft("x", "12345678");
    std::get<protocol::message_body>(d.body).reply_to = 1;
    CHECK(f.append("a", d).error().what == code::unknown_event);
    REQUIRE(f.append("a", f.draft("first")));
    CHECK(f.append("a", d)->seq == 2);
    CHECK(f.append("a", d)->duplicate);
    std::get<protocol::message_body>(d.body).reply_to = 2;
    CHECK(f.append("a", d).error().what == code::conflict);
    CHECK(f.append("a", {{7, "ana", true}, protocol::topic_body{"x"}, "12345678"}).error().what == code::conflict);
}

TEST_CASE_TEMPLATE("events come back as they were stored, in time that never goes back", Store, in_memory, in_sqlite) {
    fixture<Store> f;
    auto d = f.draft("hola\n\u00e9");
    REQUIRE(f.append("a", d));
    f.loop.advance(std::chrono::milliseconds{5});
    std::get<protocol::message_body>(d.body).reply_to = 1;
    d.from.name = "leo";
    d.from.guest = false;
    const auto taken = f.append("a", d);
    const auto got = f.loop.run(f.log.read(f.loop.ctx(), "a", {0, 0, 9})).value();
    REQUIRE(got.events.size() == 2);
    const protocol::event& e = got.events[1];
    CHECK(e.seq == 2);
    CHECK(e.at == taken->stored.at);
    CHECK(e.at - got.events[0].at == std::chrono::milliseconds{5});
    CHECK(e.from.name == "leo");
    CHECK(e.from.identity == 7);
    CHECK_FALSE(e.from.guest);
    CHECK(std::get<protocol::message_body>(e.body).text == "hola\n\u00e9");
    CHECK(std::get<protocol::message_body>(e.body).reply_to == 1U);
}

TEST_CASE_TEMPLATE("a log that was closed goes on where it was", Store, in_memory, in_sqlite) {
    fixture<Store> f;
    REQUIRE(f.append("a", f.draft("x", "12345678")));
    const auto before = f.open("a");
    f.log.close("a");
    const auto after = f.open("a");
    CHECK(after.epoch == before.epoch);
    CHECK(after.newest == 1);
    CHECK(after.oldest == 1);
    CHECK(f.append("a", f.draft("x", "12345678"))->duplicate);
    CHECK(f.append("a", f.draft("y"))->seq == 2);
}

TEST_CASE_TEMPLATE("reading where there is nothing is no error", Store, in_memory, in_sqlite) {
    fixture<Store> f;
    bool more = true;
    CHECK(f.read("nowhere", {0, 0, 5}, &more).empty());
    CHECK_FALSE(more);
    CHECK(f.read("nowhere", {0, 9, 5}, &more).empty());
    CHECK_FALSE(more);
    CHECK(f.loop.run(f.log.start_of(f.loop.ctx(), "nowhere", 50, 1000)).value() == 1);
    CHECK(f.loop.run(f.log.rooms(f.loop.ctx(), "")).value().empty());
    REQUIRE(f.append("a", f.draft("x")));
    CHECK(f.read("a", {9, 0, 5}, &more).empty());
    CHECK_FALSE(more);
    CHECK(f.read("a", {0, 1, 5}, &more).empty());
    CHECK_FALSE(more);
}
