// tests/load/report.cpp: see report.hpp.
// Thread: any.
// Owner: main.
#include "tests/load/report.hpp"

#include "tests/load/bars.hpp"
#include "tests/load/rows.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstddef>

namespace tertulia::load {
namespace {

double per(double value, double of) {
    return of > 0 ? value / of : 0;
}

nlohmann::ordered_json latency_json(const histogram& h) {
    const auto ms = [](std::int64_t ns) { return static_cast<double>(ns) / 1e6; };
    return {{"p50", ms(h.percentile(50))},
            {"p95", ms(h.percentile(95))},
            {"p99", ms(h.percentile(99))},
            {"p999", ms(h.percentile(99.9))},
            {"max", ms(h.max())}};
}

nlohmann::ordered_json server_json(const outcome& found) {
    const auto& s = *found.server;
    nlohmann::ordered_json json = {
        {"cpu_s", s.measured_cpu_s},
        {"cpu_share", per(s.measured_cpu_s, found.measured_s)},
        {"deliveries_per_cpu_s", per(static_cast<double>(found.measured_deliveries), s.measured_cpu_s)},
        {"rss_before_bytes", s.before.rss_bytes},
        {"rss_peak_bytes", s.peak_rss_bytes},
        {"rss_after_bytes", s.after.rss_bytes},
        {"descriptors_before", s.before.descriptors},
        {"descriptors_after", s.after.descriptors}};
    if (found.flags.what() == mode::idle) json["rss_bytes_per_connection"] = bytes_a_connection(found);
    return json;
}

}  // namespace

std::string table_of(const outcome& found) {
    const auto out = findings_of(found);
    std::size_t widest = 0;
    for (const auto& [what, value] : out) widest = std::max(widest, what.size());
    std::string text;
    for (const auto& [what, value] : out) text.append(what).append(widest + 2 - what.size(), ' ').append(value) += '\n';
    if (const auto drawn = histogram_lines(found.latency); !drawn.empty())
        text += "\ndeliveries by their latency, ms\n" + drawn;
    return text;
}

std::string json_of(const outcome& found) {
    const auto& f = found.flags;
    const auto& t = found.judged;
    nlohmann::ordered_json json = {{"mode", name_of(f.what())},
                                   {"passed", found.passed()},
                                   {"broken", found.broken()},
                                   {"interrupted", found.interrupted},
                                   {"rooms", f.rooms},
                                   {"members", f.members},
                                   {"publishers", f.publishers},
                                   {"rate", f.rate},
                                   {"closed", f.closed},
                                   {"bytes", f.bytes.text()},
                                   {"processes", f.processes},
                                   {"connected", found.connected},
                                   {"connect_s", found.connect_s},
                                   {"join_ms", latency_json(found.joins)},
                                   {"sent", found.sent},
                                   {"acknowledged", found.acknowledged},
                                   {"deliveries", t.deliveries},
                                   {"deliveries_per_s", rate_of(found)},
                                   {"measured_s", found.measured_s},
                                   {"lost", t.lost},
                                   {"duplicated", t.duplicated},
                                   {"out_of_order", t.out_of_order},
                                   {"misrouted", t.misrouted},
                                   {"foreign", t.foreign},
                                   {"lagged", t.lagged},
                                   {"passed_over", t.passed_over},
                                   {"errors", found.errors()},
                                   {"errors_by_kind", found.faults},
                                   {"latency_ms", latency_json(found.latency)},
                                   {"lateness_ms", latency_json(found.lateness)},
                                   {"load_cpu_s", found.own_cpu_s},
                                   {"own_cpu_share", per(found.own_cpu_s, found.measured_s)},
                                   {"own_bottleneck", found.own_bottleneck()},
                                   {"own_limit", found.own_limit()}};
    if (found.came_back > 0) {
        json["came_back"] = found.came_back;
        json["unrecovered"] = found.unrecovered;
        json["return_ms"] = latency_json(found.returns);
    }
    if (found.stalled_latency.count() > 0) json["stalled_latency_ms"] = latency_json(found.stalled_latency);
    if (found.server) {
        json["server_cpu_s"] = found.server->measured_cpu_s;
        json["server"] = server_json(found);
    }
    return json.dump();
}

}  // namespace tertulia::load
