// tests/server/protocol_text.cpp: which texts and topics are allowed.
// Thread: one.
// Owner: server_tests.
#include "server/protocol/name.hpp"
#include "server/protocol/rfc3339.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

using namespace tertulia::protocol;

namespace {

std::string text(std::string_view raw) {
    const auto t = message_text(raw, limits{});
    return t ? *t : "refused: " + std::string{to_string(t.error().what)};
}

std::string topic(std::string_view raw) {
    const auto t = topic_text(raw);
    return t ? *t : "refused: " + std::string{to_string(t.error().what)};
}

}  // namespace

TEST_CASE("a text is taken as it is, but for CRLF, which becomes LF") {
    CHECK(text("hola") == "hola");
    CHECK(text(" ¿qué tal?\n\t👍\xE2\x80\x8D \n") == " ¿qué tal?\n\t👍\xE2\x80\x8D \n");
    CHECK(text("a\r\nb\r\n\r\nc") == "a\nb\n\nc");
}

TEST_CASE("a text has no control character but LF and tab") {
    for (unsigned c = 0; c < 0x20; ++c) {
        CAPTURE(c);
        const std::string raw{'a', static_cast<char>(c), 'b'};
        CHECK(text(raw) == (c == '\n' || c == '\t' ? raw : "refused: bad_field"));
    }
    CHECK(text("a\x7F") == "refused: bad_field");
    for (unsigned c = 0x80; c < 0xA0; ++c) {
        CAPTURE(c);
        CHECK(text(std::string{"a\xC2"} + static_cast<char>(c)) == "refused: bad_field");
    }
    CHECK(text("a\xC2\xA0z") == "a\xC2\xA0z");
}

TEST_CASE("a lone CR is a control character") {
    CHECK(text("a\rb") == "refused: bad_field");
    CHECK(text("a\r") == "refused: bad_field");
    CHECK(text("a\r\r\nb") == "refused: bad_field");
    CHECK(text("a\n\rb") == "refused: bad_field");
}

TEST_CASE("a text is UTF-8") {
    for (const auto* raw : {"\xFF", "a\xC3", "\xC0\xAF", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\x80"}) {
        CAPTURE(raw);
        CHECK(text(raw) == "refused: bad_field");
    }
}

TEST_CASE("a text is not only blanks, of any script") {
    for (const auto* raw :
         {"", " ", "\n", "\t \r\n", "\xC2\xA0", "\xE1\x9A\x80", "\xE2\x80\x83", "\xE2\x80\xA8", "\xE2\x80\xAF",
          "\xE3\x80\x80", "\xE2\x80\x8B", "\xE3\x85\xA4", "\xE2\xA0\x80", " \xEF\xB8\x8F "}) {
        CAPTURE(raw);
        CHECK(text(raw) == "refused: bad_field");
    }
    CHECK(text(" . ") == " . ");
}

TEST_CASE("a text has a limit in bytes, counted after CRLF became LF") {
    CHECK(text(std::string(4096, 'a')) == std::string(4096, 'a'));
    CHECK(text(std::string(4097, 'a')) == "refused: too_long");
    CHECK(text(std::string(4095, 'a') + "\r\n") == std::string(4095, 'a') + "\n");
    CHECK(text(std::string(4094, 'a') + "é") == std::string(4094, 'a') + "é");
    CHECK(text(std::string(4095, 'a') + "é") == "refused: too_long");

    SUBCASE("which is the flag's, and is named") {
        limits most;
        most.text_bytes = 5;
        CHECK(message_text("hello", most));
        CHECK(message_text("hello!", most).error().message == "text: at most 5 bytes are taken");
    }
    SUBCASE("and 0 means none") {
        limits most;
        most.text_bytes = 0;
        CHECK(message_text(std::string(60000, 'a'), most));
    }
}

TEST_CASE("a reaction is one grapheme of at most 32 bytes that can be seen") {
    for (const auto* raw : {"👍", "👍🏽", "❤️", "❤", "🏳️‍🌈", "👩‍👩‍👧‍👦", "🇪🇸",
                            "1️⃣", "x", "é", "e\xCC\x81", "ก็"}) {
        CAPTURE(raw);
        CHECK(emoji_text(raw).value() == raw);
    }
    // Two, none, blank, invisible, a mark alone, a control character, not UTF-8.
    for (const auto* raw : {"👍👍", "ab", "🇪🇸🇪🇸", "a b", "👍 ", "", " ", "\xC2\xA0", "\xE2\x80\x8B", "\xEF\xB8\x8F",
                            "\xCC\x81", "\n", "\r\n", "\x1B", "\xE2\x80\xAE", "\xFF", "👍\xFF"}) {
        CAPTURE(raw);
        CHECK(emoji_text(raw).error().what == code::bad_field);
    }
    std::string marks = "e";
    while (marks.size() < 31) marks += "\xCC\x81";
    CHECK(emoji_text(marks));
    CHECK_FALSE(emoji_text(marks + "\xCC\x81"));
}

TEST_CASE("a topic is one line of at most 256 bytes, and may be empty") {
    CHECK(topic("") == "");
    CHECK(topic("what we cook, ¡hoy!") == "what we cook, ¡hoy!");
    CHECK(topic(std::string(256, 'a')) == std::string(256, 'a'));
    CHECK(topic(std::string(257, 'a')) == "refused: too_long");
    CHECK(topic_text(std::string(257, 'a')).error().message == "topic: at most 256 bytes are taken");
    for (const auto* raw : {"a\nb", "a\r\nb", "a\rb", "a\vb", "a\fb", "a\n", "a\xC2\x85z", "a\xE2\x80\xA8z",
                            "a\xE2\x80\xA9z", "\x1B[2J", "\x7F", "\xFF"}) {
        CAPTURE(raw);
        CHECK(topic(raw) == "refused: bad_field");
    }
}

TEST_CASE("times are written as RFC 3339 has it, in UTC with milliseconds") {
    const auto at = [](long long ms) { return rfc3339(wall_time{std::chrono::milliseconds{ms}}); };
    CHECK(at(0) == "1970-01-01T00:00:00.000Z");
    CHECK(at(1795640400123) == "2026-11-25T21:00:00.123Z");
    CHECK(at(951782399999) == "2000-02-28T23:59:59.999Z");
    CHECK(at(951782400000) == "2000-02-29T00:00:00.000Z");
    CHECK(at(-1) == "1969-12-31T23:59:59.999Z");
    CHECK(at(253402300799999) == "9999-12-31T23:59:59.999Z");
}
