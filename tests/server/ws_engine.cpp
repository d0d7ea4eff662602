// tests/server/ws_engine.cpp: what RFC 6455 asks of a server that reads frames.
// Thread: one.
// Owner: server_tests.
#include "tests/server/ws_engine.hpp"

#include <doctest/doctest.h>

using namespace ws_test;

namespace {

const std::string conversation =
    text("hola") + text("¿qué tal? 👍") + part(1, "uno ") + control(9, "?") + part(0, "d\xc3") + control(10) +
    last("\xb3s") + client_frame{2, std::string("\0\xff", 2)}.bytes() + text("") + text(std::string(300, 'x')) +
    control(9, std::string(125, 'p')) + closing(1001, "adiós") + text("after");
const told conversation_told{"text hola",
                             "text ¿qué tal? 👍",
                             "ping ?",
                             "pong ",
                             "text uno dós",
                             std::string("binary \0\xff", 9),
                             "text ",
                             "text " + std::string(300, 'x'),
                             "ping " + std::string(125, 'p'),
                             "close 1001 adiós"};

}  // namespace

TEST_CASE("frames give their messages in order, control frames as they arrive, and nothing after a close") {
    CHECK(hear(conversation) == conversation_told);
}

TEST_CASE("where the bytes are cut makes no difference") {
    SUBCASE("at any place") {
        for (std::size_t cut = 0; cut <= conversation.size(); ++cut) {
            peer p;
            p.feed(std::string_view(conversation).substr(0, cut));
            p.feed(std::string_view(conversation).substr(cut));
            REQUIRE_MESSAGE(p.told == conversation_told, "cut at " << cut);
        }
    }
    SUBCASE("after every byte") {
        peer p;
        for (const char c : conversation) p.feed({&c, 1});
        CHECK(p.told == conversation_told);
    }
}

TEST_CASE("a message is given as soon as its last byte is there, and the bytes behind it stay") {
    ws::engine shared;
    ws::receiver receiver(shared, 100);
    std::string bytes = text("uno") + text("dos");
    std::span<std::uint8_t> rest(reinterpret_cast<std::uint8_t*>(bytes.data()), bytes.size());
    const auto first = receiver.next(rest);
    REQUIRE(first);
    REQUIRE(first->has_value());
    CHECK((*first)->payload == "uno");
    CHECK(rest.size() == text("dos").size());
    CHECK(receiver.idle());
}

TEST_CASE("lengths of every form are read") {
    for (const std::size_t size : {0u, 1u, 124u, 125u, 126u, 127u, 128u, 65535u, 65536u, 70000u}) {
        const std::string payload(size, 'a');
        CHECK_MESSAGE(hear(text(payload), 70000) == told{"text " + payload}, size);
    }
}

TEST_CASE("a length in more bytes than it needs is a protocol error") {
    for (const int form : {2, 8})
        for (const std::size_t size : {0u, 1u, 125u})
            CHECK(hear(client_frame{1, std::string(size, 'a'), true, 0, form}.bytes()) == told{"! 1002"});
    CHECK(hear(client_frame{1, std::string(65535, 'a'), true, 0, 8}.bytes()) == told{"! 1002"});
    CHECK(hear(part(1, "a") + client_frame{0, "b", true, 0, 2}.bytes()) == told{"! 1002"});
}

TEST_CASE("the limit is for a frame and for a whole message, and exactly the limit passes") {
    CHECK(hear(text("0123456789"), 10) == told{"text 0123456789"});
    CHECK(hear(part(1, "01234") + last("56789"), 10) == told{"text 0123456789"});
    CHECK(hear(part(1, "0123456789") + last(""), 10) == told{"text 0123456789"});
    CHECK(hear(text("0123456789x"), 10) == told{"! 1009"});
    CHECK(hear(part(1, "01234") + last("56789x"), 10) == told{"! 1009"});
    CHECK(hear(part(1, "01234") + part(0, "56789") + last("x"), 10) == told{"! 1009"});
    SUBCASE("as soon as the header says so") {
        CHECK(hear(client_frame{1, "", true, 0, 2, 200}.bytes(), 100) == told{"! 1009"});
        CHECK(hear(part(2, "x") + client_frame{0, "", true, 0, -1, 100}.bytes(), 100) == told{"! 1009"});
    }
    SUBCASE("a control frame is not counted") {
        CHECK(hear(part(1, "01234") + control(9, std::string(20, 'p')) + last("56789"), 10) ==
              told{"ping " + std::string(20, 'p'), "text 0123456789"});
    }
    SUBCASE("0 means none") {
        CHECK(hear(text(std::string(100000, 'a')), 0).front().size() == 100005);
    }
}

TEST_CASE("a length that overflows a sum does not pass the limit") {
    for (const long long length : {-10ll, -2ll, static_cast<long long>(1ull << 63), 0x7fffffffffffffffll}) {
        CHECK(hear(client_frame{1, "", true, 0, 8, length}.bytes()) == told{"! 1009"});
        CHECK(hear(part(1, "0123456789") + client_frame{0, "", true, 0, 8, length}.bytes()) == told{"! 1009"});
        CHECK(hear(part(1, "0123456789") + client_frame{0, "", true, 0, 8, length}.bytes(), 0) == told{"! 1009"});
    }
}

