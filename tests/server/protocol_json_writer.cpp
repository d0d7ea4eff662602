// tests/server/protocol_json_writer.cpp: replies and events as JSON, byte for byte.
// Thread: one.
// Owner: server_tests.
#include "server/protocol/reply.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <string>
#include <string_view>

using namespace tertulia::protocol;

namespace {

std::string written(const reply& r, std::string_view id = "j1") {
    return write_reply(format::json, id, r, limits{});
}

std::string passed(const passing& p) {
    return write_passing(format::json, "lobby", p);
}

event said(std::uint64_t seq, std::string text, bool guest = true) {
    event e;
    e.seq = seq;
    e.from = {7, "leo", guest};
    e.at = wall_time{std::chrono::milliseconds{1795640400123}};
    e.body = message_body{std::move(text), std::nullopt};
    return e;
}

}  // namespace

TEST_CASE("welcome tells who one is, and the limits") {
    welcome w{"ana", true, false, "g.5f"};
    CHECK(
        written(w, "") ==
        R"({"type":"welcome","user":"ana","guest":true,"resumed":false,"token":"g.5f","server":"tertulia/)" TERTULIA_VERSION
        R"(","ping_s":25,"limits":{"text_bytes":4096,"frame_bytes":65536,"rooms":100,)"
        R"("recovery_events":10000,"commands_per_s":20}})");

    limits other;
    other.text_bytes = 1;
    other.frame_bytes = 2;
    other.rooms_per_user = 3;
    other.recovery_events = 4;
    other.commands_per_s = 5;
    other.ping_s = std::chrono::seconds{6};
    w.guest = false;
    w.resumed = true;
    CHECK(
        write_reply(format::json, "h", w, other) ==
        R"({"type":"welcome","id":"h","user":"ana","guest":false,"resumed":true,"token":"g.5f","server":"tertulia/)" TERTULIA_VERSION
        R"(","ping_s":6,"limits":{"text_bytes":1,"frame_bytes":2,"rooms":3,"recovery_events":4,"commands_per_s":5}})");
}

TEST_CASE("welcome says so where what is said is not kept") {
    limits passing;
    passing.kept = false;
    const auto told = write_reply(format::json, "", welcome{"ana", true, false, "g.5f"}, passing);
    CHECK(told.find(R"("ping_s":25,"kept":false,"limits":{)") != std::string::npos);
    CHECK(written(welcome{"ana", true, false, "g.5f"}, "").find("kept") == std::string::npos);
}

TEST_CASE("rooms, each with its topic, who is here and its newest seq") {
    CHECK(written(rooms_page{}) == R"({"type":"rooms","id":"j1","rooms":[],"more":false})");
    CHECK(written(rooms_page{{{"attic", "old \"things\"", 0, 3}, {"lobby", "", 2, 41}}, true}, "") ==
          R"({"type":"rooms","rooms":[{"room":"attic","topic":"old \"things\"","count":0,"seq":3},)"
          R"({"room":"lobby","topic":"","count":2,"seq":41}],"more":true})");
}

TEST_CASE("ok is left out where the command had no id") {
    CHECK(written(ok{}) == R"({"type":"ok","id":"j1"})");
    CHECK(written(ok{"lobby", 42, false}) == R"({"type":"ok","id":"j1","room":"lobby","seq":42})");
    CHECK(written(ok{"lobby", 42, true}) == R"({"type":"ok","id":"j1","room":"lobby","seq":42,"duplicate":true})");
    CHECK(written(ok{"lobby", 42, true}, "").empty());
}

TEST_CASE("joined tells where the cursor stands") {
    const joined j{"lobby", "", "k3v9", 41, 40, false, {"ana", "leo"}, 2};
    CHECK(written(j) == R"({"type":"joined","id":"j1","room":"lobby","topic":"","epoch":"k3v9","seq":41,"first":40,)"
                        R"("recovered":false,"here":["ana","leo"],"count":2})");
    CHECK(written(joined{}, "") == R"({"type":"joined","room":"","topic":"","epoch":"","seq":0,"first":0,)"
                                   R"("recovered":false,"here":[],"count":0})");
}

