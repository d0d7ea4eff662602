// tests/server/protocol_json_reader.cpp: JSON commands: what is read, what is refused, and with which words.
// Thread: one.
// Owner: server_tests.
#include "server/protocol/command.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <variant>
#include <vector>

using namespace tertulia::protocol;

namespace {

/// `id code: message` of a command that must be refused.
std::string refused(std::string_view text) {
    const auto r = read_json(text, limits{});
    if (r) return "taken";
    return r.error().id + " " + std::string{to_string(r.error().why.what)} + ": " + r.error().why.message;
}

std::string code_of(std::string_view text) {
    const auto r = read_json(text, limits{});
    return r ? "taken" : std::string{to_string(r.error().why.what)};
}

template <class Command>
Command taken(std::string_view text) {
    const auto r = read_json(text, limits{});
    REQUIRE_MESSAGE(r, text);
    REQUIRE(std::holds_alternative<Command>(r->what));
    return std::get<Command>(r->what);
}

std::string nested(std::size_t depth, std::string_view open, std::string_view close) {
    std::string out;
    for (std::size_t i = 0; i < depth; ++i) out += open;
    out += "1";
    for (std::size_t i = 0; i < depth; ++i) out += close;
    return out;
}

}  // namespace

TEST_CASE("what is not one JSON object is bad_json") {
    for (const auto* text : {"",
                             " ",
                             "{",
                             "}",
                             "nonsense",
                             "hola",
                             "/join lobby",
                             "[]",
                             "[{\"type\":\"ping\"}]",
                             "\"ping\"",
                             "1",
                             "null",
                             "true",
                             "-",
                             "{\"type\"}",
                             "{\"type\":}",
                             "{\"type\":\"ping\"",
                             "{\"type\":\"ping\"},",
                             "{\"type\":\"ping\",}",
                             "{,\"type\":\"ping\"}",
                             "{\"type\":\"ping\"}{}",
                             "{\"type\":\"ping\"} x",
                             "{\"type\":\"ping\"}]",
                             "{\"type\":\"ping\"\"id\":\"1\"}",
                             "{'type':'ping'}",
                             "{type:\"ping\"}",
                             "{\"type\":\"pi\nng\"}",
                             "{\"type\":\"pi\tng\"}",
                             "{\"type\":\"ping\\x\"}",
                             "{\"type\":\"\\u12\"}",
                             "{\"type\":\"\\ud800\"}",
                             "{\"type\":\"\\udc00\\ud800\"}",
                             "// a\n{\"type\":\"ping\"}",
                             "{\"type\":\"ping\"/**/}",
                             "{\"type\":\"ping\",\"a\":NaN}",
                             "{\"type\":\"ping\",\"a\":Infinity}",
                             "{\"type\":\"ping\",\"a\":-Infinity}",
                             "{\"type\":\"ping\",\"a\":01}",
                             "{\"type\":\"ping\",\"a\":1.}",
                             "{\"type\":\"ping\",\"a\":.5}",
                             "{\"type\":\"ping\",\"a\":+1}",
                             "{\"type\":\"ping\",\"a\":0x10}",
                             "{\"type\":\"ping\",\"a\":1e}",
                             "{\"type\":\"ping\",\"a\":1e999}",
                             "{\"type\":\"ping\",\"a\":-1e999}",
                             "{\"type\":\"ping\",\"a\":1e99999999999999999999}",
                             "{\"type\":\"ping\",\"a\":[1,]}",
                             "{\"type\":\"ping\",\"a\":[1}",
                             "{\"type\":\"ping\",\"a\":tru}",
                             "{\"type\":\"ping\",\"a\":True}",
                             "{\"type\":\"ping\",\"a\":undefined}"}) {
        CAPTURE(text);
        CHECK(code_of(text) == "bad_json");
    }
    CHECK(refused("[]") == " bad_json: one JSON object in UTF-8 is needed");
}

TEST_CASE("what is not UTF-8 is bad_json") {
    for (const auto* bytes : {"\xFF", "\xC3", "\x80", "\xC0\xAF", "\xE0\x80\xAF", "\xED\xA0\x80", "\xF4\x90\x80\x80",
                              "\xF8\x88\x80\x80\x80"}) {
        CAPTURE(bytes);
        CHECK(code_of(std::string{R"({"type":"ping","a":")"} + bytes + "\"}") == "bad_json");
        CHECK(code_of(std::string{R"({"type":"ping",")"} + bytes + "\":1}") == "bad_json");
        CHECK(code_of(std::string{R"({"type":"ping"})"} + bytes) == "bad_json");
    }
}