TEST_CASE("a bad header is a protocol error") {
    SUBCASE("reserved bits, on every kind of frame") {
        for (const int rsv : {1, 2, 3, 4, 5, 6, 7}) {
            CHECK(hear(client_frame{1, "a", true, rsv}.bytes()) == told{"! 1002"});
            CHECK(hear(client_frame{9, "a", true, rsv}.bytes()) == told{"! 1002"});
            CHECK(hear(part(1, "a") + client_frame{0, "b", true, rsv}.bytes()) == told{"! 1002"});
        }
    }
    SUBCASE("reserved opcodes") {
        for (const int op : {3, 4, 5, 6, 7, 11, 12, 13, 14, 15}) CHECK(hear(control(op)) == told{"! 1002"});
    }
    SUBCASE("a frame that is not masked") {
        CHECK(hear(client_frame{1, "a", true, 0, -1, -1, false}.bytes()) == told{"! 1002"});
        CHECK(hear(part(1, "a") + client_frame{0, "a", true, 0, -1, -1, false}.bytes()) == told{"! 1002"});
    }
    SUBCASE("control frames in fragments") {
        for (const int op : {8, 9, 10}) CHECK(hear(part(op, "")) == told{"! 1002"});
    }
    SUBCASE("control frames of more than 125 bytes") {
        for (const int op : {8, 9, 10}) CHECK(hear(control(op, std::string(126, 'a'))) == told{"! 1002"});
    }
    SUBCASE("a continuation of nothing") {
        CHECK(hear(last("a")) == told{"! 1002"});
        CHECK(hear(part(0, "a")) == told{"! 1002"});
        CHECK(hear(part(1, "a") + last("b") + last("c")) == told{"text ab", "! 1002"});
    }
    SUBCASE("a new message inside a message") {
        CHECK(hear(part(1, "a") + text("b")) == told{"! 1002"});
        CHECK(hear(part(1, "a") + control(9) + part(2, "b")) == told{"ping ", "! 1002"});
    }
}

TEST_CASE("nothing is taken after a violation") {
    peer p;
    p.feed(text("a") + client_frame{3}.bytes() + text("b"));
    p.feed(text("c"));
    CHECK(p.told == told{"text a", "! 1002"});
    CHECK(p.left == 0);
    CHECK(p.receiver.idle());
}

TEST_CASE("nothing is taken after a close, not even out of the middle of a frame") {
    peer p;
    p.feed(part(1, "a") + closing(1000));
    CHECK(p.receiver.idle());
    p.feed(last("b").substr(3) + text("c"));
    CHECK(p.told == told{"close 1000 "});
}

TEST_CASE("a text that is not UTF-8 is refused") {
    for (const std::string_view bad :
         {"\x80", "\xbf", "\xff", "\xfe\xfe\xff\xff", "\xc3(", "\xc0\x80", "\xc1\xbf", "\xe0\x80\x80", "\xe0\x9f\xbf",
          "\xf0\x80\x80\x80", "\xf0\x8f\xbf\xbf", "\xed\xa0\x80", "\xed\xbf\xbf", "\xf4\x90\x80\x80",
          "\xf5\x80\x80\x80", "\xf8\x88\x80\x80\x80", "\xce\xba\xe1\xbd\xb9\xcf\x83\xce\xbc\xce\xb5\xed\xa0\x80\x65"}) {
        CHECK(hear(text(std::string(bad))) == told{"! 1007"});
        CHECK(hear(part(1, "ok") + last(std::string(bad))) == told{"! 1007"});
    }
    SUBCASE("as soon as it is seen") {
        CHECK(hear(client_frame{1, "a\xff", true, 0, -1, 100}.bytes()) == told{"! 1007"});
    }
    SUBCASE("and binary is given as it is") {
        CHECK(hear(client_frame{2, "\xff"}.bytes()) == told{"binary \xff"});
        CHECK(hear(part(2, "\xf0") + last("\x9f")) == told{"binary \xf0\x9f"});
    }
}

TEST_CASE("UTF-8 to its edges passes") {
    for (const std::string good : {"\x7f", "\xc2\x80", "\xdf\xbf", "\xe0\xa0\x80", "\xed\x9f\xbf", "\xee\x80\x80",
                                   "\xef\xbf\xbd", "\xef\xbf\xbf", "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf"})
        CHECK(hear(text(good)) == told{"text " + good});
    CHECK(hear(text(std::string(1, '\0'))) == told{std::string("text \0", 6)});
}

TEST_CASE("a code point may be cut by fragments but not by the end of a text") {
    CHECK(hear(part(1, "\xf0") + part(0, "\x9f\x91") + last("\x8d")) == told{"text 👍"});
    CHECK(hear(text("a\xf0\x9f")) == told{"! 1007"});
    CHECK(hear(part(1, "a") + last("\xf0\x9f\x91")) == told{"! 1007"});
    CHECK(hear(part(1, "a\xf0\x9f") + last("")) == told{"! 1007"});
    SUBCASE("a control frame between changes nothing") {
        CHECK(hear(part(1, "\xf0\x9f") + control(9, "\xff") + last("\x91\x8d")) == told{"ping \xff", "text 👍"});
    }
}

TEST_CASE("a close carries nothing, or a code that may be sent and a reason in UTF-8") {
    CHECK(hear(control(8)) == told{"close 1005 "});
    CHECK(hear(control(8, "\x03")) == told{"! 1002"});
    CHECK(hear(control(8, "\x0f")) == told{"! 1002"});  // whose first half would begin 3840
    for (const int code :
         {1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999})
        CHECK(hear(closing(code, "sí")) == told{"close " + std::to_string(code) + " sí"});
    for (const int code : {0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535})
        CHECK(hear(closing(code)) == told{"! 1002"});
    CHECK(hear(closing(1000, "\xff")) == told{"! 1007"});
    CHECK(hear(closing(1000, "cut \xf0\x9f")) == told{"! 1007"});
    CHECK(hear(closing(1000, std::string(123, 'r'))) == told{"close 1000 " + std::string(123, 'r')});
}
