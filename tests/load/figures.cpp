// tests/load/figures.cpp: see figures.hpp.
// Thread: any.
// Owner: whoever holds the result.
#include "tests/load/figures.hpp"

#include "tests/load/buckets.hpp"
#include "tests/load/text.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <limits>
#include <utility>

namespace tertulia::load {
namespace {

constexpr std::size_t most_bars = 48;
constexpr int steps_a_nine = 20;
constexpr double least_ms = 0.001;  // a logarithmic axis has no 0
constexpr double nothing = std::numeric_limits<double>::quiet_NaN();

double ms(std::int64_t ns) {
    return static_cast<double>(ns) / 1e6;
}

// Percentiles lie at the number of their nines: 90 at 1, 99 at 2, 99.9 at 3. The last that n records tell of is
// log10(n).
double percent_at(double nines) {
    return 100 * (1 - std::pow(10, -nines));
}

axis nines_axis(double most) {
    axis a{.title = "percentile", .to = std::max(1.0, most)};
    for (const auto& [at, label] : {std::pair{0.0, "0"},
                                    {0.30103, "50"},
                                    {1.0, "90"},
                                    {2.0, "99"},
                                    {3.0, "99.9"},
                                    {4.0, "99.99"},
                                    {5.0, "99.999"},
                                    {6.0, "99.9999"}})
        if (at <= a.to) a.ticks.push_back({at, label});
    return a;
}

series percentiles_of(std::string name, const histogram& h) {
    series s{.name = std::move(name)};
    const auto last = std::lround(std::log10(static_cast<double>(h.count())) * steps_a_nine);
    for (long i = 0; i <= last; ++i) {
        const double nines = static_cast<double>(i) / steps_a_nine;
        const auto value = std::max(least_ms, ms(h.percentile(percent_at(nines))));
        s.marks.push_back(
            {.x = nines, .y = value, .says = "p" + short_number(percent_at(nines)) + ": " + fixed(value, 3) + " ms"});
    }
    return s;
}

figure by_percentile(const outcome& found) {
    figure f{.heading = "Latency by percentile"};
    f.what.lines.push_back(percentiles_of("members that stay and read", found.latency));
    auto count = found.latency.count();
    auto most = found.latency.max();
    if (found.stalled_latency.count() > 0) {
        f.what.lines.push_back(percentiles_of("members that are away, slow or stalled", found.stalled_latency));
        count = std::max(count, found.stalled_latency.count());
        most = std::max(most, found.stalled_latency.max());
    }
    f.what.label = "p50 " + milliseconds(found.latency.percentile(50)) + " ms, p99 " +
                   milliseconds(found.latency.percentile(99)) + " ms, at most " + milliseconds(found.latency.max()) +
                   " ms";
    f.what.x = nines_axis(std::log10(static_cast<double>(count)));
    f.what.y = log_axis("ms", std::max(least_ms, ms(found.latency.percentile(0))), std::max(least_ms, ms(most)));
    return f;
}

figure as_histogram(const outcome& found) {
    figure f{.heading = "Deliveries by latency"};
    const auto& h = found.latency;
    const auto buckets = log_buckets(h, most_bars);
    std::uint64_t most = 0;
    for (const auto& b : buckets) {
        most = std::max(most, b.count);
        const auto share = static_cast<double>(b.count) / static_cast<double>(h.count());
        f.what.bars.push_back({.x = std::max(least_ms, ms(b.from)),
                               .y = static_cast<double>(b.count),
                               .says = short_number(ms(b.from)) + " to " + short_number(ms(b.to)) +
                                       " ms: " + with_commas(b.count) + " (" + fixed(share * 100, 2) + " %)",
                               .x_to = ms(b.to)});
    }
    for (const auto& [percent, name] : {std::pair{50.0, "p50"}, {95.0, "p95"}, {99.0, "p99"}})
        f.what.rules.push_back(
            {ms(h.percentile(percent)), std::string(name) + " " + short_number(ms(h.percentile(percent))) + " ms"});
    f.what.label = "How many deliveries took how long, in " + std::to_string(buckets.size()) + " buckets";
    f.what.x = log_axis("ms", f.what.bars.front().x, f.what.bars.back().x_to);
    f.what.y = linear_axis("deliveries", static_cast<double>(most));
    return f;
}

using reading = std::function<double(const moment&)>;

series over_time(std::string name, const std::vector<moment>& moments, const reading& value, const std::string& unit) {
    series s{.name = std::move(name)};
    for (const auto& m : moments) {
        const double y = value(m);
        s.marks.push_back({.x = m.at_s, .y = y, .says = fixed(m.at_s, 0) + " s: " + short_number(y) + unit});
    }
    return s;
}

double extreme(const plot& p, bool most) {
    double found = nothing;
    for (const auto& s : p.lines)
        for (const auto& m : s.marks) found = most ? std::fmax(found, m.y) : std::fmin(found, m.y);
    return found;
}

class timeline {
public:
    explicit timeline(const outcome& found) : moments_(found.moments) {
        const auto measuring = [](const moment& m) { return m.what == phase::measuring; };
        const auto first = std::find_if(moments_.begin(), moments_.end(), measuring);
        const auto last = std::find_if(moments_.rbegin(), moments_.rend(), measuring);
        if (first != moments_.end()) measured_ = {first->at_s, last->at_s};
    }

