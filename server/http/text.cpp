// server/http/text.cpp: the character classes and comparisons of HTTP's grammar.
// Thread: any; plain functions.
// Owner: nobody.
#include "server/http/text.hpp"

#include <algorithm>

namespace tertulia::http {

bool is_token(std::string_view text) noexcept {
    constexpr std::string_view marks = "!#$%&'*+-.^_`|~";
    return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
        return is_letter(c) || is_digit(c) || marks.find(c) != std::string_view::npos;
    });
}

bool equal_ignoring_case(std::string_view a, std::string_view b) noexcept {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](char x, char y) { return to_lower(x) == to_lower(y); });
}

std::string lower_case(std::string_view text) {
    std::string lowered(text);
    std::transform(lowered.begin(), lowered.end(), lowered.begin(), to_lower);
    return lowered;
}

std::vector<std::string_view> list_elements(std::string_view text) {
    constexpr std::string_view blanks = " \t";
    std::vector<std::string_view> elements;
    while (!text.empty()) {
        const std::size_t comma = std::min(text.find(','), text.size());
        std::string_view element = text.substr(0, comma);
        element.remove_prefix(std::min(element.find_first_not_of(blanks), element.size()));
        element = element.substr(0, element.find_last_not_of(blanks) + 1);
        if (!element.empty()) elements.push_back(element);
        text.remove_prefix(std::min(comma + 1, text.size()));
    }
    return elements;
}

bool list_has(std::string_view text, std::string_view element) {
    const auto elements = list_elements(text);
    return std::any_of(elements.begin(), elements.end(), [&](auto e) { return equal_ignoring_case(e, element); });
}

}  // namespace tertulia::http
