// tests/load/scale.cpp: see scale.hpp.
// Thread: any.
// Owner: whoever holds the axis.
#include "tests/load/scale.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <utility>

namespace tertulia::load {
namespace {

constexpr double steps_wanted = 5;
constexpr std::size_t most_log_ticks = 12;
constexpr std::array<double, 3> series{1, 2, 5};
constexpr double tolerance = 1e-9;  // of a share, for what binary fractions make of powers of ten

// The smallest of the series that is at least `value`, and the largest that is at most that.
double round_up(double value) {
    const double decade = std::pow(10, std::floor(std::log10(value)));
    for (const double s : series)
        if (s * decade >= value * (1 - tolerance)) return s * decade;
    return 10 * decade;
}

double round_down(double value) {
    const double decade = std::pow(10, std::floor(std::log10(value) + tolerance));
    double best = decade;
    for (const double s : series)
        if (s * decade <= value * (1 + tolerance)) best = s * decade;
    return best;
}

}  // namespace

double axis::share(double value) const noexcept {
    const double part =
        log ? std::log(std::max(value, from) / from) / std::log(to / from) : (value - from) / (to - from);
    return std::clamp(part, 0.0, 1.0);
}

axis linear_axis(std::string title, double most) {
    axis a{.title = std::move(title)};
    const double step = most > 0 ? round_up(most / steps_wanted) : 1;
    const auto steps = std::max(1, static_cast<int>(std::ceil(most / step * (1 - tolerance))));
    a.to = steps * step;
    for (int i = 0; i <= steps; ++i) a.ticks.push_back({i * step, short_number(i * step)});
    return a;
}

axis log_axis(std::string title, double least, double most) {
    axis a{.title = std::move(title), .from = round_down(least), .to = round_up(most), .log = true};
    if (a.to <= a.from) a.to = a.from * 10;
    const auto add_ticks = [&](std::size_t count) {
        a.ticks.clear();
        const auto first = std::lround(std::floor(std::log10(a.from) + tolerance));
        const auto last = std::lround(std::floor(std::log10(a.to) + tolerance));
        for (auto decade = first; decade <= last; ++decade)
            for (std::size_t i = 0; i < count; ++i)
                if (const double at = series[i] * std::pow(10, decade);
                    at >= a.from * (1 - tolerance) && at <= a.to * (1 + tolerance))
                    a.ticks.push_back({at, short_number(at)});
    };
    add_ticks(series.size());
    if (a.ticks.size() > most_log_ticks) add_ticks(1);
    return a;
}

std::string short_number(double value) {
    constexpr std::array<std::pair<double, const char*>, 3> units{{{1e9, "G"}, {1e6, "M"}, {1e3, "k"}}};
    std::array<char, 32> text{};
    for (const auto& [unit, letter] : units) {
        if (std::abs(value) < unit) continue;
        std::snprintf(text.data(), text.size(), "%.3g%s", value / unit, letter);
        return text.data();
    }
    std::snprintf(text.data(), text.size(), "%.3g", value);
    return text.data();
}

}  // namespace tertulia::load
