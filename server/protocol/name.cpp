// server/protocol/name.cpp: the rules of names.
// Thread: any; no state.
// Owner: nobody.
#include "server/protocol/name.hpp"

#include "server/protocol/unicode.hpp"

#include <algorithm>

namespace tertulia::protocol {

namespace {

// 32 code points of NFC take at most four each before composing, of at most four bytes. What is longer is not composed
// at all: that takes time in the square of a run of marks.
constexpr std::size_t raw_name_bytes = user_name_points * 16;

constexpr auto room_rule = "room: 1 to 64 of a-z 0-9 - _ . are needed, starting with a letter or digit";
constexpr auto name_rule = "name: 1 to 32 letters, digits, - or _ are needed, none invisible, not starting with a mark";

constexpr auto direct_rule = "room: a direct conversation is called @leo or @ana+leo, by the names of users";

constexpr bool is_plain(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

}  // namespace

std::string ascii_lower(std::string_view raw) {
    std::string lower{raw};
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return lower;
}

outcome<std::string> room_name(std::string_view raw) {
    if (raw.empty() || raw.size() > room_name_bytes) return refuse(code::bad_field, room_rule);
    auto name = ascii_lower(raw);
    const bool allowed =
        std::all_of(name.begin(), name.end(), [](char c) { return is_plain(c) || c == '-' || c == '_' || c == '.'; });
    if (!allowed || !is_plain(name.front())) return refuse(code::bad_field, room_rule);
    return name;
}

outcome<std::string> place_name(std::string_view raw) {
    if (!is_direct(raw)) return room_name(raw);
    const std::size_t plus = raw.find('+');
    auto one = user_name(raw.substr(1, plus == std::string_view::npos ? plus : plus - 1));
    if (!one) return refuse(code::bad_field, direct_rule);
    if (plus == std::string_view::npos) return "@" + *one;
    auto other = user_name(raw.substr(plus + 1));
    if (!other) return refuse(code::bad_field, direct_rule);
    return "@" + *one + "+" + *other;
}

std::string direct_name(std::string_view one, std::string_view other) {
    if (folded(other) < folded(one)) std::swap(one, other);
    return std::string{"@"}.append(one).append("+").append(other);
}

std::string_view other_of(std::string_view place, std::string_view own) {
    place.remove_prefix(1);
    const std::size_t plus = place.find('+');
    if (plus == std::string_view::npos) return place;
    const std::string_view one = place.substr(0, plus);
    const std::string_view other = place.substr(plus + 1);
    const std::string self = folded(own);
    if (folded(one) == self) return other;
    if (folded(other) == self) return one;
    return {};
}

outcome<std::string> user_name(std::string_view raw) {
    const auto refused = [] { return refuse(code::bad_field, name_rule); };
    if (raw.empty() || raw.size() > raw_name_bytes) return refused();
    if (!all_points(raw, [](point) { return true; })) return refused();

    auto name = composed(raw);
    std::size_t points = 0;
    const bool allowed = all_points(name, [&points](point p) {
        // A mark at the start would be drawn on what stands before the name.
        if (++points > user_name_points || is_invisible(p.value)) return false;
        return is_letter_or_digit(p.value) || p.value == U'-' || p.value == U'_' || (points > 1 && is_mark(p.value));
    });
    if (!allowed) return refused();
    return name;
}

std::string folded(std::string_view shown) {
    // One pass is not always its own fold: some compatibility forms unfold to capitals, some marks to letters. So go on
    // until nothing changes, which is the second pass as a rule.
    auto now = case_folded(shown);
    for (auto next = case_folded(now); next != now; next = case_folded(now)) now = std::move(next);
    return now;
}

}  // namespace tertulia::protocol
