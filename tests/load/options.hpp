// tests/load/options.hpp: the flags of tertulia-load.
// Thread: any once read.
// Owner: main.
#pragma once

#include "core/result.hpp"
#include "tests/load/sizes.hpp"
#include "tests/load/target.hpp"

#include <sys/types.h>

#include <cstdint>
#include <string>

namespace tertulia::load {

/// What a run does.
enum class mode : std::uint8_t { load, idle, churn };

/// What `--find` looks for the most of.
enum class find_what : std::uint8_t { nothing, members, rate };

/// The flags, checked against each other. Of a room's members the first `publishers` post; of the others some come back
/// again and again, then some read slowly, and the last `stall` do not read; see `layout`.
struct options {
    ws_url url{};
    std::uint32_t rooms = 1;
    std::uint32_t members = 1000;   ///< connections for each room
    std::uint32_t publishers = 10;  ///< how many of a room's members post; 0 when idle
    double rate = 5;                ///< messages a second of each publisher; means nothing in closed loop
    bool closed = false;  ///< closed loop: a publisher's next message is due when its last has come back to it
    double duration_s = 10;
    double warmup_s = 1;  ///< before that: judged, not measured
    size_mix bytes{};     ///< of each text

    double connects_per_s = 0;  ///< how fast they connect; 0: as fast as the server answers
    double reconnect_share = 0;
    double reconnect_every_s = 5;  ///< how long each of these stays
    std::uint32_t storms = 0;      ///< so often all of these leave at one moment and come back; 0: each by itself
    double slow_share = 0;
    std::uint32_t slow_bytes_per_s = 16384;
    std::uint32_t stall = 0;  ///< members of each room that do not read for the duration

    std::uint32_t processes = 1;
    std::uint32_t connections_per_address = 20'000;  ///< to a server in 127.0.0.0/8 they come from several addresses

    std::uint32_t churn = 0;  ///< connects and disconnects without a name
    bool idle = false;
    bool json = false;
    std::string html{};    ///< a file to write; empty: none
    pid_t server_pid = 0;  ///< 0: not known

    double max_p99_ms = 0;       ///< 0: any
    std::uint64_t max_lost = 0;  ///< more events lost than this is a failure
    find_what find = find_what::nothing;
    double find_p95_ms = 500;
    double find_most = 0;  ///< the largest value tried; 0: what the machine allows

    [[nodiscard]] mode what() const noexcept { return churn > 0 ? mode::churn : idle ? mode::idle : mode::load; }
    [[nodiscard]] std::uint32_t connections() const noexcept { return rooms * members; }
    /// How many of a room's members come back again and again, and how many read slowly.
    [[nodiscard]] std::uint32_t reconnecting() const noexcept { return part(reconnect_share); }
    [[nodiscard]] std::uint32_t slow() const noexcept { return part(slow_share); }

private:
    // That share of those who do not post; at least one where there is a share.
    [[nodiscard]] std::uint32_t part(double share) const noexcept;
};

/// Why there are no options: a bad flag (exit code 2), or help was asked for (0).
struct usage_answer {
    std::string text{};
    int exit_code = 2;
};

/// Reads the command line.
[[nodiscard]] core::result<options, usage_answer> read_options(int argc, const char* const* argv);

/// What is wrong with the flags together, for a person; empty: nothing.
[[nodiscard]] std::string conflict(const options& o);

}  // namespace tertulia::load
