// tests/load/bars.hpp: drawings made of text: bars, a histogram of them, a line of sparks.
// Thread: any; plain functions.
// Owner: whoever holds the result.
#pragma once

#include "tests/load/histogram.hpp"

#include <span>
#include <string>

namespace tertulia::load {

/// A bar of `share` (0 to 1) of `width` cells, in eighths of a cell; what is more than nothing is seen.
[[nodiscard]] std::string bar(double share, int width);

/// One cell for each value, as high as it is beside the largest of them.
[[nodiscard]] std::string sparks(std::span<const double> values);

/// A line for each bucket of `h`, whose values are nanoseconds and told in milliseconds: its edges, a bar, how many,
/// and which percentiles lie in it. Empty where nothing was recorded.
[[nodiscard]] std::string histogram_lines(const histogram& h);

}  // namespace tertulia::load
