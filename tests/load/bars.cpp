// tests/load/bars.cpp: see bars.hpp.
// Thread: any.
// Owner: whoever holds the result.
#include "tests/load/bars.hpp"

#include "tests/load/buckets.hpp"
#include "tests/load/text.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

namespace tertulia::load {
namespace {

constexpr int bar_cells = 40;
constexpr std::size_t most_lines = 20;
constexpr std::array<std::string_view, 9> eighths{"", "▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"};
constexpr std::array<std::string_view, 8> heights{"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};

std::string padded_left(const std::string& text, std::size_t width) {
    return std::string(width - std::min(width, text.size()), ' ') + text;
}

// " p50 p95" where these lie in `b`.
std::string percentiles_in(const bucket& b, const histogram& h) {
    constexpr std::array<std::pair<double, std::string_view>, 4> marks{
        {{50, "p50"}, {95, "p95"}, {99, "p99"}, {99.9, "p99.9"}}};
    std::string text;
    for (const auto& [percent, name] : marks)
        if (const auto at = h.percentile(percent); at > b.from && at <= b.to) text.append(" ").append(name);
    return text;
}

}  // namespace

std::string bar(double share, int width) {
    const auto wanted = std::lround(std::clamp(share, 0.0, 1.0) * width * 8);
    const auto parts = share > 0 ? std::max(1L, wanted) : 0L;
    std::string text;
    for (auto i = parts / 8; i > 0; --i) text += eighths.back();
    return text.append(eighths[static_cast<std::size_t>(parts % 8)]);
}

std::string sparks(std::span<const double> values) {
    double most = 0;
    for (const double v : values) most = std::max(most, v);
    std::string text;
    for (const double v : values) {
        const auto height = most > 0 ? std::lround(std::max(0.0, v) / most * (heights.size() - 1)) : 0;
        text += heights[static_cast<std::size_t>(height)];
    }
    return text;
}

std::string histogram_lines(const histogram& h) {
    const auto buckets = log_buckets(h, most_lines);
    std::uint64_t most = 1;
    std::size_t edge_width = 0;
    std::size_t count_width = 0;
    for (const auto& b : buckets) {
        most = std::max(most, b.count);
        edge_width = std::max(edge_width, milliseconds(b.to).size());
        count_width = std::max(count_width, with_commas(b.count).size());
    }
    std::string text;
    for (const auto& b : buckets) {
        const auto drawn = bar(static_cast<double>(b.count) / static_cast<double>(most), bar_cells);
        text += padded_left(milliseconds(b.from), edge_width) + " to " + padded_left(milliseconds(b.to), edge_width);
        text += "  " + padded_left(with_commas(b.count), count_width);
        if (!drawn.empty()) text += "  " + drawn;
        text += percentiles_in(b, h) + '\n';
    }
    return text;
}

}  // namespace tertulia::load
