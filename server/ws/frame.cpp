// server/ws/frame.cpp: the bytes of an outgoing frame.
// Thread: any; plain functions.
// Owner: whoever holds the string.
#include "server/ws/frame.hpp"

#include <cassert>

namespace tertulia::ws {
namespace {

constexpr std::size_t short_most = 125;     // a length that stands in the second byte itself
constexpr std::size_t medium_most = 65535;  // one of 16 bits after it; past that 64 bits

void append_number(std::string& out, std::uint64_t value, int bytes) {
    for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) out.push_back(static_cast<char>((value >> shift) & 0xff));
}

}  // namespace

std::size_t frame_size(std::size_t payload) noexcept {
    if (payload <= short_most) return 2 + payload;
    return (payload <= medium_most ? 4 : 10) + payload;
}

void append_frame(std::string& out, opcode op, std::string_view payload) {
    assert(op < opcode::close || payload.size() <= control_bytes_most);
    out.push_back(static_cast<char>(0x80 | static_cast<std::uint8_t>(op)));
    if (payload.size() <= short_most) {
        append_number(out, payload.size(), 1);
    } else if (payload.size() <= medium_most) {
        out.push_back(126);
        append_number(out, payload.size(), 2);
    } else {
        out.push_back(127);
        append_number(out, payload.size(), 8);
    }
    out.append(payload);
}

std::span<char> payload_of(std::span<char> frame) noexcept {
    const int length = frame[1];
    return frame.subspan(length == 126 ? 4 : length == 127 ? 10 : 2);
}

void append_close(std::string& out, std::uint16_t code, std::string_view reason) {
    assert(is_close_code(code));
    std::size_t length = reason.size();
    if (length > control_bytes_most - 2) {
        length = control_bytes_most - 2;
        // A byte 10xxxxxx goes on with the code point before it.
        while (length > 0 && (static_cast<unsigned char>(reason[length]) & 0xc0) == 0x80) --length;
    }
    std::string payload;
    append_number(payload, code, 2);
    payload.append(reason.substr(0, length));
    append_frame(out, opcode::close, payload);
}

bool is_close_code(std::uint16_t code) noexcept {
    return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) || (code >= 3000 && code <= 4999);
}

}  // namespace tertulia::ws
