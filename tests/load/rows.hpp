// tests/load/rows.hpp: an outcome in words: rows of what and how much, for the table and the page.
// Thread: any; plain functions.
// Owner: whoever holds the result.
#pragma once

#include "tests/load/outcome.hpp"

#include <string>
#include <utility>
#include <vector>

namespace tertulia::load {

/// What, and how much. An empty first goes on from the row above.
using rows = std::vector<std::pair<std::string, std::string>>;

/// What was asked for.
[[nodiscard]] rows settings_of(const options& flags);

/// What was found; the verdict is the last.
[[nodiscard]] rows findings_of(const outcome& found);

/// One line: whether all is well, or what is not.
[[nodiscard]] std::string verdict_of(const outcome& found);

/// Deliveries a second of the measured time.
[[nodiscard]] double rate_of(const outcome& found);

/// By how much the server has grown for each that is connected. `found.server` must be there.
[[nodiscard]] double bytes_a_connection(const outcome& found);

[[nodiscard]] std::string name_of(mode m);

}  // namespace tertulia::load
