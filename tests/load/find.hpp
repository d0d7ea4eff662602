// tests/load/find.hpp: finds the most members, or the highest rate, with which the p95 of latency keeps to a bound.
// Thread: one.
// Owner: main.
#pragma once

#include "tests/load/outcome.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace tertulia::load {

/// One try.
struct probe {
    double value = 0;  ///< members of each room, or messages a second of each publisher
    bool kept = false;
    std::string why{};  ///< where it was not kept
    double p95_ms = 0;
    double deliveries_per_s = 0;
    std::string own_limit{};  ///< see `outcome::own_limit`
};

/// What was found.
struct finding {
    std::vector<probe> probes{};  ///< in the order in which they were tried
    double most = 0;              ///< the largest value that kept to the bound; 0: none did
    double least_broken = 0;      ///< the smallest that did not; 0: all did, up to what can be tried
    outcome best{};               ///< the run with `most`; where none kept to the bound, the last one
    bool load_was_limit = false;  ///< where it broke this program may have been what was slow
    bool interrupted = false;
};

/// Tries the value of the flags first, doubles it while the bound is kept (or halves it until it is), then bisects to
/// a twentieth. What breaks the bound is tried twice before it is believed. `run` makes a run with its own rooms;
/// `tell` is told of each probe; `most` is the largest value that may be tried.
[[nodiscard]] finding find_most(const options& flags, double most, const std::function<outcome(const options&)>& run,
                                const std::function<void(const probe&)>& tell);

/// A line for a person about one probe, with its end.
[[nodiscard]] std::string line_of(const options& flags, const probe& p);

/// What was found, for a person, with the table of the best run.
[[nodiscard]] std::string table_of(const options& flags, const finding& found);

/// One object, one line: that of the best run, and `find` with the probes.
[[nodiscard]] std::string json_of(const options& flags, const finding& found);

}  // namespace tertulia::load
