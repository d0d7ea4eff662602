// tests/load/find.cpp: see find.hpp.
// Thread: one.
// Owner: main.
#include "tests/load/find.hpp"

#include "tests/load/clock.hpp"
#include "tests/load/report.hpp"
#include "tests/load/text.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <utility>

namespace tertulia::load {
namespace {

constexpr double precision = 1.05;  // neighbours as near as this are not told apart
constexpr double least_rate = 0.01;

// The flags with another value of what is looked for.
options with(const options& flags, double value) {
    auto o = flags;
    if (flags.find == find_what::members) {
        // A ramp was given for the members of the flags; more of them connect as fast.
        o.members = static_cast<std::uint32_t>(value);
        o.publishers = std::min(flags.publishers, o.members);
    } else {
        o.rate = value;
    }
    return o;
}

probe judged(const options& flags, double value, const outcome& found) {
    probe p{.value = value};
    const auto p95 = found.latency.percentile(95);
    p.p95_ms = static_cast<double>(p95) / ns_per_ms;
    p.deliveries_per_s = found.measured_s > 0 ? static_cast<double>(found.measured_deliveries) / found.measured_s : 0;
    p.own_limit = found.own_limit();
    if (p.p95_ms > flags.find_p95_ms)
        p.why = "p95 above the bound";
    else if (found.connected < found.flags.connections())
        p.why = "not all could join";
    else if (const auto wrong = found.broken(); !wrong.empty())
        p.why = wrong.front();
    p.kept = p.why.empty();
    return p;
}

class search {
public:
    search(const options& flags, double most, const std::function<outcome(const options&)>& run,
           const std::function<void(const probe&)>& tell)
        : flags_(flags), most_(most), run_(run), tell_(tell) {}

    finding go() {
        const bool members = flags_.find == find_what::members;
        const double least = members ? std::max(1u, flags_.publishers) : least_rate;
        double value = std::clamp(members ? static_cast<double>(flags_.members) : flags_.rate, least, most_);
        if (kept(value)) {
            while (!over() && found_.least_broken == 0 && value < most_) kept(value = std::min(value * 2, most_));
        } else {
            while (!over() && found_.most == 0 && value > least) kept(value = std::max(whole(value / 2), least));
        }
        while (!over() && found_.most > 0 && found_.least_broken > found_.most * precision) {
            const auto middle = whole(std::sqrt(found_.most * found_.least_broken));
            if (middle <= found_.most || middle >= found_.least_broken) break;
            kept(middle);
        }
        return std::move(found_);
    }

private:
    [[nodiscard]] bool over() const noexcept { return found_.interrupted; }

    [[nodiscard]] double whole(double value) const {
        return flags_.find == find_what::members ? std::floor(value) : value;
    }

    // A machine that was busy with something else for a moment breaks a bound as well, so only a second break counts.
    bool kept(double value) { return tried(value) || (!over() && tried(value)); }

    bool tried(double value) {
        auto outcome = run_(with(flags_, value));
        found_.interrupted = outcome.interrupted;
        if (found_.interrupted) return false;
        auto p = judged(flags_, value, outcome);
        tell_(p);
        if (p.kept) {
            found_.most = std::max(found_.most, value);
            if (found_.least_broken == value) found_.least_broken = broken_before_;
        } else if (found_.least_broken == 0 || value < found_.least_broken) {
            broken_before_ = std::exchange(found_.least_broken, value);
            found_.load_was_limit = !p.own_limit.empty();
        }
        if (p.kept || found_.most == 0) found_.best = std::move(outcome);
        found_.probes.push_back(std::move(p));
        return found_.probes.back().kept;
    }

    const options& flags_;
    double most_;
    const std::function<outcome(const options&)>& run_;
    const std::function<void(const probe&)>& tell_;
    finding found_;
    double broken_before_ = 0;  // what `least_broken` was before its last value
};

std::string value_text(const options& flags, double value) {
    return flags.find == find_what::members ? with_commas(static_cast<std::uint64_t>(value)) + " members"
                                            : fixed(value, 2) + " messages a second of each publisher";
}

}  // namespace

finding find_most(const options& flags, double most, const std::function<outcome(const options&)>& run,
                  const std::function<void(const probe&)>& tell) {
    return search(flags, most, run, tell).go();
}

std::string line_of(const options& flags, const probe& p) {
    std::string line = value_text(flags, p.value) + ": p95 " + fixed(p.p95_ms, 1) + " ms, " +
                       with_commas(static_cast<std::uint64_t>(p.deliveries_per_s)) +
                       " deliveries a second: " + (p.kept ? "kept" : "broken, " + p.why);
    if (!p.own_limit.empty()) line += "; this program may be the bottleneck: " + p.own_limit;
    return line + "\n";
}

std::string table_of(const options& flags, const finding& found) {
    std::string text;
    for (const auto& p : found.probes) text += line_of(flags, p);
    text += "\nThe best run:\n" + table_of(found.best);
    const auto bound = "p95 of " + fixed(flags.find_p95_ms, 0) + " ms";
    if (found.most == 0)
        text += "found     nothing that keeps a " + bound + "\n";
    else
        text += "found     " + value_text(flags, found.most) +
                (flags.rooms == 1 ? "" : " in each of " + with_commas(flags.rooms) + " rooms") + " keep a " + bound +
                (found.least_broken == 0 ? ", and no more was tried\n"
                                         : "; " + value_text(flags, found.least_broken) + " do not\n");
    if (found.load_was_limit) text += "note      where it broke this program may have been the bottleneck\n";
    return text;
}

std::string json_of(const options& flags, const finding& found) {
    auto probes = nlohmann::ordered_json::array();
    for (const auto& p : found.probes) {
        nlohmann::ordered_json one = {
            {"value", p.value}, {"kept", p.kept}, {"p95_ms", p.p95_ms}, {"deliveries_per_s", p.deliveries_per_s}};
        if (!p.why.empty()) one["why"] = p.why;
        if (!p.own_limit.empty()) one["own_limit"] = p.own_limit;
        probes.push_back(std::move(one));
    }
    auto json = nlohmann::ordered_json::parse(json_of(found.best));
    json["find"] = {{"what", flags.find == find_what::members ? "members" : "rate"},
                    {"p95_bound_ms", flags.find_p95_ms},
                    {"most", found.most},
                    {"least_broken", found.least_broken},
                    {"load_was_limit", found.load_was_limit},
                    {"probes", std::move(probes)}};
    return json.dump();
}

}  // namespace tertulia::load
