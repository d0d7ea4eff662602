// tests/load/buckets.hpp: a histogram in a few logarithmic buckets with round edges, to be drawn.
// Thread: any; a plain function.
// Owner: whoever holds the result.
#pragma once

#include "tests/load/histogram.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace tertulia::load {

/// The records above `from` and up to `to`, in nanoseconds.
struct bucket {
    std::int64_t from = 0;
    std::int64_t to = 0;
    std::uint64_t count = 0;
};

/// Neighbouring buckets from the smallest record to the largest: 12, 6, 3 or 1 to a decade, the most that are not more
/// than `most` (at least 13 holds any histogram). Their edges are the E series of preferred numbers (IEC 60063). What
/// is below a microsecond is in one bucket. None where nothing was recorded.
[[nodiscard]] std::vector<bucket> log_buckets(const histogram& h, std::size_t most);

}  // namespace tertulia::load
