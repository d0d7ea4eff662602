// tests/load/frame_test.cpp: frames of each length are read however they are cut; what no server may send is refused.
// Thread: one.
// Owner: load_tests.
#include "tests/load/frame.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace tertulia::load;
using namespace std::string_literals;

namespace {

std::string from_server(std::string header, std::size_t payload) {
    return std::move(header) + std::string(payload, 'x');
}

}  // namespace

TEST_CASE("a server's frame is read in each of the three lengths, and not before its last byte") {
    const std::string frames[] = {from_server("\x81\x05"s, 5), from_server("\x81\x7e\x01\x00"s, 256),
                                  from_server("\x81\x7f\x00\x00\x00\x00\x00\x01\x11\x70"s, 70'000)};
    const std::size_t payloads[] = {5, 256, 70'000};
    for (std::size_t i = 0; i < 3; ++i) {
        const auto& bytes = frames[i];
        for (const std::size_t cut : {std::size_t{0}, std::size_t{1}, std::size_t{2}, std::size_t{5}, bytes.size() - 1})
            CHECK(read_frame(std::string_view(bytes).substr(0, cut)).is == frame::state::partial);
        const auto f = read_frame(bytes + "\x81");
        CHECK(f.is == frame::state::whole);
        CHECK(f.op == opcode::text);
        CHECK(f.size == bytes.size());
        CHECK(f.payload.size() == payloads[i]);
    }
}

TEST_CASE("what no server may send is bad at once") {
    CHECK(read_frame("\x81\x85"s).is == frame::state::bad);  // masked
    CHECK(read_frame("\xc1\x05"s).is == frame::state::bad);  // a reserved bit
    CHECK(read_frame("\x01\x05"s).is == frame::state::bad);  // a fragment
    CHECK(read_frame("\x83\x05"s).is == frame::state::bad);  // a reserved opcode
    CHECK(read_frame("\x89\x7e"s).is == frame::state::bad);  // a ping of 126 bytes or more
}

TEST_CASE("a client's frame is masked as RFC 6455 §5.7 shows") {
    std::string out;
    write_frame(out, opcode::text, "Hello", 0x37fa213d);
    CHECK(out == "\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58");

    out.clear();
    write_frame(out, opcode::text, std::string(300, 'a'), 0);
    CHECK(out.substr(0, 8) == "\x81\xfe\x01\x2c\0\0\0\0"s);
    CHECK(out.size() == 308);

    out.clear();
    write_frame(out, opcode::text, std::string(70'000, 'a'), 0);
    CHECK(out.substr(0, 10) == "\x81\xff\0\0\0\0\0\x01\x11\x70"s);
}
