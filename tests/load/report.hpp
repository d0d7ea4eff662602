// tests/load/report.hpp: an outcome as a table for a person, and as one JSON object for a program.
// Thread: any.
// Owner: main.
#pragma once

#include "tests/load/outcome.hpp"

#include <string>

namespace tertulia::load {

/// Rows of what and how much, aligned; below them the latency as a histogram drawn in text.
[[nodiscard]] std::string table_of(const outcome& found);

/// One object, one line. Always has `deliveries`, `lost`, `duplicated`, `out_of_order`, `misrouted`, `errors` and
/// `latency_ms` (`p50`, `p95`, `p99`, `p999`, `max`); `server` only where it could be looked at.
[[nodiscard]] std::string json_of(const outcome& found);

}  // namespace tertulia::load
