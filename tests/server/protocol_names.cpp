// tests/server/protocol_names.cpp: which names are allowed, and when two are the same.
// Thread: one.
// Owner: server_tests.
#include "server/protocol/name.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

using namespace tertulia::protocol;

namespace {

std::string shown(std::string_view raw) {
    const auto name = user_name(raw);
    return name ? *name : "refused: " + std::string{to_string(name.error().what)};
}

bool same(std::string_view a, std::string_view b) {
    return folded(user_name(a).value()) == folded(user_name(b).value());
}

std::string repeated(std::string_view s, int times) {
    std::string out;
    for (int i = 0; i < times; ++i) out += s;
    return out;
}

}  // namespace

TEST_CASE("a room's name is 1 to 64 of a-z 0-9 - _ . and begins with a letter or digit") {
    CHECK(room_name("lobby").value() == "lobby");
    CHECK(room_name("7").value() == "7");
    CHECK(room_name("a-b_c.d0").value() == "a-b_c.d0");
    CHECK(room_name(std::string(64, 'a')).value() == std::string(64, 'a'));

    using namespace std::string_view_literals;
    const std::vector<std::string_view> wrong{"",     "-a",     "_a",       ".a", "..",    "a b",       "a/b",
                                              "a\\b", "@leo",   "@ana+leo", "#a", "ñandú", "a\nb",      " a",
                                              "a ",   "a\0b"sv, "%2e",      "а",  "\xFF",  "a\xC0\x80", "\xEF\xBD\x81"};
    for (const auto raw : wrong) {
        CAPTURE(raw);
        REQUIRE_FALSE(room_name(raw));
        CHECK(room_name(raw).error().what == code::bad_field);
        CHECK(room_name(raw).error().message.rfind("room: ", 0) == 0);
    }
    CHECK_FALSE(room_name(std::string(65, 'a')));
}

TEST_CASE("upper case of a room's name is folded, that of ASCII only") {
    CHECK(room_name("LobBY").value() == "lobby");
    CHECK_FALSE(room_name("\xE2\x84\xAA"));  // U+212A, the Kelvin sign, which folds to k elsewhere
}

TEST_CASE("a user's name is of letters, marks, digits, - and _ of any script") {
    for (const auto* name : {"ana", "Ana_Maria-2", "José", "дани", "דני", "علي", "名前", "สมชาย", "हिन्दी", "한국", "-",
                             "_", "٣", "ⅷ", "²"}) {
        CAPTURE(name);
        CHECK(shown(name) == name);
    }
    for (const auto* name : {"",
                             " ",
                             "a b",
                             "a.b",
                             "a@b",
                             "a+b",
                             "a\nb",
                             "a\tb",
                             "a\x7F",
                             "\xC2\x85x",
                             "a:b",
                             "[a]",
                             "*",
                             "👍",
                             "a€",
                             "a“b",
                             "a\xE2\x80\xA8z",
                             "a\xC2\xA0z",
                             "\xE2\x80\xAE"
                             "ana",
                             "\xE2\x81\xA6"
                             "ana"}) {
        CAPTURE(name);
        CHECK(shown(name) == "refused: bad_field");
    }
    CHECK(user_name("").error().message.rfind("name: ", 0) == 0);
}

