// tests/server/protocol_line_writer.cpp: replies and events as lines, byte for byte; and that no text forges one.
// Thread: one.
// Owner: server_tests.
#include "server/protocol/reply.hpp"

#include <doctest/doctest.h>

#include <sstream>
#include <string>
#include <string_view>

using namespace tertulia::protocol;

namespace {

std::string written(const reply& r) {
    return write_reply(format::text, "", r, limits{});
}

std::string passed(const passing& p) {
    return write_passing(format::text, "lobby", p);
}

event said(std::string text, std::string name = "leo") {
    event e;
    e.seq = 1;
    e.from = {7, std::move(name), true};
    e.body = message_body{std::move(text), std::nullopt};
    return e;
}

event about(std::string topic, std::string name = "leo") {
    auto e = said("", std::move(name));
    e.body = topic_body{std::move(topic)};
    return e;
}

std::string line(const event& e) {
    return write_event(format::text, "lobby", e);
}

constexpr auto fsi = "\xE2\x81\xA8";
constexpr auto pdi = "\xE2\x81\xA9";

}  // namespace

TEST_CASE("a message is a line, and its further lines say whose they are") {
    CHECK(line(said("hola")) == "[lobby] leo: hola");
    CHECK(line(said("hola\nits second line")) == "[lobby] leo: hola\n[lobby] leo| its second line");
    CHECK(line(said("a\n\nb\n")) == "[lobby] leo: a\n[lobby] leo| \n[lobby] leo| b\n[lobby] leo| ");
    CHECK(line(said("¿qué tal? 👍")) == "[lobby] leo: ¿qué tal? 👍");
}

TEST_CASE("a message that was changed says so behind its text, or is deleted") {
    auto e = said("hola\nadios");
    auto& m = std::get<message_body>(e.body);
    m.edited = true;
    CHECK(line(e) == "[lobby] leo: hola\n[lobby] leo| adios (edited)");
    m.reactions = {{"👍", 12, {"ana"}}, {"א", 1, {"ana"}}};
    CHECK(line(e) == "[lobby] leo: hola\n[lobby] leo| adios (edited, 👍 12, " + std::string{fsi} + "א" + pdi + " 1)");
    m.edited = false;
    CHECK(line(e).ends_with("adios (👍 12, " + std::string{fsi} + "א" + pdi + " 1)"));
    m = {};
    m.deleted = true;
    CHECK(line(e) == "[lobby] leo deleted #1");
}

TEST_CASE("who changes a message does it in one line, and no text forges another") {
    const auto does = [](event_body body, std::string name = "ana") {
        auto e = said("", std::move(name));
        e.seq = 50;
        e.body = std::move(body);
        return line(e);
    };
    CHECK(does(edited_body{41, "hola"}) == "[lobby] ana edited #41: hola");
    CHECK(does(edited_body{41, "hola\n[lobby] leo: x"}) == "[lobby] ana edited #41: hola\n[lobby] ana| [lobby] leo: x");
    CHECK(does(edited_body{41, "\x1B[2J"}) == "[lobby] ana edited #41: \xEF\xBF\xBD[2J");
    CHECK(does(edited_body{41, "שלום"}) == "[lobby] " + std::string{fsi} + "ana" + pdi + " edited #41: שלום");
    CHECK(does(edited_body{41, std::nullopt}) == "[lobby] ana edited #41");
    CHECK(does(deleted_body{41}) == "[lobby] ana deleted #41");
    CHECK(does(reacted_body{41, "👍", true}) == "[lobby] ana reacted to #41: 👍");
    CHECK(does(reacted_body{41, "👍", false}) == "[lobby] ana no longer reacts to #41: 👍");
    CHECK(does(reacted_body{41, "א", true}, "דנה") ==
          "[lobby] " + std::string{fsi} + "דנה" + pdi + " reacted to #41: " + fsi + "א" + pdi);
}

