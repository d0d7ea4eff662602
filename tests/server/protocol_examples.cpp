// tests/server/protocol_examples.cpp: a whole dialogue of the protocol, read and written.
// Thread: one.
// Owner: server_tests.
#include "server/protocol/command.hpp"
#include "server/protocol/reply.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <string>
#include <variant>

using namespace tertulia::protocol;
using namespace std::chrono_literals;

namespace {

event by(std::uint64_t seq, std::string name, wall_time at, std::string text) {
    event e;
    e.seq = seq;
    e.from = {1, std::move(name), true};
    e.at = at;
    e.body = message_body{std::move(text), std::nullopt};
    return e;
}

}  // namespace

TEST_CASE("the dialogue of the protocol's document: what the client sends is read") {
    const limits most;
    const auto first = read_json(R"({"type":"hello","name":"ana"})", most);
    REQUIRE(first);
    CHECK(std::get<hello>(first->what).name.value() == "ana");

    const auto second = read_json(R"({"type":"join","room":"lobby","id":"j1"})", most);
    REQUIRE(second);
    CHECK(second->id == "j1");
    CHECK(std::get<join>(second->what).room == "lobby");

    const auto third =
        read_json(R"({"type":"message","room":"lobby","text":"hola","id":"c1","key":"8f0c2b77d1e94a55"})", most);
    REQUIRE(third);
    CHECK(third->id == "c1");
    CHECK(std::get<post>(third->what).key == "8f0c2b77d1e94a55");

    const auto fourth = read_json(R"({"type":"message","room":"attic","text":"?","id":"c2"})", most);
    REQUIRE(fourth);
    CHECK(std::get<post>(fourth->what).room == "attic");
}

TEST_CASE("the dialogue of the protocol's document: what the server sends is written so") {
    const limits most;
    const wall_time evening = std::chrono::sys_days{std::chrono::year{2026} / 11 / 23};
    const auto json = format::json;

    CHECK(
        write_reply(json, "", welcome{"ana", true, false, "g.5f…"}, most) ==
        R"({"type":"welcome","user":"ana","guest":true,"resumed":false,"token":"g.5f…","server":"tertulia/)" TERTULIA_VERSION
        R"(","ping_s":25,"limits":{"text_bytes":4096,"frame_bytes":65536,"rooms":100,"recovery_events":10000,"commands_per_s":20}})");
    CHECK(
        write_reply(json, "j1", joined{"lobby", "", "k3v9", 41, 40, false, {"ana", "leo"}, 2}, most) ==
        R"({"type":"joined","id":"j1","room":"lobby","topic":"","epoch":"k3v9","seq":41,"first":40,"recovered":false,"here":["ana","leo"],"count":2})");
    CHECK(
        write_event(json, "lobby", by(40, "leo", evening + 20h + 59min + 1007ms, "buenas")) ==
        R"({"type":"message","room":"lobby","seq":40,"from":"leo","guest":true,"at":"2026-11-23T20:59:01.007Z","text":"buenas"})");
    CHECK(
        write_event(json, "lobby", by(41, "leo", evening + 20h + 59min + 7310ms, "¿hay alguien?")) ==
        R"({"type":"message","room":"lobby","seq":41,"from":"leo","guest":true,"at":"2026-11-23T20:59:07.310Z","text":"¿hay alguien?"})");
    CHECK(write_reply(json, "c1", ok{"lobby", 42, false}, most) ==
          R"({"type":"ok","id":"c1","room":"lobby","seq":42})");
    CHECK(
        write_event(json, "lobby", by(42, "ana", evening + 21h + 123ms, "hola")) ==
        R"({"type":"message","room":"lobby","seq":42,"from":"ana","guest":true,"at":"2026-11-23T21:00:00.123Z","text":"hola"})");
    CHECK(write_reply(json, "c2", refusal{code::not_joined, "join attic before you post to it"}, most) ==
          R"({"type":"error","id":"c2","code":"not_joined","message":"join attic before you post to it"})");
}

TEST_CASE("the lines of the protocol's document") {
    const auto text = format::text;
    CHECK(write_passing(text, "lobby", presence{{"ana"}, {}, 2}) == "* ana entered lobby");
    CHECK(write_event(text, "lobby", by(1, "leo", {}, "hola\nits second line")) ==
          "[lobby] leo: hola\n[lobby] leo| its second line");
    const auto refused = read_line("hola", "", limits{});
    REQUIRE_FALSE(refused);
    CHECK(write_reply(text, refused.error().id, refused.error().why, limits{}) ==
          "! not_joined: join a room first, /join lobby");
}
