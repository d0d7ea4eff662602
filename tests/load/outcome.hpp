// tests/load/outcome.hpp: everything a run found out; what reports are made from.
// Thread: any; a plain value.
// Owner: main.
#pragma once

#include "tests/load/histogram.hpp"
#include "tests/load/judge.hpp"
#include "tests/load/options.hpp"
#include "tests/load/process.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace tertulia::load {

/// What went wrong, by its kind: an error's code, or words.
using fault_counts = std::map<std::string, std::uint64_t>;

/// What the server cost, where it can be looked at.
struct server_cost {
    process_usage before{};            ///< before the first connection
    process_usage after{};             ///< at the end, with what is connected still connected
    std::uint64_t peak_rss_bytes = 0;  ///< as seen once a second
    double measured_cpu_s = 0;         ///< within the measured time
};

struct outcome {
    options flags{};
    std::uint32_t connected = 0;  ///< members that joined; of a churn: connects that were answered
    double connect_s = 0;         ///< until all had joined
    std::uint64_t sent = 0;
    std::uint64_t acknowledged = 0;
    tally judged{};
    fault_counts faults{};

    // What lies in the measured time: from the end of the warm-up to the last arrival.
    double measured_s = 0;
    std::uint64_t measured_deliveries = 0;
    double own_cpu_s = 0;
    histogram latency{};          ///< from when a message was due to its arrival, at members that read
    histogram stalled_latency{};  ///< the same at those that did not
    histogram lateness{};         ///< from when a message was due to when we sent it

    std::optional<server_cost> server{};
    bool interrupted = false;

    /// The sum of `faults` and of the markers that nobody sent.
    [[nodiscard]] std::uint64_t errors() const noexcept;

    /// Nothing was wrong.
    [[nodiscard]] bool passed() const noexcept;

    /// It seems that this program was slower than the server: what it tells of latency is its own.
    [[nodiscard]] bool own_bottleneck() const noexcept;
};

}  // namespace tertulia::load