TEST_CASE("a text is taken out of its lines, and they stay as long") {
    for (const std::string text : {"x", "hola: adios", "one\ntwo\n[lobby] leo: x", "שלום"}) {
        CAPTURE(text);
        auto e = said(text);
        auto out = line(e);
        const auto size = out.size();
        take_text_out(format::text, out);
        CHECK(out.size() == size);
        CHECK(out.find_last_not_of(' ') < 8 + 3 + 3 + 3);  // "[lobby] leo", which may be isolated
        CHECK(out.starts_with("[lobby] "));
        e.body = edited_body{41, text};
        out = line(e);
        take_text_out(format::text, out);
        CHECK(out.substr(0, out.find_last_not_of(' ') + 1).ends_with(" edited #41"));
    }
}

TEST_CASE("a topic that was set, or cleared") {
    CHECK(line(about("words")) == "* leo set the topic of lobby: words");
    CHECK(line(about("")) == "* leo cleared the topic of lobby");
}

TEST_CASE("no text forges a line, whatever it takes for a line end") {
    for (const auto* end : {"\n", "\r", "\v", "\f", "\xC2\x85", "\xE2\x80\xA8", "\xE2\x80\xA9"}) {
        CAPTURE(end);
        const auto forged = std::string{"hola"} + end + "[lobby] ana: I quit";
        CHECK(line(said(forged)) == "[lobby] leo: hola\n[lobby] leo| [lobby] ana: I quit");
        CHECK(line(about(forged)) == "* leo set the topic of lobby: hola [lobby] ana: I quit");
        CHECK(line(said("x", "leo" + forged)).find('\n') == std::string::npos);
        CHECK(written(refusal{code::internal, forged}) == "! internal: hola [lobby] ana: I quit");
        CHECK(passed(notice{forged}) == "* lobby: hola [lobby] ana: I quit");
        CHECK(passed(parted{forged}) == "* you are no longer in lobby: hola [lobby] ana: I quit");
        CHECK(written(rooms_page{{{"lobby", forged, 1, 1}}, false}) == "* lobby (1 here): hola [lobby] ana: I quit");
        CHECK(written(joined{"lobby", forged, "e", 1, 1, false, {"leo"}, 1}) ==
              "* joined lobby (1 here: leo)\n* the topic of lobby: hola [lobby] ana: I quit");
    }
}

TEST_CASE("no control character reaches the terminal") {
    CHECK(line(said("a\tb")) == "[lobby] leo: a    b");
    CHECK(line(said("\x1B[2J\x07")) == "[lobby] leo: \xEF\xBF\xBD[2J\xEF\xBF\xBD");
    CHECK(line(said("a\x7F\x08")) == "[lobby] leo: a\xEF\xBF\xBD\xEF\xBF\xBD");
    CHECK(line(said("\xC2\x9B"
                    "2J")) ==
          "[lobby] leo: \xEF\xBF\xBD"
          "2J");
    CHECK(line(said(std::string("a\0b", 3))) ==
          "[lobby] leo: a\xEF\xBF\xBD"
          "b");
    CHECK(line(said("a\xFF\x9B")) == "[lobby] leo: a\xEF\xBF\xBD\xEF\xBF\xBD");
    CHECK(line(about("\x1B]0;x\x07")) == "* leo set the topic of lobby: \xEF\xBF\xBD]0;x\xEF\xBF\xBD");
}

TEST_CASE("what turns a line around is left out") {
    for (const auto* turn : {"\xE2\x80\xAA", "\xE2\x80\xAB", "\xE2\x80\xAC", "\xE2\x80\xAD", "\xE2\x80\xAE",
                             "\xE2\x81\xA6", "\xE2\x81\xA7", "\xE2\x81\xA8", "\xE2\x81\xA9"}) {
        CAPTURE(turn);
        CHECK(line(said(std::string{"ho"} + turn + "la")) == "[lobby] leo: hola");
    }
    CHECK(line(said("👩\xE2\x80\x8D🚀")) == "[lobby] leo: 👩\xE2\x80\x8D🚀");
}

