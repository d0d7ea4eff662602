// server/protocol/unicode.cpp: the questions about code points, answered by utf8proc.
// Thread: any; no state.
// Owner: nobody.
#include "server/protocol/unicode.hpp"

#include <utf8proc.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <new>
#include <utility>

namespace tertulia::protocol {

namespace {

const utf8proc_property_t& property(char32_t c) noexcept {
    return *utf8proc_get_property(static_cast<utf8proc_int32_t>(c));
}

/// `text` through utf8proc's mapping. Text that is not UTF-8 comes back as it is: callers have checked it.
std::string mapped(std::string_view text, int options) {
    struct release {
        void operator()(utf8proc_uint8_t* p) const noexcept { std::free(p); }
    };
    utf8proc_uint8_t* raw = nullptr;
    const auto size =
        utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(text.data()), static_cast<utf8proc_ssize_t>(text.size()),
                     &raw, static_cast<utf8proc_option_t>(options));
    const std::unique_ptr<utf8proc_uint8_t, release> owned{raw};
    if (size == UTF8PROC_ERROR_NOMEM) throw std::bad_alloc{};
    if (size < 0) return std::string{text};
    return std::string{reinterpret_cast<const char*>(raw), static_cast<std::size_t>(size)};
}

}  // namespace

std::optional<point> first_point(std::string_view text) noexcept {
    if (text.empty()) return std::nullopt;
    const auto lead = static_cast<unsigned char>(text.front());
    if (lead < 0x80) return point{lead, 1};
    utf8proc_int32_t value = 0;
    const auto bytes = utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                                        static_cast<utf8proc_ssize_t>(text.size()), &value);
    if (bytes <= 0) return std::nullopt;
    return point{static_cast<char32_t>(value), static_cast<std::size_t>(bytes)};
}

bool is_letter_or_digit(char32_t c) noexcept {
    switch (property(c).category) {
        case UTF8PROC_CATEGORY_LU:
        case UTF8PROC_CATEGORY_LL:
        case UTF8PROC_CATEGORY_LT:
        case UTF8PROC_CATEGORY_LM:
        case UTF8PROC_CATEGORY_LO:
        case UTF8PROC_CATEGORY_ND:
        case UTF8PROC_CATEGORY_NL:
        case UTF8PROC_CATEGORY_NO: return true;
        default: return false;
    }
}

bool is_mark(char32_t c) noexcept {
    switch (property(c).category) {
        case UTF8PROC_CATEGORY_MN:
        case UTF8PROC_CATEGORY_MC:
        case UTF8PROC_CATEGORY_ME: return true;
        default: return false;
    }
}

bool is_control(char32_t c) noexcept {
    return c < 0x20 || (c >= 0x7F && c < 0xA0);
}

bool is_line_break(char32_t c) noexcept {
    return (c >= 0x0A && c <= 0x0D) || c == 0x85 || c == 0x2028 || c == 0x2029;
}

bool is_invisible(char32_t c) noexcept {
    // Braille blank; Khitan filler, Brahmi and Tifinagh joiners: marks and a symbol that show nothing, yet not
    // ignorable.
    if (c == 0x2800 || c == 0x16FE4 || c == 0x1107F || c == 0x2D7F) return true;
    return property(c).ignorable != 0;
}

bool is_blank(char32_t c) noexcept {
    // White_Space of Unicode's PropList: the separators (Z*) and these controls.
    if ((c >= 0x09 && c <= 0x0D) || c == 0x85) return true;
    switch (property(c).category) {
        case UTF8PROC_CATEGORY_ZS:
        case UTF8PROC_CATEGORY_ZL:
        case UTF8PROC_CATEGORY_ZP: return true;
        default: return is_invisible(c);
    }
}

bool is_right_to_left(char32_t c) noexcept {
    if (c < 0x80) return false;
    switch (property(c).bidi_class) {
        case UTF8PROC_BIDI_CLASS_R:
        case UTF8PROC_BIDI_CLASS_AL:
        case UTF8PROC_BIDI_CLASS_AN: return true;
        default: return false;
    }
}

bool is_bidi_override(char32_t c) noexcept {
    return (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
}

bool is_one_grapheme(std::string_view text) noexcept {
    utf8proc_int32_t state = 0;
    std::optional<utf8proc_int32_t> last;
    const bool whole = all_points(text, [&](point p) {
        const auto before = std::exchange(last, static_cast<utf8proc_int32_t>(p.value));
        return !before || !utf8proc_grapheme_break_stateful(*before, *last, &state);
    });
    return whole && last;
}

std::string composed(std::string_view text) {
    return mapped(text, UTF8PROC_STABLE | UTF8PROC_COMPOSE);
}

std::string case_folded(std::string_view text) {
    return mapped(text, UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE);
}

std::span<const char32_t> folded_letters(char32_t c, folding_buffer& room) noexcept {
    constexpr int least_class_of_an_accent = 10;  // Hebrew's and Arabic's points, and all that is placed by position
    std::array<utf8proc_int32_t, std::tuple_size_v<folding_buffer>> parts{};
    int last_class = 0;
    constexpr auto how = static_cast<utf8proc_option_t>(UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD);
    const auto n =
        utf8proc_decompose_char(static_cast<utf8proc_int32_t>(c), parts.data(), parts.size(), how, &last_class);
    std::size_t kept = 0;
    for (std::size_t i = 0; n > 0 && i < std::min<std::size_t>(static_cast<std::size_t>(n), parts.size()); ++i) {
        const auto part = static_cast<char32_t>(parts[i]);
        if (!is_mark(part) || property(part).combining_class < least_class_of_an_accent) room[kept++] = part;
    }
    return std::span{room}.first(kept);
}

std::string utf8_of(char32_t c) {
    std::array<utf8proc_uint8_t, 4> bytes{};
    const auto n = utf8proc_encode_char(static_cast<utf8proc_int32_t>(c), bytes.data());
    return {reinterpret_cast<const char*>(bytes.data()), static_cast<std::size_t>(n)};
}

}  // namespace tertulia::protocol