TEST_CASE("nothing hides behind a NUL") {
    using namespace std::string_view_literals;
    CHECK(code_of("{\"type\":\"ping\"}\0"sv) == "bad_json");
    CHECK(code_of("{\"type\":\"ping\"}\0{\"type\":\"ping\"}"sv) == "bad_json");
    CHECK(code_of("\0{\"type\":\"ping\"}"sv) == "bad_json");
    CHECK(code_of("{\"type\":\"pi\0ng\"}"sv) == "bad_json");
}

TEST_CASE("a key that stands twice in one object is bad_json, wherever the object is") {
    const std::string words = " bad_json: a key stands twice in one object";
    CHECK(refused(R"({"type":"ping","type":"ping"})") == words);
    CHECK(refused(R"({"type":"ping","id":"a","id":"b"})") == words);
    CHECK(refused(R"({"type":"ping","x":1,"y":2,"x":1})") == words);
    CHECK(refused(R"({"type":"ping","x":1,"\u0078":1})") == words);
    CHECK(refused(R"({"type":"ping","":1,"":1})") == words);
    CHECK(refused(R"({"type":"ping","deep":{"x":1,"x":1}})") == words);
    CHECK(refused(R"({"type":"ping","deep":[{"x":[{"y":1,"y":2}]}]})") == words);
    CHECK(code_of(R"({"type":"ping","a":{"x":1},"b":{"x":1},"c":[{"x":1},{"x":1}],"x":{"x":{"x":1}}})") == "taken");
    CHECK(code_of(R"({"type":"ping","Type":1,"TYPE":2})") == "taken");
}

TEST_CASE("many keys are looked at in a moment") {
    std::string text = R"({"type":"ping")";
    for (int i = 0; i < 6000; ++i) text += ",\"" + std::to_string(i) + "\":0";
    CHECK(code_of(text + "}") == "taken");
    CHECK(code_of(text + ",\"0\":0}") == "bad_json");
}

TEST_CASE("nested 16 deep is taken, deeper is bad_json") {
    const auto with = [](const std::string& value) { return R"({"type":"ping","x":)" + value + "}"; };
    CHECK(code_of(with(nested(15, "[", "]"))) == "taken");
    CHECK(code_of(with(nested(15, "{\"a\":", "}"))) == "taken");
    CHECK(code_of(with(nested(16, "[", "]"))) == "bad_json");
    CHECK(code_of(with(nested(16, "{\"a\":", "}"))) == "bad_json");
    CHECK(refused(with(nested(8, "[{\"a\":", "}]"))) == " bad_json: it is nested deeper than 16");
    CHECK(code_of(nested(30000, "[", "]")) == "bad_json");
    CHECK(code_of(with(std::string(60000, '['))) == "bad_json");
    CHECK(code_of(with("[" + nested(14, "[", "]") + "," + nested(14, "[", "]") + "]")) == "taken");
}

TEST_CASE("a command is found by its type") {
    CHECK(refused("{}") == " bad_command: type: a command is needed, such as \"join\"");
    CHECK(refused(R"({"id":"1"})") == "1 bad_command: type: a command is needed, such as \"join\"");
    CHECK(refused(R"({"type":"dance","id":"1"})") == "1 bad_command: type: this command is unknown");
    CHECK(refused(R"({"type":"","id":"1"})") == "1 bad_command: type: this command is unknown");
    CHECK(refused(R"({"type":"PING","id":"1"})") == "1 bad_command: type: this command is unknown");
    CHECK(refused(R"({"type":"help","id":"1"})") == "1 bad_command: type: this command is unknown");
    CHECK(refused(R"({"type":"quit","id":"1"})") == "1 bad_command: type: this command is unknown");
    CHECK(refused(R"({"type":"pin\u0000g","id":"1"})") == "1 bad_command: type: this command is unknown");
    for (const auto* value : {"1", "null", "true", "[]", "{}", "1.5", "[\"ping\"]"}) {
        CAPTURE(value);
        CHECK(refused(std::string{R"({"id":"1","type":)"} + value + "}") == "1 bad_field: type: a string is needed");
    }
}

TEST_CASE("commands that change a message") {
    const auto e = taken<edit>(R"({"type":"edit","room":"Lobby","target":41,"text":"a\r\nb","key":"12345678"})");
    CHECK(e.room == "lobby");
    CHECK(e.target == 41);
    CHECK(e.text == "a\nb");
    CHECK(e.key == "12345678");
    const auto d = taken<erase>(R"({"type":"delete","room":"lobby","target":41,"key":"12345678"})");
    CHECK(d.room == "lobby");
    CHECK(d.target == 41);
    CHECK(d.key == "12345678");
    const auto r =
        taken<react>(R"({"type":"react","room":"lobby","target":41,"emoji":"👍","on":false,"key":"12345678"})");
    CHECK(r.room == "lobby");
    CHECK(r.target == 41);
    CHECK(r.emoji == "👍");
    CHECK_FALSE(r.on);
    CHECK(r.key == "12345678");
    CHECK(taken<react>(R"({"type":"react","room":"@leo","target":1,"emoji":"👍","on":true})").on);
}

