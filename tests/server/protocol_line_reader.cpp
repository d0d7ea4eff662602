// tests/server/protocol_line_reader.cpp: the line format's commands.
// Thread: one.
// Owner: server_tests.
#include "server/protocol/command.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <variant>

using namespace tertulia::protocol;

namespace {

template <class Command>
Command taken(std::string_view input, std::string_view current = "lobby") {
    const auto r = read_line(input, current, limits{});
    REQUIRE_MESSAGE(r, input);
    const auto* asked = std::get_if<request>(&*r);
    REQUIRE(asked != nullptr);
    CHECK(asked->id.empty());
    REQUIRE(std::holds_alternative<Command>(asked->what));
    return std::get<Command>(asked->what);
}

std::string refused(std::string_view input, std::string_view current = "lobby") {
    const auto r = read_line(input, current, limits{});
    if (r) return "taken";
    return std::string{to_string(r.error().why.what)} + ": " + r.error().why.message;
}

const std::string nowhere = "not_joined: join a room first, /join lobby";

}  // namespace

TEST_CASE("what does not begin with a slash goes to the current room") {
    const auto p = taken<post>("hola", "attic");
    CHECK(p.room == "attic");
    CHECK(p.text == "hola");
    CHECK(p.key.empty());
    CHECK(taken<post>(" /join lobby").text == " /join lobby");
    CHECK(taken<post>("a /quit").text == "a /quit");
}

TEST_CASE("two slashes send one") {
    CHECK(taken<post>("//x").text == "/x");
    CHECK(taken<post>("//join lobby").text == "/join lobby");
    CHECK(taken<post>("///").text == "//");
    CHECK(taken<post>("//").text == "/");
}

TEST_CASE("line ends at the end of a frame are cut, others are part of the text") {
    CHECK(taken<post>("hola\n").text == "hola");
    CHECK(taken<post>("hola\r\n").text == "hola");
    CHECK(taken<post>("hola\r\n\n").text == "hola");
    CHECK(taken<post>("a\nb\r\nc\n").text == "a\nb\nc");
    CHECK(taken<post>("a\n/quit").text == "a\n/quit");
    CHECK(taken<join>("/join lobby\r\n").room == "lobby");
    CHECK(refused("/join lobby\nhola").rfind("bad_field: room: ", 0) == 0);
    CHECK(refused("/topic a\nb").rfind("bad_field: topic: ", 0) == 0);
}

TEST_CASE("a text keeps the rules of texts") {
    CHECK(refused("") == "bad_field: text: more than blanks is needed");
    CHECK(refused("\n") == "bad_field: text: more than blanks is needed");
    CHECK(refused("  ") == "bad_field: text: more than blanks is needed");
    CHECK(refused("\x1B[2J").rfind("bad_field: text: ", 0) == 0);
    CHECK(refused("a\rb").rfind("bad_field: text: ", 0) == 0);
    CHECK(refused("\xFF").rfind("bad_field: text: ", 0) == 0);
    CHECK(refused(std::string(4097, 'a')) == "too_long: text: at most 4096 bytes are taken");
    CHECK(refused("/" + std::string(4097, '/')) == "too_long: text: at most 4096 bytes are taken");
    CHECK(refused("/" + std::string(4096, '/')) == "taken");
}

TEST_CASE("without a current room there is nowhere to talk") {
    for (const auto* input : {"hola", "//x", "/leave", "/who", "/topic words", "/history", "/history 20"}) {
        CAPTURE(input);
        CHECK(refused(input, "") == nowhere);
    }
}

TEST_CASE("each command of the line format") {
    CHECK(taken<hello>("/name ana", "").name.value() == "ana");
    CHECK(taken<join>("/join Lobby", "").room == "lobby");
    CHECK_FALSE(taken<join>("/join lobby").history);
    CHECK(taken<leave>("/leave", "attic").room == "attic");
    CHECK_FALSE(taken<leave>("/leave", "attic").keep);
    CHECK(taken<leave>("/leave lobby", "attic").room == "lobby");
    CHECK(taken<leave>("/leave lobby", "").room == "lobby");
    CHECK(taken<list_rooms>("/rooms", "").query.empty());
    CHECK(taken<list_rooms>("/rooms LOB").query == "lob");
    CHECK(taken<members>("/who", "attic").room == "attic");
    CHECK(taken<members>("/who lobby", "").room == "lobby");
    CHECK(taken<set_topic>("/topic what we cook", "attic").room == "attic");
    CHECK(taken<set_topic>("/topic  what we cook ").topic == "what we cook");
    CHECK(taken<history>("/history 20", "attic").room == "attic");
    CHECK(taken<history>("/history 20").limit == 20);
    CHECK_FALSE(taken<history>("/history 20").before);
    CHECK(taken<history>("/history").limit == 50);
    taken<help>("/help", "");
    taken<quit>("/quit", "");
}

TEST_CASE("/to is not for the rooms but for the connection") {
    const auto r = read_line("/to Attic", "", limits{});
    REQUIRE(r);
    CHECK(std::get<line_to>(*r).room == "attic");
}

TEST_CASE("blanks around a command's words and its upper case do not matter") {
    CHECK(taken<join>("/join \t lobby  ").room == "lobby");
    CHECK(taken<join>("/JOIN lobby").room == "lobby");
    taken<quit>("/quit  ");
}

TEST_CASE("a command without what it needs tells how it is typed") {
    CHECK(refused("/name") == "bad_field: type /name ana");
    CHECK(refused("/name  ") == "bad_field: type /name ana");
    CHECK(refused("/join") == "bad_field: type /join lobby");
    CHECK(refused("/to") == "bad_field: type /to lobby");
    CHECK(refused("/topic") == "bad_field: type /topic words");
    for (const auto* input : {"/history 0", "/history 201", "/history -1", "/history x", "/history 1.5", "/history 5x",
                              "/history +5", "/history 99999999999999999999"}) {
        CAPTURE(input);
        CHECK(refused(input) == "bad_field: type /history 20, with a number from 1 to 200");
    }
}

TEST_CASE("what a command is given keeps the rules") {
    CHECK(refused("/name a b").rfind("bad_field: name: ", 0) == 0);
    CHECK(refused("/join @l/eo").rfind("bad_field: room: a direct ", 0) == 0);
    for (const auto* input : {"/msg", "/msg leo", "/msg leo "}) {
        CAPTURE(input);
        CHECK(refused(input) == "bad_field: type /msg leo words");
    }
    CHECK(refused("/msg l+e words").rfind("bad_field: name: ", 0) == 0);
    CHECK(refused("/msg leo " + std::string(5'000, 'a')).rfind("too_long: ", 0) == 0);
    CHECK(refused("/to a/b").rfind("bad_field: room: ", 0) == 0);
    CHECK(refused("/who a b").rfind("bad_field: room: ", 0) == 0);
    CHECK(refused("/leave a b").rfind("bad_field: room: ", 0) == 0);
    CHECK(refused("/topic " + std::string(257, 'a')) == "too_long: topic: at most 256 bytes are taken");
}

TEST_CASE("an unknown command is refused, never sent as text") {
    const std::string words = "bad_command: this command is unknown, /help lists them; // sends a slash";
    for (const auto* input :
         {"/", "/ ", "/ join lobby", "/dance", "/joinlobby", "/join\xC2\xA0lobby", "/j", "/\xFF", "/me waves"}) {
        CAPTURE(input);
        CHECK(refused(input) == words);
        CHECK(refused(input, "") == words);
    }
}
