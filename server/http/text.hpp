// server/http/text.hpp: the character classes and comparisons that HTTP's grammar is made of (RFC 9110 §5.6).
// Thread: any; plain functions.
// Owner: nobody.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tertulia::http {

/// ASCII only; whatever the locale.
[[nodiscard]] constexpr char to_lower(char c) noexcept {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}
[[nodiscard]] constexpr bool is_digit(char c) noexcept {
    return c >= '0' && c <= '9';
}
[[nodiscard]] constexpr bool is_letter(char c) noexcept {
    return to_lower(c) >= 'a' && to_lower(c) <= 'z';
}
[[nodiscard]] constexpr bool is_control(char c) noexcept {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

/// At least one character, and only those of a token (a method, a header's name).
[[nodiscard]] bool is_token(std::string_view text) noexcept;

/// Equal but for the case of ASCII letters.
[[nodiscard]] bool equal_ignoring_case(std::string_view a, std::string_view b) noexcept;

[[nodiscard]] std::string lower_case(std::string_view text);

/// The elements of a comma-separated list, without the blanks around them; empty ones are left out. Views into `text`.
[[nodiscard]] std::vector<std::string_view> list_elements(std::string_view text);

/// Whether a comma-separated list has this element, whatever its case.
[[nodiscard]] bool list_has(std::string_view text, std::string_view element);

}  // namespace tertulia::http