TEST_CASE("an edit's text keeps the rules of a message, a reaction is one character") {
    CHECK(refused(R"({"type":"edit","room":"lobby","target":1,"text":" "})") ==
          " bad_field: text: more than blanks is needed");
    CHECK(code_of(R"({"type":"edit","room":"lobby","target":1,"text":")" + std::string(4097, 'x') + "\"}") ==
          "too_long");
    CHECK(refused(R"({"type":"react","room":"lobby","target":1,"emoji":"ab","on":true})") ==
          " bad_field: emoji: one character of at most 32 bytes that can be seen is needed");
}

TEST_CASE("commands of a later day are bad_command") {
    for (const std::string type : {"read"}) {
        CHECK(refused(R"({"id":"1","type":")" + type + "\"}") ==
              "1 bad_command: this server does not have " + type + " yet");
    }
}

TEST_CASE("unknown fields are ignored, whatever they hold") {
    CHECK(
        code_of(
            R"({"type":"ping","room":7,"x":null,"y":[{"z":[1,{"q":-1.5e3}]}],"text":{},"":"","since":true,"key":1})") ==
        "taken");
    CHECK(taken<typing>(R"({"x":{"room":"attic","type":"join"},"type":"typing","room":"lobby"})").room == "lobby");
    CHECK(taken<typing>("\t{ \"type\" :\r\n \"typing\" , \"room\" : \"l\\u006fbby\" } \n").room == "lobby");
}

TEST_CASE("an id has 1 to 64 bytes, and comes back with what is wrong, wherever it stands") {
    CHECK(read_json(R"({"type":"ping"})", limits{})->id.empty());
    CHECK(read_json(R"({"type":"ping","id":"c1"})", limits{})->id == "c1");
    const std::string longest(64, 'x');
    CHECK(read_json(R"({"type":"ping","id":")" + longest + "\"}", limits{})->id == longest);

    CHECK(refused(R"({"id":"c1","type":"join","room":7})") == "c1 bad_field: room: a string is needed");
    CHECK(refused(R"({"type":"join","room":7,"id":"c1"})") == "c1 bad_field: room: a string is needed");

    const std::vector<std::string> wrong{"\"\"",
                                         "\"" + longest + "x\"",
                                         "\"" + std::string(33, 'x') + "ééééééééééééééééé\"",
                                         "1",
                                         "null",
                                         "true",
                                         "[]",
                                         "{}",
                                         "1.0"};
    for (const auto& id : wrong) {
        CAPTURE(id);
        CHECK(refused(R"({"type":"ping","id":)" + id + "}") == " bad_field: id: a string of 1 to 64 bytes is needed");
        CHECK(refused(R"({"type":"dance","id":)" + id + "}") == " bad_field: id: a string of 1 to 64 bytes is needed");
    }
}

TEST_CASE("strings of the right type keep the rules of what they are") {
    CHECK(refused(R"({"type":"hello","name":"a b"})").find(" bad_field: name: ") == 0);
    CHECK(refused(R"({"type":"hello","name":"a\u200bb"})").find(" bad_field: name: ") == 0);
    CHECK(refused(R"({"type":"join","room":"a b"})").find(" bad_field: room: 1 to 64 ") == 0);
    for (const char* place : {"@", "@l eo", "@leo+", "@+leo", "@leo+ana+eva", "@@leo"}) {
        CAPTURE(place);
        CHECK(refused(R"({"type":"join","room":")" + std::string{place} + "\"}").find(" bad_field: room: a direct ") ==
              0);
    }
    CHECK(refused(R"({"type":"create","room":"@leo"})").find(" bad_field: room: 1 to 64 ") == 0);
    CHECK(refused(R"({"type":"block","user":"@leo","on":true})").find(" bad_field: name: ") == 0);
    CHECK(refused(R"({"type":"block","user":"leo"})") == " bad_field: on: true or false is needed");
    CHECK(refused(R"({"type":"message","room":"lobby","text":"  "})") ==
          " bad_field: text: more than blanks is needed");
    CHECK(refused(R"({"type":"message","room":"lobby","text":"a\u0000b"})").find(" bad_field: text: ") == 0);
    CHECK(refused(R"({"type":"message","room":"lobby","text":"a\u001b[2J"})").find(" bad_field: text: ") == 0);
    CHECK(refused(R"({"type":"topic","room":"lobby","topic":"a\nb"})").find(" bad_field: topic: ") == 0);
    CHECK(refused(R"({"type":"create","room":"lobby","topic":"a\nb"})").find(" bad_field: topic: ") == 0);
    CHECK(refused(R"({"type":"topic","room":"lobby","topic":")" + std::string(257, 'a') + "\"}") ==
          " too_long: topic: at most 256 bytes are taken");
    CHECK(refused(R"({"type":"message","room":"lobby","text":")" + std::string(4097, 'a') + "\"}") ==
          " too_long: text: at most 4096 bytes are taken");
}