    [[nodiscard]] figure draw(std::string heading, std::string title, std::vector<series> lines,
                              bool log = false) const {
        figure f{.heading = std::move(heading)};
        f.what.lines = std::move(lines);
        f.what.shaded = measured_;
        f.what.x = linear_axis("seconds since the run began", moments_.back().at_s);
        const double most = extreme(f.what, true);
        const double least = extreme(f.what, false);
        f.what.y = log && least > 0 ? log_axis(std::move(title), least, most)
                                    : linear_axis(std::move(title), std::isnan(most) ? 0 : most);
        f.what.label = f.heading + ", at most " + short_number(std::isnan(most) ? 0 : most) + " " + f.what.y.title;
        return f;
    }

    [[nodiscard]] series of(std::string name, const reading& value, const std::string& unit) const {
        return over_time(std::move(name), moments_, value, unit);
    }

    void add_to(std::vector<figure>& out) const {
        const auto latency = [](std::int64_t moment::*at) {
            return [at](const moment& m) { return m.max_ns > 0 ? std::max(least_ms, ms(m.*at)) : nothing; };
        };
        if (moments_.back().sent > 0) {
            out.push_back(draw("Deliveries over time", "a second",
                               {of(
                                   "deliveries", [](const moment& m) { return m.deliveries_per_s; }, " a second")}));
            out.push_back(draw("Latency over time", "ms",
                               {of("p50", latency(&moment::p50_ns), " ms"), of("p99", latency(&moment::p99_ns), " ms"),
                                of("max", latency(&moment::max_ns), " ms")},
                               true));
        }
        out.push_back(draw("Connected over time", "members",
                           {of(
                               "connected", [](const moment& m) { return m.joined; }, "")}));
        std::vector<series> cpu{of(
            "this program", [](const moment& m) { return 100 * m.own_cpu; }, " %")};
        if (std::any_of(moments_.begin(), moments_.end(), [](const moment& m) { return m.server_cpu.has_value(); })) {
            cpu.insert(cpu.begin(),
                       of(
                           "server", [](const moment& m) { return 100 * m.server_cpu.value_or(nothing); }, " %"));
            out.push_back(draw("CPU over time", "% of a core", std::move(cpu)));
            out.push_back(draw("Memory of the server over time", "MiB",
                               {of(
                                   "resident",
                                   [](const moment& m) {
                                       return m.server_cpu ? static_cast<double>(m.server_rss_bytes) / (1 << 20)
                                                           : nothing;
                                   },
                                   " MiB")}));
        } else {
            out.push_back(draw("CPU over time", "% of a core", std::move(cpu)));
        }
    }

private:
    const std::vector<moment>& moments_;
    std::pair<double, double> measured_{0, 0};
};

}  // namespace

std::vector<figure> figures_of(const outcome& found) {
    std::vector<figure> out;
    if (found.latency.count() > 0) {
        out.push_back(by_percentile(found));
        out.push_back(as_histogram(found));
    }
    if (found.moments.size() > 1) timeline(found).add_to(out);
    return out;
}

}  // namespace tertulia::load
