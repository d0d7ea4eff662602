// tests/load/worker.hpp: one process of the load: its share of the members, from joining to its findings.
// Thread: one.
// Owner: the director, which forks it.
#pragma once

#include "tests/load/bytes.hpp"
#include "tests/load/judge.hpp"
#include "tests/load/link.hpp"
#include "tests/load/moment.hpp"
#include "tests/load/outcome.hpp"
#include "tests/load/target.hpp"

#include <cstdint>
#include <vector>

namespace tertulia::load {

/// What a worker is told when it is made.
struct assignment {
    const options& flags;
    const target& server;
    std::uint32_t run;      ///< of the markers, the same for all workers
    std::uint32_t process;  ///< which share of the members is its own
};

/// How a worker stands; followed by the latency of what came since it said so last.
struct status {
    phase what = phase::joining;
    std::uint32_t joined = 0;
    std::uint64_t sent = 0;
    std::uint64_t acknowledged = 0;
    std::uint64_t deliveries = 0;
    std::uint64_t wrong = 0;
    std::uint64_t errors = 0;
    double cpu_s = 0;
};

/// What a worker tells at the end. Of `part` only what one process can know is filled in.
struct findings {
    outcome part{};
    std::int64_t last_arrival_ns = 0;
    std::vector<room_account> accounts{};

    void put(byte_writer& out) const;
    /// Adds to what is here already; `accounts` is replaced.
    void merge(byte_reader& in);
};

/// Does its part and returns when it is done, or the other end of `line` is gone.
void work(const assignment& mine, link& line);

}  // namespace tertulia::load
