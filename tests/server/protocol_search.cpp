// tests/server/protocol_search.cpp: search in both formats: what is taken and refused, and how it is answered.
// Thread: one.
// Owner: server_tests.
#include "server/protocol/command.hpp"
#include "server/protocol/reply.hpp"

#include <doctest/doctest.h>

using namespace tertulia::protocol;

namespace {

const limits most{};

search taken(const std::string& fields) {
    auto read = read_json(R"({"type":"search",)" + fields + "}", most);
    REQUIRE_MESSAGE(read, read.error().why.message);
    return std::get<search>(std::move(read->what));
}

std::string refused(const std::string& fields) {
    const auto read = read_json(R"({"type":"search",)" + fields + "}", most);
    REQUIRE_FALSE(read);
    return read.error().why.message;
}

found one_message() {
    event e;
    e.seq = 7;
    e.from = {1, "ana", false};
    e.body = message_body{"hola", {}};
    return {{{"lobby", e}}, {}};
}

}  // namespace

TEST_CASE("a search takes words, and in one room a number") {
    const auto all = taken(R"("query":"Hola mun*","before":"1.2.x","limit":3)");
    REQUIRE(all.words.size() == 2);
    CHECK(all.words[0].text == "hola");
    CHECK_FALSE(all.words[0].prefix);
    CHECK(all.words[1].prefix);
    CHECK(all.before == "1.2.x");
    CHECK(all.limit == 3);
    const auto one = taken(R"("query":"x","room":"Lobby","before":0)");
    CHECK(one.room == "lobby");
    CHECK(one.before_seq == 1);
    CHECK_FALSE(one.before);
    CHECK(one.limit == page_usual);
    CHECK(taken(R"("query":"x","room":"@leo")").before_seq == 0);
}

TEST_CASE("a search without words is refused, and so is a place of another kind") {
    CHECK(refused(R"("room":"lobby")") == "query: a word is needed");
    CHECK(refused(R"("query":7)") == "query: a string is needed");
    CHECK(refused(R"("query":"x","before":7)") == "before: a string is needed");
    CHECK(refused(R"("query":"x","room":"lobby","before":"1.2.x")").starts_with("before: a whole number"));
    CHECK(refused(R"("query":"x","room":"a b")").starts_with("room"));
    CHECK(refused(R"("query":"x","limit":0)").starts_with("limit"));
}

TEST_CASE("what was found is written with its rooms, and where to go on") {
    found page = one_message();
    const auto json = write_reply(format::json, "s", page, most);
    CHECK(json.find(R"("type":"found","id":"s","events":[{"type":"message","room":"lobby","seq":7)") != json.npos);
    CHECK(json.find(R"("more":false})") != json.npos);
    page.next = std::uint64_t{7};
    CHECK(write_reply(format::json, "s", page, most).find(R"("more":true,"next":7})") != std::string::npos);
    page.next = std::string{"1.7.lobby"};
    CHECK(write_reply(format::json, "s", page, most).find(R"("more":true,"next":"1.7.lobby"})") != std::string::npos);
    CHECK(write_reply(format::text, {}, page, most).find("more") != std::string::npos);
    CHECK(write_reply(format::text, {}, found{}, most) == "* nothing was found");
}

TEST_CASE("a line searches in all rooms") {
    const auto read = read_line("/search hola mun*", "", most);
    REQUIRE(read);
    const auto& c = std::get<search>(std::get<request>(*read).what);
    CHECK(c.words.size() == 2);
    CHECK(c.room.empty());
    CHECK(c.limit == 20);
    CHECK_FALSE(read_line("/search", "lobby", most));
    CHECK_FALSE(read_line("/search !!", "lobby", most));
}
