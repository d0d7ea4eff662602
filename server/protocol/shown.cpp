// server/protocol/shown.cpp: see the header.
// Thread: any; no state.
// Owner: nobody.
#include "server/protocol/shown.hpp"

#include "server/protocol/unicode.hpp"

namespace tertulia::protocol {

namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";  // U+FFFD
constexpr std::string_view fsi = "\xE2\x81\xA8";          // U+2068
constexpr std::string_view pdi = "\xE2\x81\xA9";          // U+2069

constexpr bool is_plain(char c) noexcept {
    return c >= 0x20 && c < 0x7F;
}

}  // namespace

bool has_right_to_left(std::string_view text) noexcept {
    while (!text.empty()) {
        const auto next = first_point(text);
        if (next && is_right_to_left(next->value)) return true;
        text.remove_prefix(next ? next->bytes : 1);
    }
    return false;
}

void append_shown(std::string& out, std::string_view text, std::string_view at_break) {
    while (!text.empty()) {
        // Most text is ASCII: a run of it is added at once.
        std::size_t plain = 0;
        while (plain < text.size() && is_plain(text[plain])) ++plain;
        out.append(text.substr(0, plain));
        text.remove_prefix(plain);
        if (text.empty()) return;

        const auto next = first_point(text);
        const auto bytes = next ? next->bytes : 1;
        if (!next) {
            out.append(replacement);
        } else if (is_line_break(next->value)) {
            out.append(at_break);
        } else if (next->value == U'\t') {
            out.append(4, ' ');
        } else if (is_control(next->value)) {
            out.append(replacement);
        } else if (!is_bidi_override(next->value)) {
            out.append(text.substr(0, bytes));
        }
        text.remove_prefix(bytes);
    }
}

void append_name(std::string& out, std::string_view name, bool beside_rtl) {
    const bool apart = beside_rtl || has_right_to_left(name);
    if (apart) out.append(fsi);
    append_shown(out, name);
    if (apart) out.append(pdi);
}

}  // namespace tertulia::protocol