TEST_CASE("history holds the events as they were sent") {
    CHECK(written(history_page{"lobby", {}, false}) ==
          R"({"type":"history","id":"j1","room":"lobby","events":[],"more":false})");
    const auto one = said(40, "buenas");
    auto two = said(41, "", false);
    two.body = topic_body{"cooking"};
    CHECK(written(history_page{"lobby", {one, two}, true}, "") ==
          R"({"type":"history","room":"lobby","events":[)" + write_event(format::json, "lobby", one) + "," +
              write_event(format::json, "lobby", two) + R"(],"more":true})");
}

TEST_CASE("members are who is here") {
    CHECK(written(members_page{"lobby", {"ana", "דני"}, 250, true}) ==
          R"({"type":"members","id":"j1","room":"lobby","here":["ana","דני"],"count":250,"more":true})");
    CHECK(written(members_page{"lobby", {}, 0, false}, "") ==
          R"({"type":"members","room":"lobby","here":[],"count":0,"more":false})");
}

TEST_CASE("pong, with the id or without") {
    CHECK(written(pong{}) == R"({"type":"pong","id":"j1"})");
    CHECK(written(pong{}, "") == R"({"type":"pong"})");
}

TEST_CASE("an error has a code and words, and says when to try again") {
    CHECK(written(refusal{code::not_joined, "join attic before you post to it"}, "c2") ==
          R"({"type":"error","id":"c2","code":"not_joined","message":"join attic before you post to it"})");
    CHECK(written(refusal{code::rate_limited, "slower", std::chrono::milliseconds{350}}, "") ==
          R"({"type":"error","code":"rate_limited","message":"slower","retry_after_ms":350})");
}

TEST_CASE("every error code has its own name") {
    const char* const names[] = {"bad_json",         "bad_command",   "bad_field",   "too_long",     "name_taken",
                                 "bad_token",        "unknown_room",  "room_exists", "not_joined",   "forbidden",
                                 "banned",           "muted",         "conflict",    "rate_limited", "too_many_rooms",
                                 "too_many_members", "unknown_event", "unavailable", "internal"};
    std::uint8_t c = 0;
    for (const std::string name : names) CHECK(to_string(static_cast<code>(c++)) == name);
    CHECK(static_cast<code>(c - 1) == code::internal);
}

TEST_CASE("there is no help in JSON") {
    CHECK(written(help_text{}).empty());
}

TEST_CASE("a logged event") {
    CHECK(
        write_event(format::json, "lobby", said(42, "hola")) ==
        R"({"type":"message","room":"lobby","seq":42,"from":"leo","guest":true,"at":"2026-11-25T21:00:00.123Z","text":"hola"})");
    auto e = said(9007199254740991, "hola", false);
    std::get<message_body>(e.body).reply_to = 41;
    CHECK(
        write_event(format::json, "lobby", e) ==
        R"({"type":"message","room":"lobby","seq":9007199254740991,"from":"leo","at":"2026-11-25T21:00:00.123Z","text":"hola","reply_to":41})");
    e.body = topic_body{"what we cook"};
    CHECK(
        write_event(format::json, "lobby", e) ==
        R"({"type":"topic","room":"lobby","seq":9007199254740991,"from":"leo","at":"2026-11-25T21:00:00.123Z","topic":"what we cook"})");
}

TEST_CASE("a message in its present form") {
    auto e = said(42, "hola");
    auto& m = std::get<message_body>(e.body);
    const auto rest = [&] {
        const auto out = write_event(format::json, "lobby", e);
        return out.substr(out.find("\"at\":") + 32);
    };
    m.reply_to = 41;
    m.edited = true;
    m.reactions = {{"👍", 12, {"ana", "leo"}}, {"❤", 1, {"mia"}}};
    CHECK(rest() == R"("text":"hola","reply_to":41,"edited":true,)"
                    R"("reactions":{"👍":{"count":12,"users":["ana","leo"]},"❤":{"count":1,"users":["mia"]}}})");
    m.text.clear();
    m.reactions.clear();
    m.deleted = true;
    CHECK(rest() == R"("deleted":true,"reply_to":41})");
}

