// server/protocol/unicode.hpp: what the protocol asks about a code point, whatever library answers.
// Thread: any; no state.
// Owner: nobody.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace tertulia::protocol {

/// One code point of a UTF-8 text and the bytes that it takes there, 1 to 4.
struct point {
    char32_t value = 0;
    std::size_t bytes = 0;
};

/// The code point that `text` begins with; none where `text` is empty or does not begin with valid UTF-8 (RFC 3629: no
/// overlong form, no surrogate, nothing above U+10FFFF).
[[nodiscard]] std::optional<point> first_point(std::string_view text) noexcept;

/// Calls `each(point)` for the code points of `text`, in order, for as long as it returns true.
/// @return whether all of `text` was gone through: it is valid UTF-8 and `each` never said false
template <class Each>
[[nodiscard]] bool all_points(std::string_view text, Each each) {
    while (!text.empty()) {
        const auto next = first_point(text);
        if (!next || !each(*next)) return false;
        text.remove_prefix(next->bytes);
    }
    return true;
}

[[nodiscard]] bool is_letter_or_digit(char32_t c) noexcept;  ///< general categories L* and N*
[[nodiscard]] bool is_mark(char32_t c) noexcept;             ///< general categories M*

/// C0, DEL and C1: what a terminal may take as an order. LF, CR and tab are among them.
[[nodiscard]] bool is_control(char32_t c) noexcept;

/// Where a reader may begin a new line: LF, VT, FF, CR, NEL, U+2028, U+2029 (UAX #14, classes BK, CR, LF, NL).
[[nodiscard]] bool is_line_break(char32_t c) noexcept;

/// Draws nothing where it stands: default-ignorable (joiners, soft hyphen, Hangul fillers, variation selectors …), and
/// the few that Unicode does not name so.
[[nodiscard]] bool is_invisible(char32_t c) noexcept;

/// Unicode white space, and what is invisible.
[[nodiscard]] bool is_blank(char32_t c) noexcept;

/// Written from right to left (bidi classes R, AL, AN), or a mark that says so.
[[nodiscard]] bool is_right_to_left(char32_t c) noexcept;

/// Embeds, overrides or isolates: turns around what comes after it (UAX #9, 2.1 to 2.4).
[[nodiscard]] bool is_bidi_override(char32_t c) noexcept;

/// Whether `text`, which is valid UTF-8, is what a reader takes for one character: an extended grapheme cluster (UAX
/// #29), such as a flag or a family.
[[nodiscard]] bool is_one_grapheme(std::string_view text) noexcept;

/// `text`, which is valid UTF-8, in NFC. Its time grows with the square of a run of marks: bound `text` first.
[[nodiscard]] std::string composed(std::string_view text);

/// `text`, which is valid UTF-8, through one pass of NFKC with full case folding (Unicode's NFKC_Casefold).
[[nodiscard]] std::string case_folded(std::string_view text);

/// What folded_letters() gives, at most: the longest decomposition of Unicode has 18 code points.
using folding_buffer = std::array<char32_t, 32>;

/// A code point as search compares it: decomposed (NFKD), case folded, without accents (marks that hang above, below or
/// around a letter; not those that make another letter, as kana's voicing, nukta and virama do). Refers to `room`.
[[nodiscard]] std::span<const char32_t> folded_letters(char32_t c, folding_buffer& room) noexcept;

/// Its UTF-8; `c` is a code point that text may have.
[[nodiscard]] std::string utf8_of(char32_t c);

}  // namespace tertulia::protocol
