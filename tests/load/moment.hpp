// tests/load/moment.hpp: how a run stands at one moment; shown while it goes, and drawn afterwards.
// Thread: any; a plain value.
// Owner: whoever holds it.
#pragma once

#include <cstdint>
#include <optional>

namespace tertulia::load {

/// What the members are doing.
enum class phase : std::uint8_t { joining, warming_up, measuring, draining };

/// One second of a run, over all processes. `…_per_s` and the latency are of that second alone, the rest is so far.
struct moment {
    double at_s = 0;  ///< since the run began
    phase what = phase::joining;
    std::uint32_t joined = 0;  ///< who is connected and follows the room
    std::uint64_t sent = 0;
    std::uint64_t acknowledged = 0;
    std::uint64_t deliveries = 0;
    std::uint64_t wrong = 0;   ///< duplicated, out of order, misrouted; what is lost is known at the end
    std::uint64_t errors = 0;  ///< refusals, and connections that failed or broke
    double sent_per_s = 0;
    double deliveries_per_s = 0;
    std::int64_t p50_ns = 0, p95_ns = 0, p99_ns = 0, max_ns = 0;  ///< 0 where nothing arrived; warm-up included
    double own_cpu = 0;                                           ///< share of a core, all our processes together
    std::optional<double> server_cpu{};                           ///< share of a core; nothing: it cannot be looked at
    std::uint64_t server_rss_bytes = 0;
};

}  // namespace tertulia::load
