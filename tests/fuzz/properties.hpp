// tests/fuzz/properties.hpp: what fuzz targets check with. Independent of the code under test.
// Thread: one.
// Owner: the fuzz targets.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <span>
#include <string_view>

namespace fuzz {

/// Ends the process where a property does not hold, whatever the build; the fuzzer keeps the input.
inline void require(bool holds, const char* property) {
    if (holds) return;
    std::fprintf(stderr, "does not hold: %s\n", property);
    std::abort();
}

/// Whether `text` is UTF-8 by Table 3-7 of Unicode: shortest forms only, no surrogates, nothing above U+10FFFF.
inline bool is_utf8(std::string_view text) {
    for (std::size_t i = 0; i < text.size();) {
        const auto first = static_cast<unsigned char>(text[i]);
        const std::size_t length = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
        if ((first >= 0x80 && first < 0xc2) || first > 0xf4 || i + length > text.size()) return false;
        for (std::size_t k = 1; k < length; ++k) {
            const auto next = static_cast<unsigned char>(text[i + k]);
            const unsigned char lowest = k > 1 ? 0x80 : first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
            const unsigned char highest = k > 1 ? 0xbf : first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
            if (next < lowest || next > highest) return false;
        }
        i += length;
    }
    return true;
}

/// An input's first bytes say which limits are tried and where the stream, which is the rest, is cut.
class plan {
public:
    static constexpr std::size_t head = 5;

    explicit plan(std::span<const std::uint8_t> input) : bytes_(input) {}
    bool usable() const { return bytes_.size() >= head; }
    std::uint8_t limit() const { return bytes_[0]; }
    std::span<const std::uint8_t> stream() const { return bytes_.subspan(head); }

    /// The length of the `n`-th piece, 1 to 64.
    std::size_t piece(std::size_t n) const { return std::size_t{1} + bytes_[1 + n % (head - 1)] % 64; }

private:
    std::span<const std::uint8_t> bytes_;
};

}  // namespace fuzz
