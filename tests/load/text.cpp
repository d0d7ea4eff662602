// tests/load/text.cpp: see text.hpp.
// Thread: any.
// Owner: nobody.
#include "tests/load/text.hpp"

#include <array>
#include <cstdio>

namespace tertulia::load {

std::string with_commas(std::uint64_t value) {
    auto digits = std::to_string(value);
    for (auto at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > 0; at -= 3)
        digits.insert(static_cast<std::size_t>(at), 1, ',');
    return digits;
}

std::string fixed(double value, int digits) {
    std::array<char, 64> text{};
    std::snprintf(text.data(), text.size(), "%.*f", digits, value);
    return text.data();
}

std::string milliseconds(std::int64_t ns) {
    return fixed(static_cast<double>(ns) / 1e6, 3);
}

std::string mebibytes(std::uint64_t bytes) {
    return fixed(static_cast<double>(bytes) / (1 << 20), 1);
}

}  // namespace tertulia::load
