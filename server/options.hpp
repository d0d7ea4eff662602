// server/options.hpp: what the operator says: flags, TERTULIA_… variables and a TOML file, all with the same names.
// Thread: main, before the shards start; read by all after that.
// Owner: main.
#pragma once

#include "server/health.hpp"
#include "server/maintenance.hpp"
#include "server/protocol/limits.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace tertulia {

struct options {
    std::vector<std::string> listen{"127.0.0.1:8080"};  ///< host:port, [v6]:port; port 0: any that is free
    std::uint32_t threads = 0;                          ///< shards; 0: one for each core
    std::string store = "sqlite:./data/tertulia.db";    ///< or memory
    std::string durability = "full";                    ///< or process; of a store that keeps
    std::vector<std::string> retention{};               ///< rules that store::retention reads, checked
    std::string scrub = "4";                            ///< the hour of UTC, or off; of a store that keeps
    std::string public_url{};
    std::vector<std::string> allow_origin{};
    std::vector<std::string> trusted_proxy{};  ///< networks, checked
    std::string log_level = "info";
    std::string log_format = "text";
    protocol::limits limits{};
};

/// What to do instead of serving: print `text` and leave.
struct leave_now {
    int exit_code = 0;
    std::string text{};
};

/// What the program is asked to do: to serve (options), or one of its other commands.
using command = std::variant<options, health_check, backup_task, restore_task, check_task, scrub_task, leave_now>;

/// The file of `sqlite:PATH`; empty: that is no such store.
[[nodiscard]] std::string path_of_store(std::string_view store);

/// Reads the command line. A bad flag is one clear line and exit code 2.
[[nodiscard]] command read_command(int argc, const char* const* argv);

}  // namespace tertulia
