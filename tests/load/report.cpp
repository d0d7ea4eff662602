// tests/load/report.cpp: see report.hpp.
// Thread: any.
// Owner: main.
#include "tests/load/report.hpp"

#include "tests/load/text.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <utility>
#include <vector>

namespace tertulia::load {
namespace {

using rows = std::vector<std::pair<std::string, std::string>>;

double per(double value, double of) {
    return of > 0 ? value / of : 0;
}

double rate_of(const outcome& found) {
    return per(static_cast<double>(found.measured_deliveries), found.measured_s);
}

std::string whole(double value) {
    return with_commas(static_cast<std::uint64_t>(std::max(0.0, value)));
}

std::string percent(double share) {
    return fixed(share * 100, 1) + " %";
}

std::string_view name_of(mode m) {
    return m == mode::load ? "load" : m == mode::idle ? "idle" : "churn";
}

double bytes_a_connection(const outcome& found) {
    const auto grown =
        static_cast<double>(found.server->after.rss_bytes) - static_cast<double>(found.server->before.rss_bytes);
    return per(grown, found.connected);
}

std::string latency_line(const histogram& h) {
    return "p50 " + milliseconds(h.percentile(50)) + "   p95 " + milliseconds(h.percentile(95)) + "   p99 " +
           milliseconds(h.percentile(99)) + "   p99.9 " + milliseconds(h.percentile(99.9)) + "   max " +
           milliseconds(h.max());
}

void add_load_rows(rows& out, const outcome& found) {
    const auto& f = found.flags;
    out.emplace_back("publishers", with_commas(std::uint64_t{f.rooms} * f.publishers) + ", each " + fixed(f.rate, 1) +
                                       " messages a second of " + std::to_string(f.payload_bytes) + " bytes");
    out.emplace_back("posted", with_commas(found.sent) + ", acknowledged " + with_commas(found.acknowledged));
    out.emplace_back("deliveries", with_commas(found.judged.deliveries) + ", " + whole(rate_of(found)) +
                                       " a second for " + fixed(found.measured_s, 1) + " s");
    out.emplace_back("latency ms", latency_line(found.latency));
    if (f.stall > 0) out.emplace_back("stalled ms", latency_line(found.stalled_latency));
    if (f.stall > 0 || found.judged.lagged > 0)
        out.emplace_back("lagged", with_commas(found.judged.lagged) + " times, " +
                                       with_commas(found.judged.passed_over) + " events passed over");
    out.emplace_back("sent late ms", latency_line(found.lateness));
}

void add_fault_rows(rows& out, const outcome& found) {
    if (found.flags.what() != mode::churn) {
        out.emplace_back("lost", with_commas(found.judged.lost));
        out.emplace_back("duplicated", with_commas(found.judged.duplicated));
        out.emplace_back("out of order", with_commas(found.judged.out_of_order));
        out.emplace_back("misrouted", with_commas(found.judged.misrouted));
    }
    if (found.judged.foreign > 0) out.emplace_back("foreign", with_commas(found.judged.foreign));
    out.emplace_back("errors", with_commas(found.errors()));
    for (const auto& [what, count] : found.faults) out.emplace_back("  " + what, with_commas(count));
    if (found.judged.unsent > 0) out.emplace_back("  messages nobody sent", with_commas(found.judged.unsent));
}

void add_server_rows(rows& out, const outcome& found) {
    const auto& s = *found.server;
    out.emplace_back("server CPU", fixed(s.measured_cpu_s, 2) + " s, " +
                                       percent(per(s.measured_cpu_s, found.measured_s)) + " of a core");
    if (found.measured_deliveries > 0)
        out.emplace_back("", whole(per(static_cast<double>(found.measured_deliveries), s.measured_cpu_s)) +
                                 " deliveries for a second of the server's CPU");
    out.emplace_back("server memory", mebibytes(s.before.rss_bytes) + " MiB before, " + mebibytes(s.peak_rss_bytes) +
                                          " at most, " + mebibytes(s.after.rss_bytes) + " after");
    if (found.flags.what() == mode::idle)
        out.emplace_back("", fixed(bytes_a_connection(found), 0) + " bytes for each connection");
    out.emplace_back("server descriptors",
                     with_commas(s.before.descriptors) + " before, " + with_commas(s.after.descriptors) + " after");
}

void add_own_rows(rows& out, const outcome& found) {
    out.emplace_back(
        "own CPU", fixed(found.own_cpu_s, 2) + " s, " + percent(per(found.own_cpu_s, found.measured_s)) + " of a core");
    if (found.measured_deliveries > 0)
        out.emplace_back("", whole(per(static_cast<double>(found.measured_deliveries), found.own_cpu_s)) +
                                 " deliveries for a second of it");
    if (found.own_bottleneck()) out.emplace_back("note", "this program may be the bottleneck, not the server");
    if (found.interrupted) out.emplace_back("note", "interrupted");
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
    const auto& f = found.flags;
    rows out;
    if (f.what() == mode::churn) {
        out.emplace_back("connects", with_commas(found.connected) + " of " + with_commas(f.churn) + ", in " +
                                         fixed(found.connect_s, 2) + " s");
    } else {
        out.emplace_back("members", with_commas(found.connected) + " of " + with_commas(f.connections()) + " in " +
                                        with_commas(f.rooms) + (f.rooms == 1 ? " room" : " rooms") + ", joined in " +
                                        fixed(found.connect_s, 2) + " s");
    }
    if (f.what() == mode::load) add_load_rows(out, found);
    add_fault_rows(out, found);
    if (found.server) add_server_rows(out, found);
    add_own_rows(out, found);
    out.emplace_back("verdict", found.passed() ? "all is well" : "something is wrong");

    std::size_t widest = 0;
    for (const auto& [what, value] : out) widest = std::max(widest, what.size());
    std::string text;
    for (const auto& [what, value] : out) text.append(what).append(widest + 2 - what.size(), ' ').append(value) += '\n';
    return text;
}

std::string json_of(const outcome& found) {
    const auto& f = found.flags;
    const auto& t = found.judged;
    nlohmann::ordered_json json = {{"mode", name_of(f.what())},
                                   {"passed", found.passed()},
                                   {"interrupted", found.interrupted},
                                   {"rooms", f.rooms},
                                   {"members", f.members},
                                   {"publishers", f.publishers},
                                   {"rate", f.rate},
                                   {"payload", f.payload_bytes},
                                   {"connected", found.connected},
                                   {"connect_s", found.connect_s},
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
                                   {"own_cpu_s", found.own_cpu_s},
                                   {"own_cpu_share", per(found.own_cpu_s, found.measured_s)},
                                   {"own_bottleneck", found.own_bottleneck()}};
    if (f.stall > 0) json["stalled_latency_ms"] = latency_json(found.stalled_latency);
    if (found.server) json["server"] = server_json(found);
    return json.dump();
}

}  // namespace tertulia::load
