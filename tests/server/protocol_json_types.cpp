// tests/server/protocol_json_types.cpp: every field of every command with every type that it is not.
// Thread: one.
// Owner: server_tests.
#include "server/protocol/command.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

using namespace tertulia::protocol;

namespace {

/// `id code: message` of a command that must be refused.
std::string refused(std::string_view text) {
    const auto r = read_json(text, limits{});
    if (r) return "taken";
    return r.error().id + " " + std::string{to_string(r.error().why.what)} + ": " + r.error().why.message;
}

enum class needs { string, room, text, topic, name, key, flag, seq, limit, history, emoji };

struct field {
    const char* name;
    needs what;
    bool must = false;
};

struct shape {
    const char* type;
    std::vector<field> fields;
    const char* rest = "";  ///< what must be there as well for a field of this command to be right
};

const std::vector<shape> shapes{
    {"hello", {{"name", needs::name}, {"token", needs::string}}},
    {"rooms", {{"query", needs::string}, {"after", needs::string}, {"limit", needs::limit}}},
    {"create", {{"room", needs::room, true}, {"topic", needs::topic}}},
    {"join", {{"room", needs::room, true}, {"since", needs::seq}}},
    {"join", {{"room", needs::room, true}, {"history", needs::history}}},
    {"join", {{"room", needs::room, true}, {"epoch", needs::string}, {"limit", needs::limit}}, ",\"since\":1"},
    {"leave", {{"room", needs::room, true}, {"keep", needs::flag}}},
    {"message",
     {{"room", needs::room, true}, {"text", needs::text, true}, {"reply_to", needs::seq}, {"key", needs::key}}},
    {"edit",
     {{"room", needs::room, true}, {"target", needs::seq, true}, {"text", needs::text, true}, {"key", needs::key}}},
    {"delete", {{"room", needs::room, true}, {"target", needs::seq, true}, {"key", needs::key}}},
    {"react",
     {{"room", needs::room, true},
      {"target", needs::seq, true},
      {"emoji", needs::emoji, true},
      {"on", needs::flag, true},
      {"key", needs::key}}},
    {"topic", {{"room", needs::room, true}, {"topic", needs::topic, true}, {"key", needs::key}}},
    {"history", {{"room", needs::room, true}, {"before", needs::seq}, {"limit", needs::limit}}},
    {"history", {{"room", needs::room, true}, {"after", needs::seq}}},
    {"members", {{"room", needs::room, true}, {"after", needs::string}, {"limit", needs::limit}}},
    {"typing", {{"room", needs::room, true}}},
    {"ping", {}},
};

struct values {
    std::vector<std::string> right;
    std::vector<std::string> wrong;
    const char* words;  ///< the message of a value of a wrong type
};

const std::string key_of_64(64, 'k');

values of(needs what) {
    const std::vector<std::string> no_string{"null", "true", "false", "0",  "7",       "-1",
                                             "1.5",  "1e2",  "[]",    "{}", "[\"a\"]", "{\"a\":\"b\"}"};
    const std::vector<std::string> no_number{"null",
                                             "true",
                                             "false",
                                             "\"\"",
                                             "\"1\"",
                                             "-1",
                                             "-0",
                                             "1.0",
                                             "1.5",
                                             "1e2",
                                             "1E0",
                                             "18446744073709551615",
                                             "18446744073709551616",
                                             "1e30",
                                             "[]",
                                             "{}",
                                             "[1]"};
    auto numbers = [&no_number](std::vector<std::string> more) {
        more.insert(more.end(), no_number.begin(), no_number.end());
        return more;
    };
    switch (what) {
        case needs::string: return {{"\"x\"", "\"\""}, no_string, "a string is needed"};
        case needs::room: return {{"\"lobby\"", "\"LOBBY\""}, no_string, "a string is needed"};
        case needs::text: return {{"\"x\"", "\"a\\r\\nb\\tc\""}, no_string, "a string is needed"};
        case needs::topic: return {{"\"x\"", "\"\""}, no_string, "a string is needed"};
        case needs::emoji: return {{"\"👍\"", "\"x\""}, no_string, "a string is needed"};
        case needs::name: return {{"\"ana\"", "\"\\u00f1\""}, no_string, "a string is needed"};
        case needs::key:
            return {{"\"12345678\"", "\"llave-ñandú\"", "\"" + key_of_64 + "\""}, no_string, "a string is needed"};
        case needs::flag:
            return {{"true", "false"},
                    {"null", "0", "1", "\"true\"", "\"\"", "[]", "{}", "1.5"},
                    "true or false is needed"};
        case needs::seq:
            return {{"0", "1", "9007199254740991"},
                    numbers({"9007199254740992"}),
                    "a whole number from 0 to 9007199254740991 is needed"};
        case needs::limit: return {{"1", "50", "200"}, numbers({"0", "201"}), "a whole number from 1 to 200 is needed"};
        case needs::history: return {{"0", "50", "200"}, numbers({"201"}), "a whole number from 0 to 200 is needed"};
    }
    return {};
}

/// The command with every field that it must have, `given` among them.
std::string written(const shape& s, const field& given, const std::string& value) {
    std::string out = std::string{"{\"type\":\""} + s.type + "\"" + s.rest;
    for (const auto& f : s.fields) {
        if (!f.must || std::string_view{f.name} == given.name) continue;
        out += std::string{",\""} + f.name + "\":" + of(f.what).right.front();
    }
    if (!value.empty()) out += std::string{",\""} + given.name + "\":" + value;
    return out + ",\"id\":\"c1\"}";
}

}  // namespace

TEST_CASE("each field of each command has its type, and no other is taken") {
    for (const auto& s : shapes) {
        for (const auto& f : s.fields) {
            const auto v = of(f.what);
            const auto words = std::string{"c1 bad_field: "} + f.name + ": " + v.words;
            for (const auto& value : v.right) CHECK(refused(written(s, f, value)) == "taken");
            for (const auto& value : v.wrong) {
                CAPTURE(written(s, f, value));
                CHECK(refused(written(s, f, value)) == words);
            }
            CHECK(refused(written(s, f, "")) == (f.must ? words : "taken"));
        }
    }
}
