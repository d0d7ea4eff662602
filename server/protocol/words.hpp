// server/protocol/words.hpp: the words of a text, as search compares them: case and accents folded.
// Thread: any; no state.
// Owner: nobody.
#pragma once

#include "server/protocol/code.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace tertulia::protocol {

inline constexpr std::size_t word_bytes = 64;    ///< of a word that are compared; the rest of it is not
inline constexpr std::size_t query_bytes = 256;  ///< of what is searched for
inline constexpr std::size_t query_words = 16;

/// The different words of `text`, which is valid UTF-8, sorted: runs of letters, digits and marks, through NFKC's
/// compatibility, full case folding, and without accents. Han and kana are written without blanks, so there each
/// character is a word. In time that grows with the text alone.
[[nodiscard]] std::vector<std::string> words_of(std::string_view text);

/// The words of `text`, in its order, each with `in_front` before it and a blank behind it.
[[nodiscard]] std::string marked_words(std::string_view in_front, std::string_view text);

/// One word that is searched for, folded.
struct search_word {
    std::string text{};
    bool prefix = false;  ///< words that begin so count as well
};

/// `hola mun*`: all of the words, wherever they stand; with `*` behind it whatever begins so. Nothing else in it means
/// anything. Refused: too_long; bad_field where there is no word in it, or more than `query_words`.
[[nodiscard]] outcome<std::vector<search_word>> read_query(std::string_view query);

/// Whether a text has all that is searched for. @param has words_of() that text
[[nodiscard]] bool has_all(const std::vector<std::string>& has, const std::vector<search_word>& asked);

}  // namespace tertulia::protocol
