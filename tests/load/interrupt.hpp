// tests/load/interrupt.hpp: SIGINT ends a run early, with a report.
// Thread: any.
// Owner: the process.
#pragma once

namespace tertulia::load {

/// From now on SIGINT is counted instead of ending the process.
void count_interrupts() noexcept;

/// How many have come: one ends the posting, two end the waiting as well.
[[nodiscard]] int interrupts() noexcept;

}  // namespace tertulia::load
