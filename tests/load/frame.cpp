// tests/load/frame.cpp: see frame.hpp.
// Thread: any.
// Owner: whoever holds the bytes.
#include "tests/load/frame.hpp"

namespace tertulia::load {
namespace {

constexpr unsigned fin_bit = 0x80;
constexpr unsigned mask_bit = 0x80;
constexpr std::size_t short_most = 125;
constexpr unsigned two_bytes_follow = 126;
constexpr unsigned eight_bytes_follow = 127;

bool known(unsigned op) {
    return op == 1 || op == 2 || (op >= 8 && op <= 10);
}

}  // namespace

frame read_frame(std::string_view bytes) noexcept {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned>(static_cast<unsigned char>(bytes[i])); };
    frame f;
    if (bytes.size() < 2) return f;
    const unsigned first = byte(0);
    const unsigned length = byte(1);
    const unsigned op = first & 0x0f;
    const bool fits = op < 8 || length <= short_most;
    if ((first & 0xf0) != fin_bit || (length & mask_bit) || !known(op) || !fits) {
        f.is = frame::state::bad;
        return f;
    }
    const std::size_t more = length == eight_bytes_follow ? 8 : length == two_bytes_follow ? 2 : 0;
    const std::size_t header = 2 + more;
    if (bytes.size() < header) return f;
    std::uint64_t size = more == 0 ? length : 0;
    for (std::size_t i = 2; i < header; ++i) size = size << 8 | byte(i);
    if (bytes.size() - header < size) return f;
    f.is = frame::state::whole;
    f.op = static_cast<opcode>(op);
    f.size = header + size;
    f.payload = bytes.substr(header, size);
    return f;
}

void write_frame(std::string& out, opcode op, std::string_view payload, std::uint32_t mask) {
    const auto put = [&](std::uint64_t value, int bytes) {
        for (int shift = (bytes - 1) * 8; shift >= 0; shift -= 8)
            out.push_back(static_cast<char>(value >> shift & 0xff));
    };
    put(fin_bit | static_cast<unsigned>(op), 1);
    if (payload.size() <= short_most) {
        put(mask_bit | payload.size(), 1);
    } else if (payload.size() <= UINT16_MAX) {
        put(mask_bit | two_bytes_follow, 1);
        put(payload.size(), 2);
    } else {
        put(mask_bit | eight_bytes_follow, 1);
        put(payload.size(), 8);
    }
    put(mask, 4);
    for (std::size_t i = 0; i < payload.size(); ++i)
        out.push_back(static_cast<char>(static_cast<unsigned char>(payload[i]) ^ (mask >> (24 - 8 * (i % 4)) & 0xff)));
}

}  // namespace tertulia::load
