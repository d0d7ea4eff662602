// tests/load/runs.hpp: what a run does, one function for each mode.
// Thread: one.
// Owner: main.
#pragma once

#include "tests/load/outcome.hpp"
#include "tests/load/progress.hpp"
#include "tests/load/target.hpp"

namespace tertulia::load {

/// Does what the flags say: a load or an idle run (`direct`), or a churn.
[[nodiscard]] outcome run_once(const options& flags, const target& server, progress& shown);

/// Connects and disconnects `flags.churn` times without a name, a quarter of them by TCP reset. Before it measures what
/// the server holds it does a round that is not counted, so that what a server keeps for good is there already.
[[nodiscard]] outcome run_churn(const options& flags, const target& server, progress& shown);

}  // namespace tertulia::load
