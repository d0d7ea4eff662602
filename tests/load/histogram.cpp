// tests/load/histogram.cpp: see histogram.hpp.
// Thread: one.
// Owner: whoever holds it.
#include "tests/load/histogram.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <numeric>

namespace tertulia::load {
namespace {

constexpr std::uint64_t exact = 2048;       // values below are their own index
constexpr std::uint64_t steps = exact / 2;  // of each doubling above
constexpr int exact_bits = 11;
constexpr int most_bits = 43;
constexpr std::int64_t most = (std::int64_t{1} << most_bits) - 1;

std::size_t index_of(std::uint64_t value) {
    if (value < exact) return value;
    const auto shift = static_cast<std::uint64_t>(std::bit_width(value) - exact_bits);
    return exact + (shift - 1) * steps + ((value >> shift) - steps);
}

// The largest value that has this index.
std::int64_t end_of(std::uint64_t index) {
    if (index < exact) return static_cast<std::int64_t>(index);
    const auto shift = (index - exact) / steps + 1;
    const auto step = (index - exact) % steps + steps;
    return static_cast<std::int64_t>(((step + 1) << shift) - 1);
}

// What was counted at one index; the only part of a histogram that travels.
struct step {
    std::uint64_t index, count;
};

}  // namespace

histogram::histogram() : counts_(exact + (most_bits - exact_bits) * steps) {}

void histogram::record(std::int64_t value) noexcept {
    value = std::clamp<std::int64_t>(value, 0, most);
    ++counts_[index_of(static_cast<std::uint64_t>(value))];
    ++count_;
    max_ = std::max(max_, value);
}

void histogram::merge(const histogram& other) noexcept {
    for (std::size_t i = 0; i < counts_.size(); ++i) counts_[i] += other.counts_[i];
    count_ += other.count_;
    max_ = std::max(max_, other.max_);
}

void histogram::put(byte_writer& out) const {
    std::vector<step> seen;
    for (std::size_t i = 0; i < counts_.size(); ++i)
        if (counts_[i] > 0) seen.push_back({i, counts_[i]});
    out.put(seen);
    out.put(max_);
}

void histogram::merge(byte_reader& in) {
    std::vector<step> seen;
    in.get(seen);
    for (const auto& s : seen) {
        counts_[s.index] += s.count;
        count_ += s.count;
    }
    std::int64_t max = 0;
    in.get(max);
    max_ = std::max(max_, max);
}

void histogram::clear() noexcept {
    std::fill(counts_.begin(), counts_.end(), 0);
    count_ = 0;
    max_ = 0;
}

std::int64_t histogram::percentile(double percent) const noexcept {
    const auto wanted = std::max(1.0, std::ceil(static_cast<double>(count_) * percent / 100.0));
    std::uint64_t seen = 0;
    for (std::size_t i = 0; i < counts_.size(); ++i) {
        seen += counts_[i];
        if (static_cast<double>(seen) >= wanted) return std::min(end_of(i), max_);
    }
    return max_;
}

std::uint64_t histogram::up_to(std::int64_t value) const noexcept {
    if (value < 0) return 0;
    const auto last = index_of(static_cast<std::uint64_t>(std::min(value, most)));
    return std::accumulate(counts_.begin(), counts_.begin() + static_cast<std::ptrdiff_t>(last) + 1, std::uint64_t{0});
}

}  // namespace tertulia::load
