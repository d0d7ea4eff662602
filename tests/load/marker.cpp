// tests/load/marker.cpp: see marker.hpp.
// Thread: any.
// Owner: whoever holds the value.
#include "tests/load/marker.hpp"

#include <bit>
#include <cstring>

namespace tertulia::load {
namespace {

constexpr char fence = '~';

char* write_hex(std::uint64_t value, int digits, char* out) {
    for (int i = digits - 1; i >= 0; --i, value >>= 4) out[i] = "0123456789abcdef"[value & 15];
    return out + digits;
}

// Each of eight bytes: 1 where it is above 9, for bytes below 16.
constexpr std::uint64_t letters_of(std::uint64_t digits) {
    return (digits + 0x7676767676767676) >> 7 & 0x0101010101010101;
}

// Reads eight digits at once; `bad` becomes true where one is none. A marker stands in every delivery, so this is the
// inmost loop.
std::uint32_t read_hex8(const char*& in, bool& bad) {
    std::uint64_t text = 0;
    std::memcpy(&text, in, sizeof text);
    in += sizeof text;
    if constexpr (std::endian::native == std::endian::little) text = __builtin_bswap64(text);
    // Letters have bit 6 set, and their low four bits count from 1.
    auto digits = ((text & 0x0f0f0f0f0f0f0f0f) + (text >> 6 & 0x0101010101010101) * 9) & 0x0f0f0f0f0f0f0f0f;
    bad |= (digits + 0x3030303030303030 + letters_of(digits) * ('a' - '9' - 1)) != text;
    digits = (digits | digits >> 4) & 0x00ff00ff00ff00ff;
    digits = (digits | digits >> 8) & 0x0000ffff0000ffff;
    return static_cast<std::uint32_t>(digits | digits >> 16);
}

}  // namespace

void write_marker(const marker& m, char* out) noexcept {
    *out++ = fence;
    out = write_hex(m.run, 8, out);
    out = write_hex(m.room, 8, out);
    out = write_hex(m.publisher, 8, out);
    out = write_hex(m.number, 8, out);
    out = write_hex(static_cast<std::uint64_t>(m.due_ns), 16, out);
    *out = fence;
}

std::optional<marker> read_marker(std::string_view text) noexcept {
    if (text.size() < marker_bytes || text[0] != fence || text[marker_bytes - 1] != fence) return std::nullopt;
    const char* in = text.data() + 1;
    bool bad = false;
    marker m;
    m.run = read_hex8(in, bad);
    m.room = read_hex8(in, bad);
    m.publisher = read_hex8(in, bad);
    m.number = read_hex8(in, bad);
    const auto due_high = read_hex8(in, bad);
    m.due_ns = static_cast<std::int64_t>(std::uint64_t{due_high} << 32 | read_hex8(in, bad));
    if (bad) return std::nullopt;
    return m;
}

}  // namespace tertulia::load