TEST_CASE("a key has 8 to 64 bytes and no control characters") {
    const auto with = [](const std::string& key) {
        return refused(R"({"type":"message","room":"lobby","text":"x","key":")" + key + "\"}");
    };
    const std::string words = " bad_field: key: 8 to 64 bytes without control characters are needed";
    CHECK(with("12345678") == "taken");
    CHECK(with("ñññň") == "taken");
    CHECK(with("") == words);
    CHECK(with("1234567") == words);
    CHECK(with(std::string(65, 'k')) == words);
    CHECK(with("12345678\\n") == words);
    CHECK(with("12345678\\u0000") == words);
    CHECK(with("12345678\\u0085") == words);
}

TEST_CASE("fields that exclude or need each other") {
    CHECK(refused(R"({"type":"history","room":"lobby","before":1,"after":2})") ==
          " bad_field: after: not together with before");
    CHECK(refused(R"({"type":"join","room":"lobby","history":1,"since":2})") ==
          " bad_field: history: not together with since");
    CHECK(refused(R"({"type":"join","room":"lobby","epoch":"x"})") == " bad_field: epoch: only together with since");
    CHECK(refused(R"({"type":"join","room":"lobby","limit":5})") == " bad_field: limit: only together with since");
    CHECK(refused(R"({"type":"join","room":"lobby","limit":5,"history":5})") ==
          " bad_field: limit: only together with since");
}

TEST_CASE("what is read is what was written") {
    const auto h = taken<hello>(R"({"type":"hello","name":"Jose\u0301","token":"g.5f"})");
    CHECK(h.name.value() == "José");
    CHECK(h.token.value() == "g.5f");
    CHECK_FALSE(taken<hello>(R"({"type":"hello"})").name);

    const auto r = taken<list_rooms>(R"({"type":"rooms","query":"LOB","after":"attic","limit":7})");
    CHECK(r.query == "lob");
    CHECK(r.after == "attic");
    CHECK(r.limit == 7);
    CHECK(taken<list_rooms>(R"({"type":"rooms"})").limit == 50);

    const auto c = taken<create>(R"({"type":"create","room":"Attic","topic":"old things"})");
    CHECK(c.room == "attic");
    CHECK(c.topic == "old things");

    const auto back = taken<join>(R"({"type":"join","room":"lobby","since":0,"epoch":"k3v9","limit":200})");
    CHECK(back.since.value() == 0);
    CHECK(back.epoch.value() == "k3v9");
    CHECK(back.limit.value() == 200);
    CHECK_FALSE(back.history);
    const auto first = taken<join>(R"({"type":"join","room":"lobby","history":0})");
    CHECK(first.history.value() == 0);
    CHECK_FALSE(first.since);

    CHECK(taken<leave>(R"({"type":"leave","room":"lobby","keep":true})").keep);
    CHECK_FALSE(taken<leave>(R"({"type":"leave","room":"lobby"})").keep);

    const auto p =
        taken<post>(R"({"type":"message","room":"lobby","text":"a\r\nb","reply_to":41,"key":"8f0c2b77d1e94a55"})");
    CHECK(p.room == "lobby");
    CHECK(p.text == "a\nb");
    CHECK(p.reply_to.value() == 41);
    CHECK(p.key == "8f0c2b77d1e94a55");

    const auto t = taken<set_topic>(R"({"type":"topic","room":"lobby","topic":"","key":"8f0c2b77"})");
    CHECK(t.topic.empty());
    CHECK(t.key == "8f0c2b77");

    const auto before = taken<history>(R"({"type":"history","room":"lobby","before":9007199254740991,"limit":1})");
    CHECK(before.before.value() == 9007199254740991U);
    CHECK(before.limit == 1);
    CHECK(taken<history>(R"({"type":"history","room":"lobby","after":3})").after.value() == 3);
    CHECK(taken<history>(R"({"type":"history","room":"lobby"})").limit == 50);

    const auto m = taken<members>(R"({"type":"members","room":"lobby","after":"Ana"})");
    CHECK(m.after == "Ana");
    CHECK(m.limit == 50);
    CHECK(taken<typing>(R"({"type":"typing","room":"lobby"})").room == "lobby");
    taken<ping>(R"({"type":"ping"})");
}
