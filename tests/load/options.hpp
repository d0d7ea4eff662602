// tests/load/options.hpp: the flags of tertulia-load.
// Thread: any once read.
// Owner: main.
#pragma once

#include "core/result.hpp"
#include "tests/load/target.hpp"

#include <sys/types.h>

#include <cstdint>
#include <string>

namespace tertulia::load {

/// What a run does.
enum class mode : std::uint8_t { load, idle, churn };

/// The flags, checked against each other.
struct options {
    ws_url url{};
    std::uint32_t rooms = 1;
    std::uint32_t members = 1000;   ///< connections for each room
    std::uint32_t publishers = 10;  ///< how many of a room's members post; 0 when idle
    double rate = 5;                ///< messages a second of each publisher
    double duration_s = 10;
    double warmup_s = 1;  ///< before that: judged, not measured
    std::uint32_t payload_bytes = 128;
    std::uint32_t stall = 0;  ///< members of each room that do not read for the duration
    std::uint32_t churn = 0;  ///< connects and disconnects without a name
    bool idle = false;
    bool json = false;
    pid_t server_pid = 0;  ///< 0: not known

    [[nodiscard]] mode what() const noexcept { return churn > 0 ? mode::churn : idle ? mode::idle : mode::load; }
    [[nodiscard]] std::uint32_t connections() const noexcept { return rooms * members; }
};

/// Why there are no options: a bad flag (exit code 2), or help was asked for (0).
struct usage_answer {
    std::string text{};
    int exit_code = 2;
};

/// Reads the command line.
[[nodiscard]] core::result<options, usage_answer> read_options(int argc, const char* const* argv);

}  // namespace tertulia::load
