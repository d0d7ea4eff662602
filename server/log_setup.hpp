// server/log_setup.hpp: how the server's log is written: to standard error, for people or as JSON lines.
// Thread: main, before the shards start; after that spdlog takes lines from any.
// Owner: spdlog.
#pragma once

#include <string>

namespace tertulia {

/// @param level trace, debug, info, warn, error or off
/// @param format text or json
void set_up_log(const std::string& level, const std::string& format);

}  // namespace tertulia
