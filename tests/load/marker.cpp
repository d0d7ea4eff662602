// tests/load/marker.cpp: see marker.hpp.
// Thread: any.
// Owner: whoever holds the value.
#include "tests/load/marker.hpp"

namespace tertulia::load {
namespace {

constexpr char fence = '~';

char* write_hex(std::uint64_t value, int digits, char* out) {
    for (int i = digits - 1; i >= 0; --i, value >>= 4) out[i] = "0123456789abcdef"[value & 15];
    return out + digits;
}

// Reads `digits` digits of `in`; `bad` becomes true where one is none.
template <class Number>
Number read_hex(const char*& in, int digits, bool& bad) {
    std::uint64_t value = 0;
    for (int i = 0; i < digits; ++i, ++in) {
        const char c = *in;
        const int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
        bad |= digit < 0;
        value = value << 4 | static_cast<std::uint64_t>(digit & 15);
    }
    return static_cast<Number>(value);
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
    m.run = read_hex<std::uint32_t>(in, 8, bad);
    m.room = read_hex<std::uint32_t>(in, 8, bad);
    m.publisher = read_hex<std::uint32_t>(in, 8, bad);
    m.number = read_hex<std::uint32_t>(in, 8, bad);
    m.due_ns = read_hex<std::int64_t>(in, 16, bad);
    if (bad) return std::nullopt;
    return m;
}

}  // namespace tertulia::load