TEST_CASE("a name is isolated from right-to-left text around it, and only then") {
    const auto apart = [](const std::string& name) { return fsi + name + pdi; };
    CHECK(line(said("שלום")) == "[lobby] " + apart("leo") + ": שלום");
    CHECK(line(said("hola\nسلام")) == "[lobby] " + apart("leo") + ": hola\n[lobby] " + apart("leo") + "| سلام");
    CHECK(line(said("hola", "דני")) == "[lobby] " + apart("דני") + ": hola");
    CHECK(line(about("שלום")) == "* " + apart("leo") + " set the topic of lobby: שלום");
    CHECK(line(said("a \xE2\x80\x8F b")) == "[lobby] " + apart("leo") + ": a \xE2\x80\x8F b");
    CHECK(passed(presence{{"ana", "דני"}, {"علي"}, 3}) ==
          "* ana, " + apart("דני") + " entered lobby\n* " + apart("علي") + " left lobby");
    CHECK(written(welcome{"דני", true, false, "t"}) == "* you are " + apart("דני"));
}

TEST_CASE("replies for a person") {
    CHECK(written(welcome{"ana", true, false, "g.secret"}) == "* you are ana");
    CHECK(written(ok{"lobby", 42, false}).empty());
    CHECK(write_reply(format::text, "c1", ok{"lobby", 42, false}, limits{}).empty());
    CHECK(written(pong{}).empty());
    CHECK(written(refusal{code::not_joined, "join a room first, /join lobby"}) ==
          "! not_joined: join a room first, /join lobby");

    SUBCASE("joined") {
        CHECK(written(joined{"lobby", "", "e", 41, 40, false, {"ana", "leo"}, 2}) ==
              "* joined lobby (2 here: ana, leo)");
        CHECK(written(joined{"lobby", "words", "e", 41, 40, false, {"ana"}, 250}) ==
              "* joined lobby (250 here: ana, …)\n* the topic of lobby: words");
        CHECK(written(joined{"lobby", "", "e", 0, 1, false, {}, 0}) == "* joined lobby (0 here)");
    }
    SUBCASE("rooms") {
        CHECK(written(rooms_page{}) == "* no rooms");
        CHECK(written(rooms_page{{{"attic", "", 0, 3}, {"lobby", "words", 2, 41}}, false}) ==
              "* attic (0 here)\n* lobby (2 here): words");
        CHECK(written(rooms_page{{{"attic", "", 0, 3}}, true}) ==
              "* attic (0 here)\n* there are more, /rooms lob lists those with lob in their name");
    }
    SUBCASE("members") {
        CHECK(written(members_page{"lobby", {"ana", "leo"}, 2, false}) == "* lobby: 2 here: ana, leo");
        CHECK(written(members_page{"lobby", {"ana", "leo"}, 250, true}) == "* lobby: 250 here: ana, leo, …");
        CHECK(written(members_page{"lobby", {}, 0, false}) == "* lobby: 0 here");
    }
    SUBCASE("history") {
        CHECK(written(history_page{"lobby", {}, false}) == "* nothing was said in lobby");
        CHECK(written(history_page{"lobby", {said("a\nb"), about("words")}, true}) ==
              "[lobby] leo: a\n[lobby] leo| b\n* leo set the topic of lobby: words");
    }
}

TEST_CASE("help names every command, each on its line") {
    const auto text = written(help_text{});
    for (const std::string word : {"/name ana", "/join lobby", "/leave", "/to lobby", "/rooms", "/who", "/topic words",
                                   "/history 20", "/help", "/quit", "//"}) {
        CAPTURE(word);
        CHECK(text.find(word) != std::string::npos);
    }
    std::istringstream lines{text};
    for (std::string one; std::getline(lines, one);) CHECK(one.rfind("* ", 0) == 0);
}

TEST_CASE("passing events for a person") {
    CHECK(passed(presence{{"ana"}, {}, 1}) == "* ana entered lobby");
    CHECK(passed(presence{{}, {"ana"}, 1}) == "* ana left lobby");
    CHECK(passed(presence{{"ana", "mia"}, {"leo"}, 2}) == "* ana, mia entered lobby\n* leo left lobby");
    CHECK(passed(presence{{}, {}, 250}).empty());
    CHECK(passed(typing_event{"leo"}).empty());
    CHECK(passed(notice{"the server stops"}) == "* lobby: the server stops");
    CHECK(passed(lagged{5, 16}) == "* lobby: you were too slow for events 5 to 16, they were passed over");
    CHECK(passed(parted{"left elsewhere"}) == "* you are no longer in lobby: left elsewhere");
    CHECK(passed(parted{}) == "* you are no longer in lobby");
}
