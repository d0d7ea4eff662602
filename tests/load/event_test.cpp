// tests/load/event_test.cpp: an event is read the same whatever the order of its fields, and a marker survives the way.
// Thread: one.
// Owner: load_tests.
#include "tests/load/event.hpp"

#include "tests/load/marker.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace tertulia::load;

namespace {

std::string marked(const marker& m) {
    std::string text(marker_bytes, ' ');
    write_marker(m, text.data());
    return text;
}

}  // namespace

TEST_CASE("a marker is read as it was written") {
    const marker m{.run = 0xdeadbeef, .room = 999, .publisher = 9, .number = 123456, .due_ns = 987'654'321'012'345};
    CHECK(read_marker(marked(m)) == m);
    CHECK(read_marker(marked(m) + "xxxx") == m);

    SUBCASE("and no other text is taken for one") {
        CHECK_FALSE(read_marker("hola"));
        CHECK_FALSE(read_marker(""));
        auto text = marked(m);
        text[20] = 'g';
        CHECK_FALSE(read_marker(text));
        for (std::size_t at = 1; at + 1 < marker_bytes; ++at)
            for (int c = 0; c < 256; ++c) {
                text = marked(m);
                text[at] = static_cast<char>(c);
                const bool digit = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
                if (read_marker(text).has_value() != digit) FAIL(at, ": ", c);
            }
        text = marked(m);
        text.pop_back();
        CHECK_FALSE(read_marker(text));
    }
}

TEST_CASE("a message is read by the scan and by the parser alike") {
    const marker m{.run = 1, .room = 2, .publisher = 3, .number = 4, .due_ns = 5};
    const auto text = marked(m) + "xxx";
    event_reader reader;
    const std::string usual = R"({"type":"message","room":"lobby","seq":41,"from":"leo","guest":true,)"
                              R"("at":"2026-11-23T20:59:07.310Z","text":")" +
                              text + "\"}";
    const std::string other = R"({ "text":")" + text + R"(","seq":41,"room":"lobby","from":"leo","type":"message"})";
    for (const auto& payload : {usual, other}) {
        const auto e = reader.read(payload);
        CHECK(e.kind == event_kind::message);
        CHECK(e.room == "lobby");
        CHECK(e.seq == 41);
        CHECK(e.mark == m);
    }
}

TEST_CASE("what has been read before is read the same, and nothing that differs is taken for it") {
    const auto said = [](const std::string& room, std::uint64_t seq, std::uint32_t number) {
        const auto text = marked({.run = 1, .room = 2, .publisher = 3, .number = number, .due_ns = 5});
        return R"({"type":"message","room":")" + room + R"(","seq":)" + std::to_string(seq) +
               R"(,"from":"leo","text":")" + text + R"(xxx"})";
    };
    event_reader reader;
    const auto check = [&](const std::string& room, std::uint64_t seq, std::uint32_t number) {
        auto payload = said(room, seq, number);
        const auto& e = reader.read(payload);
        payload.assign(payload.size(), ' ');  // the bytes it was given may go
        CHECK(e.kind == event_kind::message);
        CHECK(e.room == room);
        CHECK(e.seq == seq);
        REQUIRE(e.mark);
        CHECK(e.mark->number == number);
    };
    for (int member = 0; member < 3; ++member)
        for (std::uint64_t seq = 1; seq <= 1500; ++seq) check("lobby", seq, static_cast<std::uint32_t>(seq));
    for (int again = 0; again < 2; ++again) {
        check("lobby", 7, 7);
        check("lobby", 7, 8);    // another message at its place
        check("attic", 7, 8);    // the same one in another room
        check("lobby", 519, 1);  // kept at the same place
        check("lobby", 8, 8);
    }
}

TEST_CASE("a text of others has no mark") {
    event_reader reader;
    const auto e = reader.read(R"({"type":"message","room":"a","seq":1,"from":"leo","text":"say \"hola\""})");
    CHECK(e.kind == event_kind::message);
    CHECK(e.seq == 1);
    CHECK_FALSE(e.mark);
}

TEST_CASE("replies and passing events are told apart") {
    event_reader reader;
    auto e = reader.read(R"({"type":"ok","id":"17","room":"lobby","seq":42})");
    CHECK(e.kind == event_kind::ok);
    CHECK(e.id == "17");
    CHECK(e.seq == 42);

    e = reader.read(R"({"type":"ok","seq":42,"room":"lobby","duplicate":true,"id":"18"})");
    CHECK(e.kind == event_kind::ok);
    CHECK(e.id == "18");
    CHECK(e.seq == 42);

    e = reader.read(R"({"type":"joined","room":"lobby","topic":"","epoch":"k3v9","seq":41,"first":40,"here":["ana"]})");
    CHECK(e.kind == event_kind::joined);
    CHECK(e.first == 40);

    e = reader.read(R"({"type":"lagged","room":"lobby","first":3,"last":9})");
    CHECK(e.kind == event_kind::lagged);
    CHECK(e.first == 3);
    CHECK(e.last == 9);

    e = reader.read(R"({"type":"error","id":"5","code":"rate_limited","message":"wait","retry_after_ms":50})");
    CHECK(e.kind == event_kind::error);
    CHECK(e.code == "rate_limited");

    CHECK(reader.read(R"({"type":"topic","room":"lobby","seq":7,"topic":"t"})").kind == event_kind::logged);
    CHECK(reader.read(R"({"type":"presence","room":"lobby","count":3})").kind == event_kind::passing);

    e = reader.read(R"({"type":"welcome","user":"ana","guest":true,"token":"g.5f"})");
    CHECK(e.kind == event_kind::welcome);
    CHECK(e.token == "g.5f");
}

TEST_CASE("what is no event is broken, not guessed at") {
    event_reader reader;
    for (const char* payload : {"", "{", "[]", "null", R"({"room":"a"})", R"({"type":7})",
                                R"({"type":"message","room":"a","seq":1,"text":"~)"}) {
        CAPTURE(payload);
        CHECK(reader.read(payload).kind == event_kind::broken);
    }
}
