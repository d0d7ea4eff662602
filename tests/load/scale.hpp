// tests/load/scale.hpp: axes with round ticks, linear and logarithmic.
// Thread: any; plain functions.
// Owner: whoever holds the axis.
#pragma once

#include <string>
#include <vector>

namespace tertulia::load {

/// A place on an axis, and what stands there.
struct tick {
    double at = 0;
    std::string label{};
};

/// From where to where, and the ticks between.
struct axis {
    std::string title{};
    double from = 0;
    double to = 1;
    bool log = false;
    std::vector<tick> ticks{};

    /// Where `value` lies between `from` (0) and `to` (1); what is outside lies at the end.
    [[nodiscard]] double share(double value) const noexcept;
};

/// From 0 to `most` or a little more, in some five round steps.
[[nodiscard]] axis linear_axis(std::string title, double most);

/// From a 1, 2 or 5 at most `least` to one at least `most`, with ticks at those, or at powers of ten where that is
/// many. Both must be above 0.
[[nodiscard]] axis log_axis(std::string title, double least, double most);

/// As few characters as tell it: 1500000 is 1.5M, 20000 is 20k, 0.25 is 0.25.
[[nodiscard]] std::string short_number(double value);

}  // namespace tertulia::load
