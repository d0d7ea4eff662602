// server/protocol/words.cpp: words by utf8proc's tables, one code point after the other.
// Thread: any; no state.
// Owner: nobody.
#include "server/protocol/words.hpp"

#include "server/protocol/unicode.hpp"

#include <algorithm>
#include <span>

namespace tertulia::protocol {

namespace {

/// Scripts without blanks between words: CJK radicals to kana, ideographs of the planes 0, 2 and 3.
bool stands_alone(char32_t c) noexcept {
    return (c >= 0x2e80 && c <= 0x30ff) || (c >= 0x3400 && c <= 0x9fff) || (c >= 0xf900 && c <= 0xfaff) ||
           (c >= 0x20000 && c <= 0x3ffff);
}

/// Calls `each(word, starred)` for every word, folded; `starred`: a `*` stands right behind it.
template <class Each>
void scan(std::string_view text, Each each) {
    std::string word;
    const auto end_word = [&](bool starred) {
        if (!word.empty()) each(word, starred);
        word.clear();
    };
    const bool valid = all_points(text, [&](point p) {
        if (p.value < 0x80) {  // most of what is written
            const char c = static_cast<char>(p.value);
            const bool upper = c >= 'A' && c <= 'Z';
            if (upper || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
                if (word.size() < word_bytes) word.push_back(upper ? static_cast<char>(c - 'A' + 'a') : c);
            } else {
                end_word(c == '*');
            }
            return true;
        }
        if (is_invisible(p.value)) return true;  // a soft hyphen, a joiner: what is around it is one word
        folding_buffer room;
        for (const char32_t c : folded_letters(p.value, room)) {
            if (!is_letter_or_digit(c) && !is_mark(c)) {
                end_word(false);
                continue;
            }
            if (stands_alone(c)) end_word(false);
            const std::string bytes = utf8_of(c);
            if (word.size() + bytes.size() <= word_bytes) word += bytes;
            if (stands_alone(c)) end_word(false);
        }
        return true;
    });
    (void)valid;  // what is not is not searched
    end_word(false);
}

}  // namespace

std::vector<std::string> words_of(std::string_view text) {
    std::vector<std::string> all;
    scan(text, [&](const std::string& word, bool) { all.push_back(word); });
    std::sort(all.begin(), all.end());
    all.erase(std::unique(all.begin(), all.end()), all.end());
    return all;
}

std::string marked_words(std::string_view in_front, std::string_view text) {
    std::string all;
    scan(text, [&](const std::string& word, bool) { all.append(in_front).append(word).push_back(' '); });
    return all;
}

outcome<std::vector<search_word>> read_query(std::string_view query) {
    if (query.size() > query_bytes) {
        return refuse(code::too_long, "query: at most " + std::to_string(query_bytes) + " bytes");
    }
    std::vector<search_word> all;
    scan(query, [&](const std::string& word, bool starred) { all.push_back({word, starred}); });
    if (all.empty()) return refuse(code::bad_field, "query: a word is needed");
    if (all.size() > query_words) {
        return refuse(code::bad_field, "query: at most " + std::to_string(query_words) + " words");
    }
    return all;
}

bool has_all(const std::vector<std::string>& has, const std::vector<search_word>& asked) {
    return std::all_of(asked.begin(), asked.end(), [&](const search_word& w) {
        const auto at = std::lower_bound(has.begin(), has.end(), w.text);
        return at != has.end() && (w.prefix ? at->starts_with(w.text) : *at == w.text);
    });
}

}  // namespace tertulia::protocol
