// tests/load/director.hpp: a run with members, shared by several processes: forks them, keeps them in step, adds up.
// Thread: one.
// Owner: the run (run_load, run_idle).
#pragma once

#include "tests/load/outcome.hpp"
#include "tests/load/progress.hpp"
#include "tests/load/target.hpp"

namespace tertulia::load {

/// All join; publishers post for warm-up and duration (nobody in an idle run); then it waits for what is outstanding.
/// Also one process is a process of its own, so that showing and looking at the server costs the load no time.
[[nodiscard]] outcome direct(const options& flags, const target& server, progress& shown);

}  // namespace tertulia::load
