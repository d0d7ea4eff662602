// tests/load/text.hpp: numbers as a person reads them.
// Thread: any.
// Owner: nobody; functions.
#pragma once

#include <cstdint>
#include <string>

namespace tertulia::load {

/// 1234567 as `1,234,567`.
[[nodiscard]] std::string with_commas(std::uint64_t value);

/// `value` with `digits` digits after the point.
[[nodiscard]] std::string fixed(double value, int digits);

/// Nanoseconds as milliseconds with three digits after the point.
[[nodiscard]] std::string milliseconds(std::int64_t ns);

/// Bytes as MiB with one digit after the point.
[[nodiscard]] std::string mebibytes(std::uint64_t bytes);

}  // namespace tertulia::load
