// tests/load/figures.hpp: which plots tell of an outcome.
// Thread: any; a plain function.
// Owner: whoever holds the result.
#pragma once

#include "tests/load/outcome.hpp"
#include "tests/load/plot.hpp"

#include <string>
#include <vector>

namespace tertulia::load {

struct figure {
    std::string heading{};
    plot what{};
};

/// Those for which there is something to draw: latency by percentile and as a histogram; deliveries, latency, who is
/// connected, CPU and the server's memory over time. The measured time is shaded.
[[nodiscard]] std::vector<figure> figures_of(const outcome& found);

}  // namespace tertulia::load