TEST_CASE("events that change a message") {
    auto e = said(42, "");
    const auto written_event = [&](event_body body) {
        e.body = std::move(body);
        auto out = write_event(format::json, "lobby", e);
        const std::string between =
            R"(,"room":"lobby","seq":42,"from":"leo","guest":true,"at":"2026-11-25T21:00:00.123Z")";
        const auto at = out.find(between);
        REQUIRE(at != std::string::npos);
        return out.erase(at, between.size());
    };
    CHECK(written_event(edited_body{41, "hola"}) == R"({"type":"edited","target":41,"text":"hola"})");
    CHECK(written_event(edited_body{41, std::nullopt}) == R"({"type":"edited","target":41,"deleted":true})");
    CHECK(written_event(deleted_body{41}) == R"({"type":"deleted","target":41})");
    CHECK(written_event(reacted_body{41, "👍", true}) == R"({"type":"reacted","target":41,"emoji":"👍","on":true})");
    CHECK(written_event(reacted_body{41, "👍", false}) == R"({"type":"reacted","target":41,"emoji":"👍","on":false})");
}

TEST_CASE("an ok may say that nothing was changed") {
    CHECK(written(ok{"lobby", 0, false, true}) == R"({"type":"ok","id":"j1","room":"lobby","unchanged":true})");
}

TEST_CASE("a text is taken out of what was written, and what is left is as long, and an object") {
    for (const std::string text :
         {"a", "four", "fives", "a \"quoted\\\" \\", "\",\"text\":\"x", "\n\t", "¿qué? 👍", "\xFF"}) {
        CAPTURE(text);
        for (const event_body& body : {event_body{message_body{text, 41}}, event_body{message_body{text, {}}},
                                       event_body{edited_body{41, text}}}) {
            auto e = said(42, "");
            e.body = body;
            const auto before = write_event(format::json, "lobby", e);
            auto after = before;
            take_text_out(format::json, after);
            CHECK(after.size() == before.size());
            auto left = nlohmann::json::parse(after);
            auto whole = nlohmann::json::parse(before);
            if (whole.at("text").dump().size() >= 7) {
                CHECK(left.at("deleted") == true);
                CHECK_FALSE(left.contains("text"));
                left.erase("deleted");
            } else {
                CHECK(left.at("text") == "");
                left.erase("text");
            }
            whole.erase("text");
            CHECK(left == whole);
            auto twice = after;
            take_text_out(format::json, twice);
            CHECK(twice == after);
        }
    }
}

TEST_CASE("a text stands in JSON as it is, but for what must be escaped") {
    const auto text = [](std::string t) {
        const auto out = write_event(format::json, "lobby", said(1, std::move(t)));
        const auto at = out.find("\"text\":");
        return out.substr(at + 7, out.size() - at - 8);
    };
    CHECK(text("a\"b\\c/d") == R"("a\"b\\c/d")");
    CHECK(text("a\nb\tc") == R"("a\nb\tc")");
    CHECK(text("¿qué? 👍 \xE2\x80\xA8") == "\"¿qué? 👍 \xE2\x80\xA8\"");
    CHECK(text(std::string("a\0\x1B", 3)) == R"("a\u0000\u001b")");
    CHECK(text("\",\"seq\":99") == R"("\",\"seq\":99")");
    CHECK(text("a\xFFz") == "\"a\xEF\xBF\xBDz\"");
}

TEST_CASE("passing events have no seq") {
    CHECK(passed(presence{{"ana"}, {"leo", "mia"}, 7}) ==
          R"({"type":"presence","room":"lobby","entered":["ana"],"left":["leo","mia"],"count":7})");
    CHECK(passed(presence{{"ana"}, {}, 7}) == R"({"type":"presence","room":"lobby","entered":["ana"],"count":7})");
    CHECK(passed(presence{{}, {"leo"}, 7}) == R"({"type":"presence","room":"lobby","left":["leo"],"count":7})");
    CHECK(passed(presence{{}, {}, 250}) == R"({"type":"presence","room":"lobby","count":250})");
    CHECK(passed(typing_event{"leo"}) == R"({"type":"typing","room":"lobby","user":"leo"})");
    CHECK(passed(notice{"stopping"}) == R"({"type":"notice","room":"lobby","text":"stopping"})");
    CHECK(passed(lagged{5, 16}) == R"({"type":"lagged","room":"lobby","first":5,"last":16})");
    CHECK(passed(parted{"left"}) == R"({"type":"parted","room":"lobby","reason":"left"})");
}
