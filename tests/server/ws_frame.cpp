// tests/server/ws_frame.cpp: the frames that the server sends.
// Thread: one.
// Owner: server_tests.
#include "server/ws/frame.hpp"

#include <doctest/doctest.h>

namespace ws = tertulia::ws;

namespace {

std::string frame(ws::opcode op, std::string_view payload) {
    std::string out;
    ws::append_frame(out, op, payload);
    return out;
}

std::string close_reason(std::string_view reason) {
    std::string out;
    ws::append_close(out, 1001, reason);
    REQUIRE(out.size() >= 4);
    CHECK(out.size() == 2u + static_cast<unsigned char>(out[1]));
    CHECK(out.substr(0, 1) == "\x88");
    CHECK(out.substr(2, 2) == "\x03\xe9");
    return out.substr(4);
}

}  // namespace

TEST_CASE("a frame is final, unmasked, and tells its length in as few bytes as it takes") {
    CHECK(frame(ws::opcode::text, "hola") == "\x81\x04hola");
    CHECK(frame(ws::opcode::ping, "") == std::string("\x89\0", 2));
    CHECK(frame(ws::opcode::text, std::string(125, 'a')).substr(0, 3) ==
          "\x81\x7d"
          "a");
    CHECK(frame(ws::opcode::text, std::string(126, 'a')).substr(0, 5) == std::string("\x81\x7e\0\x7e"
                                                                                     "a",
                                                                                     5));
    CHECK(frame(ws::opcode::text, std::string(65535, 'a')).substr(0, 5) ==
          "\x81\x7e\xff\xff"
          "a");
    CHECK(frame(ws::opcode::binary, std::string(65536, 'a')).substr(0, 11) ==
          std::string("\x82\x7f\0\0\0\0\0\1\0\0a", 11));
    for (const std::size_t size : {0u, 125u, 126u, 65535u, 65536u, 100000u})
        CHECK(frame(ws::opcode::text, std::string(size, 'a')).size() == ws::frame_size(size));
}

TEST_CASE("frames are appended") {
    std::string out = "before";
    ws::append_frame(out, ws::opcode::pong, "x");
    ws::append_frame(out, ws::opcode::text, "y");
    CHECK(out == "before\x8a\x01x\x81\x01y");
}

TEST_CASE("the payload of a frame is found in it") {
    for (const std::size_t size : {0u, 1u, 125u, 126u, 65535u, 65536u}) {
        std::string f = frame(ws::opcode::text, std::string(size, 'a'));
        const auto payload = ws::payload_of(f);
        CHECK(payload.size() == size);
        CHECK(payload.data() + payload.size() == f.data() + f.size());
    }
}

TEST_CASE("a close reason is cut where it does not fit, at the edge of a code point") {
    CHECK(close_reason("") == "");
    CHECK(close_reason("adiós") == "adiós");
    const std::string full(123, 'r');
    CHECK(close_reason(full) == full);
    CHECK(close_reason(full + "r") == full);
    CHECK(close_reason(std::string(122, 'r') + "é") == std::string(122, 'r'));
    CHECK(close_reason(std::string(120, 'r') + "👍") == std::string(120, 'r'));
    CHECK(close_reason(std::string(119, 'r') + "👍") == std::string(119, 'r') + "👍");
}
