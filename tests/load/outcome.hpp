// tests/load/outcome.hpp: everything a run found out; what reports are made from.
// Thread: any; a plain value.
// Owner: main.
#pragma once

#include "tests/load/histogram.hpp"
#include "tests/load/judge.hpp"
#include "tests/load/moment.hpp"
#include "tests/load/options.hpp"
#include "tests/load/process.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

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
    histogram joins{};            ///< from the start of a connection to its `joined`, the first time
    histogram returns{};          ///< the same for those who come back
    std::uint64_t sent = 0;
    std::uint64_t acknowledged = 0;
    std::uint64_t came_back = 0;    ///< how often a member came back with `since`
    std::uint64_t unrecovered = 0;  ///< how often it was not given what it had missed (`recovered: false`)
    tally judged{};
    fault_counts faults{};

    // What lies in the measured time: from the end of the warm-up to the last arrival.
    double measured_s = 0;
    std::uint64_t measured_deliveries = 0;
    double own_cpu_s = 0;         ///< of all our processes
    double busiest_cpu_s = 0;     ///< of that process of ours that used most
    histogram latency{};          ///< from when a message was due to its arrival, at members that stay and read
    histogram stalled_latency{};  ///< the same at those that stall, read slowly or come back
    histogram lateness{};         ///< from when a message was due to when we sent it
    histogram turns{};            ///< how long one turn of our loops took: what came last in it waited so long for us

    std::optional<server_cost> server{};
    std::vector<moment> moments{};  ///< one for each second, from the first connection to the end
    bool interrupted = false;

    /// The sum of `faults` and of the markers that nobody sent.
    [[nodiscard]] std::uint64_t errors() const noexcept;

    /// What was wrong or above a bound of the flags (`--max-p99`, `--max-lost`), each in words; empty: nothing.
    [[nodiscard]] std::vector<std::string> broken() const;

    /// Nothing was.
    [[nodiscard]] bool passed() const { return broken().empty(); }

    /// Why it seems that this program was slower than the server, so that the latency told is its own; empty: it was
    /// not.
    [[nodiscard]] std::string own_limit() const;
    [[nodiscard]] bool own_bottleneck() const { return !own_limit().empty(); }
};

}  // namespace tertulia::load
