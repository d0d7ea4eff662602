// tests/load/schedule.cpp: see schedule.hpp.
// Thread: one.
// Owner: the run.
#include "tests/load/schedule.hpp"

#include <utility>

namespace tertulia::load {

schedule::schedule(std::vector<std::uint32_t> own, std::uint32_t all, double rate, std::int64_t start_ns,
                   std::int64_t end_ns)
    : interval_ns_(1e9 / rate), own_(std::move(own)), all_(all), start_ns_(start_ns), end_ns_(end_ns) {
    for (std::uint32_t p = 0; p < own_.size(); ++p) plan(p, 0);
}

void schedule::pop() {
    const entry taken = waiting_.top();
    waiting_.pop();
    plan(taken.publisher, taken.turn + 1);
}

// Counted from the start each time, so that no rounding adds up.
void schedule::plan(std::uint32_t publisher, std::uint64_t turn) {
    const double share = static_cast<double>(own_[publisher]) / all_;
    const auto at = start_ns_ + static_cast<std::int64_t>((static_cast<double>(turn) + share) * interval_ns_);
    if (at < end_ns_) waiting_.push({at, publisher, turn});
}

}  // namespace tertulia::load
