// tests/load/rows.cpp: see rows.hpp.
// Thread: any.
// Owner: whoever holds the result.
#include "tests/load/rows.hpp"

#include "tests/load/text.hpp"

#include <algorithm>
#include <cstdint>

namespace tertulia::load {
namespace {

double per(double value, double of) {
    return of > 0 ? value / of : 0;
}

std::string whole(double value) {
    return with_commas(static_cast<std::uint64_t>(std::max(0.0, value)));
}

std::string percent(double share) {
    return fixed(share * 100, 1) + " %";
}

std::string latency_line(const histogram& h) {
    return "p50 " + milliseconds(h.percentile(50)) + "   p95 " + milliseconds(h.percentile(95)) + "   p99 " +
           milliseconds(h.percentile(99)) + "   p99.9 " + milliseconds(h.percentile(99.9)) + "   max " +
           milliseconds(h.max());
}

std::string publishers_line(const options& f) {
    const auto all = with_commas(std::uint64_t{f.rooms} * f.publishers);
    if (f.closed) return all + " in closed loop, messages of " + f.bytes.text() + " bytes";
    return all + ", each " + fixed(f.rate, 1) + " messages a second of " + f.bytes.text() + " bytes";
}

void add_load_rows(rows& out, const outcome& found) {
    const auto& f = found.flags;
    const auto& t = found.judged;
    out.emplace_back("publishers", publishers_line(f));
    out.emplace_back("posted", with_commas(found.sent) + ", acknowledged " + with_commas(found.acknowledged));
    out.emplace_back("deliveries", with_commas(t.deliveries) + ", " + whole(rate_of(found)) + " a second for " +
                                       fixed(found.measured_s, 1) + " s");
    out.emplace_back("latency ms", latency_line(found.latency));
    if (found.stalled_latency.count() > 0) out.emplace_back("away or slow ms", latency_line(found.stalled_latency));
    if (f.stall > 0 || f.slow_share > 0 || t.lagged > 0)
        out.emplace_back("lagged",
                         with_commas(t.lagged) + " times, " + with_commas(t.passed_over) + " events passed over");
    if (found.came_back > 0)
        out.emplace_back("came back", with_commas(found.came_back) + " times, " + with_commas(found.unrecovered) +
                                          " without what was missed");
    if (found.returns.count() > 0) out.emplace_back("to come back ms", latency_line(found.returns));
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
    if (const auto why = found.own_limit(); !why.empty())
        out.emplace_back("note", "this program may be the bottleneck, not the server: " + why);
    if (found.interrupted) out.emplace_back("note", "interrupted");
}

}  // namespace

double rate_of(const outcome& found) {
    return per(static_cast<double>(found.measured_deliveries), found.measured_s);
}

double bytes_a_connection(const outcome& found) {
    const auto grown =
        static_cast<double>(found.server->after.rss_bytes) - static_cast<double>(found.server->before.rss_bytes);
    return per(grown, found.connected);
}

std::string name_of(mode m) {
    return m == mode::load ? "load" : m == mode::idle ? "idle" : "churn";
}

std::string verdict_of(const outcome& found) {
    const auto broken = found.broken();
    if (broken.empty()) return "all is well";
    std::string text = "something is wrong";
    for (const auto& what : broken) text += (&what == broken.data() ? ": " : ", ") + what;
    return text;
}

rows settings_of(const options& f) {
    rows out;
    const bool ipv6 = f.url.host.find(':') != f.url.host.npos;
    out.emplace_back("server", "ws://" + (ipv6 ? "[" + f.url.host + "]" : f.url.host) + ":" + f.url.port + f.url.path);
    out.emplace_back("mode", name_of(f.what()));
    if (f.what() == mode::churn) {
        out.emplace_back("connects", with_commas(f.churn));
        return out;
    }
    out.emplace_back("rooms", with_commas(f.rooms));
    out.emplace_back("members of each", with_commas(f.members));
    out.emplace_back("processes", with_commas(f.processes));
    if (f.connects_per_s > 0) out.emplace_back("connects a second", fixed(f.connects_per_s, 1));
    if (f.what() == mode::load) {
        out.emplace_back("publishers of each", with_commas(f.publishers));
        out.emplace_back("loop", f.closed ? "closed" : "open");
        if (!f.closed) out.emplace_back("messages a second of each publisher", fixed(f.rate, 3));
        out.emplace_back("bytes of each text", f.bytes.text());
        if (f.reconnect_share > 0)
            out.emplace_back(
                "members of each room that come back",
                with_commas(f.reconnecting()) + (f.storms > 0 ? ", all at once, " + with_commas(f.storms) + " times"
                                                              : ", every " + fixed(f.reconnect_every_s, 1) + " s"));
        if (f.slow_share > 0)
            out.emplace_back("members of each room that read slowly",
                             with_commas(f.slow()) + ", " + with_commas(f.slow_bytes_per_s) + " bytes a second");
        if (f.stall > 0) out.emplace_back("members of each room that don't read", with_commas(f.stall));
        if (f.max_p99_ms > 0) out.emplace_back("p99 at most", fixed(f.max_p99_ms, 0) + " ms");
        if (f.max_lost > 0) out.emplace_back("lost at most", with_commas(f.max_lost));
    }
    out.emplace_back("warm-up", fixed(f.warmup_s, 1) + " s");
    out.emplace_back("measured", fixed(f.duration_s, 1) + " s");
    return out;
}

rows findings_of(const outcome& found) {
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
    if (found.joins.count() > 0) out.emplace_back("to join ms", latency_line(found.joins));
    if (f.what() == mode::load) add_load_rows(out, found);
    add_fault_rows(out, found);
    if (found.server) add_server_rows(out, found);
    add_own_rows(out, found);
    out.emplace_back("verdict", verdict_of(found));
    return out;
}

}  // namespace tertulia::load
