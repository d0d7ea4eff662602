// server/protocol/rfc3339.hpp: how a time is written on the wire.
// Thread: any; no state.
// Owner: nobody.
#pragma once

#include "server/protocol/event.hpp"

#include <string>

namespace tertulia::protocol {

/// `at` as RFC 3339 has it, in UTC with three digits of a second: `2026-11-24T21:00:00.123Z`. Years 0 to 9999.
[[nodiscard]] std::string rfc3339(wall_time at);

}  // namespace tertulia::protocol
