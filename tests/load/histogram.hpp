// tests/load/histogram.hpp: counts durations in bounded memory, to three digits.
// Thread: one; a plain value.
// Owner: whoever holds it.
#pragma once

#include "tests/load/bytes.hpp"

#include <cstdint>
#include <vector>

namespace tertulia::load {

/// A log-linear histogram: exact below 2,048, above it 1,024 steps for each doubling, so a value read back is at most a
/// thousandth above the one recorded. 270 KB however much is recorded. Values are nanoseconds here; it does not care.
class histogram {
public:
    histogram();

    /// Counts `value`; below 0 counts as 0, what is above 2^43 (two hours in nanoseconds) as that.
    void record(std::int64_t value) noexcept;

    /// Adds what `other` has counted.
    void merge(const histogram& other) noexcept;

    /// Adds what another process has counted: `put` there, `merge` here.
    void put(byte_writer& out) const;
    void merge(byte_reader& in);

    /// Forgets everything.
    void clear() noexcept;

    [[nodiscard]] std::uint64_t count() const noexcept { return count_; }

    /// The largest value recorded, exactly; 0 where there is none.
    [[nodiscard]] std::int64_t max() const noexcept { return max_; }

    /// The smallest value that at least `percent` of all records do not exceed, rounded up to its step's end (but never
    /// above `max()`); 0 where nothing was recorded.
    [[nodiscard]] std::int64_t percentile(double percent) const noexcept;

    /// How many records are at most `value`, to the histogram's precision.
    [[nodiscard]] std::uint64_t up_to(std::int64_t value) const noexcept;

private:
    std::vector<std::uint64_t> counts_;
    std::uint64_t count_ = 0;
    std::int64_t max_ = 0;
};

}  // namespace tertulia::load