TEST_CASE("a name that is not UTF-8 is refused") {
    for (const auto* name :
         {"\xFF", "ana\xC3", "\xC0\xAF", "\xE0\x80\xAF", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\x80"}) {
        CAPTURE(name);
        CHECK(shown(name) == "refused: bad_field");
    }
}

TEST_CASE("nothing in a name is invisible") {
    struct hidden {
        const char* what;
        const char* bytes;
    };
    for (const auto& h : {hidden{"soft hyphen", "\xC2\xAD"},
                          hidden{"combining grapheme joiner", "\xCD\x8F"},
                          hidden{"Arabic letter mark", "\xD8\x9C"},
                          hidden{"Hangul choseong filler", "\xE1\x85\x9F"},
                          hidden{"Hangul jungseong filler", "\xE1\x85\xA0"},
                          hidden{"Khmer inherent vowel", "\xE1\x9E\xB4"},
                          hidden{"Mongolian variation selector", "\xE1\xA0\x8B"},
                          hidden{"ZWSP", "\xE2\x80\x8B"},
                          hidden{"ZWNJ", "\xE2\x80\x8C"},
                          hidden{"ZWJ", "\xE2\x80\x8D"},
                          hidden{"LRM", "\xE2\x80\x8E"},
                          hidden{"RLM", "\xE2\x80\x8F"},
                          hidden{"word joiner", "\xE2\x81\xA0"},
                          hidden{"braille blank", "\xE2\xA0\x80"},
                          hidden{"Hangul filler", "\xE3\x85\xA4"},
                          hidden{"variation selector 16", "\xEF\xB8\x8F"},
                          hidden{"BOM", "\xEF\xBB\xBF"},
                          hidden{"halfwidth Hangul filler", "\xEF\xBE\xA0"},
                          hidden{"Khitan filler", "\xF0\x96\xBF\xA4"},
                          hidden{"tag letter", "\xF3\xA0\x81\xA1"},
                          hidden{"variation selector 17", "\xF3\xA0\x84\x80"},
                          hidden{"no character at all", "\xEF\xBF\xBF"},
                          hidden{"private use", "\xEE\x80\x80"}}) {
        CAPTURE(h.what);
        CHECK(shown(h.bytes) == "refused: bad_field");
        CHECK(shown(std::string{"an"} + h.bytes + "a") == "refused: bad_field");
        CHECK(shown(std::string{"ana"} + h.bytes) == "refused: bad_field");
    }
}

TEST_CASE("a name is not only marks, and does not begin with one") {
    CHECK(shown("\xCC\x81") == "refused: bad_field");
    CHECK(shown("\xCC\x81\xCC\x81") == "refused: bad_field");
    CHECK(shown("\xCC\x81"
                "ana") == "refused: bad_field");
    CHECK(shown("n\xCC\x81\xCC\x82") == "\xC5\x84\xCC\x82");
}

TEST_CASE("a name is shown in NFC, and has 1 to 32 code points in it") {
    CHECK(shown("Jose\xCC\x81") == "Jos\xC3\xA9");
    CHECK(shown(repeated("e\xCC\x81", 32)) == repeated("\xC3\xA9", 32));
    CHECK(shown(repeated("𝒳", 32)) == repeated("𝒳", 32));
    CHECK(shown(std::string(32, 'a')) == std::string(32, 'a'));
    CHECK(shown(std::string(33, 'a')) == "refused: bad_field");
    CHECK(shown(repeated("\xC3\xA9", 33)) == "refused: bad_field");
}

TEST_CASE("a name of 60,000 marks is refused without being composed") {
    // Ordering marks takes time in the square of their number: this would take minutes.
    CHECK(shown("a" + repeated("\xCC\x81\xCC\xA7", 15000)) == "refused: bad_field");
}

TEST_CASE("names are compared by NFKC with full case folding") {
    CHECK(same("STRASSE", "straße"));
    CHECK(same("straße", "STRAẞE"));
    CHECK(same("ﬁn", "FIN"));
    CHECK(same("ａｎａ", "ANA"));
    CHECK(same("José", "jose\xCC\x81"));
    CHECK(same("ΣΊΣΥΦΟΣ", "σίσυφος"));
    CHECK(same("K", "\xE2\x84\xAA"));  // the Kelvin sign
    CHECK(same("ana2", "ana²"));
    CHECK(same("ⅷ", "VIII"));
    CHECK(same("𝒶𝓃𝒶", "ana"));
    CHECK(same("ǅ", "ǆ"));
    CHECK(same("ᾳ", "ΑΙ"));

    CHECK_FALSE(same("ana", "anna"));
    CHECK_FALSE(same("jose", "josé"));
    CHECK_FALSE(same("ana-b", "ana_b"));
    CHECK_FALSE(same("ana", "аna"));  // the first is Cyrillic: another letter, though it looks alike
}

TEST_CASE("folding what is folded changes nothing, whatever letter it is") {
    std::size_t names = 0;
    for (char32_t c = 0x80; c < 0x30000; ++c) {
        if (c >= 0xD800 && c < 0xE000) continue;
        std::string raw;
        if (c < 0x800) {
            raw = {static_cast<char>(0xC0 | c >> 6), static_cast<char>(0x80 | (c & 0x3F))};
        } else if (c < 0x10000) {
            raw = {static_cast<char>(0xE0 | c >> 12), static_cast<char>(0x80 | (c >> 6 & 0x3F)),
                   static_cast<char>(0x80 | (c & 0x3F))};
        } else {
            raw = {static_cast<char>(0xF0 | c >> 18), static_cast<char>(0x80 | (c >> 12 & 0x3F)),
                   static_cast<char>(0x80 | (c >> 6 & 0x3F)), static_cast<char>(0x80 | (c & 0x3F))};
        }
        const auto name = user_name("a" + raw + "\xCD\x85");  // with U+0345, a mark that folds to a letter
        if (!name) continue;
        ++names;
        const auto once = folded(*name);
        if (once.empty() || folded(once) != once || user_name(*name).value() != *name) {
            CAPTURE(*name);
            FAIL_CHECK("folds again, or is not its own NFC");
        }
    }
    CHECK(names > 100000);
}
