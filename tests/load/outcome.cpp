// tests/load/outcome.cpp: see outcome.hpp.
// Thread: any.
// Owner: main.
#include "tests/load/outcome.hpp"

#include "tests/load/clock.hpp"

namespace tertulia::load {
namespace {

constexpr double busy_share = 0.9;                // of a core: a loop that has no time left
constexpr std::int64_t late_ns = 20 * ns_per_ms;  // sending so late is no open loop any more

}  // namespace

std::uint64_t outcome::errors() const noexcept {
    std::uint64_t sum = judged.unsent;
    for (const auto& [what, count] : faults) sum += count;
    return sum;
}

bool outcome::passed() const noexcept {
    const bool nothing_came = flags.what() == mode::load && judged.deliveries == 0;
    return judged.lost == 0 && judged.duplicated == 0 && judged.out_of_order == 0 && judged.misrouted == 0 &&
           errors() == 0 && connected > 0 && !nothing_came;
}

bool outcome::own_bottleneck() const noexcept {
    return flags.what() == mode::load && (own_cpu_s > measured_s * busy_share || lateness.percentile(99) > late_ns);
}

}  // namespace tertulia::load
