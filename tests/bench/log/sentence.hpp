// tests/bench/log/sentence.hpp: a text of so many bytes with words in it, for the index of words costs by the word.
// Thread: any; plain functions.
// Owner: nobody.
#pragma once

#include <cstddef>
#include <string>

namespace tertulia::bench {

/// The same words from the beginning each time.
inline std::string sentence(std::size_t bytes) {
    std::string text;
    for (unsigned n = 7; text.size() < bytes; n = n * 31 % 997) text += "w" + std::to_string(n) + " ";
    text.resize(bytes, 'x');
    if (!text.empty() && text.back() == ' ') text.back() = '.';
    return text;
}

}  // namespace tertulia::bench
