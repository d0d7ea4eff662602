// tests/load/outcome.cpp: see outcome.hpp.
// Thread: any.
// Owner: main.
#include "tests/load/outcome.hpp"

#include "tests/load/clock.hpp"
#include "tests/load/text.hpp"

#include <algorithm>

namespace tertulia::load {
namespace {

constexpr double busy_share = 0.9;                // of a core: a loop that has no time left
constexpr std::int64_t late_ns = 20 * ns_per_ms;  // sending so late is no open loop, reading so late no measurement

}  // namespace

std::uint64_t outcome::errors() const noexcept {
    std::uint64_t sum = judged.unsent;
    for (const auto& [what, count] : faults) sum += count;
    return sum;
}

std::vector<std::string> outcome::broken() const {
    std::vector<std::string> list;
    const auto bound = [&](const char* what, std::uint64_t count, std::uint64_t most) {
        if (count > most) list.push_back(with_commas(count) + " " + what);
    };
    bound("lost", judged.lost, flags.max_lost);
    bound("duplicated", judged.duplicated, 0);
    bound("out of order", judged.out_of_order, 0);
    bound("misrouted", judged.misrouted, 0);
    bound("errors", errors(), 0);
    if (connected == 0) list.emplace_back("nobody connected");
    if (flags.what() == mode::load && connected > 0 && judged.deliveries == 0) list.emplace_back("nothing came");
    const auto p99 = latency.percentile(99);
    if (flags.max_p99_ms > 0 && static_cast<double>(p99) > flags.max_p99_ms * ns_per_ms)
        list.push_back("p99 " + milliseconds(p99) + " ms is above " + fixed(flags.max_p99_ms, 0) + " ms");
    return list;
}

std::string outcome::own_limit() const {
    if (flags.what() != mode::load || measured_s <= 0) return {};
    if (const auto share = std::max(busiest_cpu_s, flags.processes == 1 ? own_cpu_s : 0.0) / measured_s;
        share > busy_share)
        return "a process of it used " + fixed(share * 100, 0) + " % of a core";
    if (const auto p99 = lateness.percentile(99); p99 > late_ns)
        return "one message in 100 was sent " + milliseconds(p99) + " ms late or more";
    if (const auto p99 = turns.percentile(99); p99 > late_ns)
        return "one turn of its loops in 100 took " + milliseconds(p99) + " ms or more";
    return {};
}

}  // namespace tertulia::load
