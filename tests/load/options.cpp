// tests/load/options.cpp: see options.hpp.
// Thread: any once read.
// Owner: main.
#include "tests/load/options.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <string_view>
#include <system_error>
#include <utility>

namespace tertulia::load {
namespace {

constexpr double day_s = 86400;
constexpr std::uint32_t million = 1'000'000;
constexpr double find_duration_s = 4;  // of one probe, where no --duration is given

// What a person writes, before it is known to be right.
struct raw {
    std::string url = "ws://127.0.0.1:8080";
    std::string bytes = "128";
    std::string find{};
    std::string p95 = "500ms";
    std::string max_p99{};
    double ramp_s = 0;
    std::int64_t max_lost = 0;
};

// `250`, `250ms` or `0.25s` in milliseconds; 0: none of these, or nothing that can be waited for.
double read_ms(std::string_view text) {
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
    if (error != std::errc{} || !(value > 0) || value > day_s * 1000) return 0;
    return unit == "s" ? value * 1000 : unit.empty() || unit == "ms" ? value : 0;
}

void add_crowd_flags(CLI::App& app, options& o, raw& said) {
    const auto count = CLI::Range(std::uint32_t{1}, million);
    const auto share = CLI::Range(0.0, 1.0);
    app.add_option("--rooms", o.rooms, "rooms")->check(count);
    app.add_option("--members", o.members, "connections for each room")->check(count);
    app.add_option("--publishers", o.publishers, "how many of a room's members also post")
        ->check(CLI::Range(0u, million));
    auto* pace = app.add_option("--connects-per-s", o.connects_per_s, "how many connect in a second; 0: all they can")
                     ->check(CLI::Range(0.0, 1e6));
    app.add_option("--ramp", said.ramp_s, "seconds over which all connect")
        ->check(CLI::Range(0.0, day_s))
        ->excludes(pace);
    app.add_option("--reconnect-share", o.reconnect_share,
                   "share of those who do not post that leaves and comes back where it was")
        ->check(share);
    app.add_option("--reconnect-every", o.reconnect_every_s, "seconds that each of these stays")
        ->check(CLI::Range(0.1, day_s));
    app.add_option("--storm", o.storms,
                   "so often within --duration they all leave at one moment, and come back at once")
        ->check(CLI::Range(0u, 1000u));
    app.add_option("--slow-share", o.slow_share, "share of those who do not post that reads slowly")->check(share);
    app.add_option("--slow-bytes-per-s", o.slow_bytes_per_s, "how much each of these reads")
        ->check(CLI::Range(100u, std::numeric_limits<std::uint32_t>::max()));
    app.add_option("--stall", o.stall, "members of each room that do not read for the duration, then read on")
        ->check(CLI::Range(0u, million));
    app.add_option("--processes", o.processes, "processes that share the members")->check(CLI::Range(1u, 64u));
    app.add_option("--connections-per-address", o.connections_per_address,
                   "to a server in 127.0.0.0/8: how many come from one address, the next ones from the next")
        ->check(CLI::Range(1u, 28'000u));
}

void add_load_flags(CLI::App& app, options& o, raw& said) {
    auto* rate = app.add_option("--rate", o.rate, "messages a second of each publisher, whatever the server does")
                     ->check(CLI::Range(0.001, 100'000.0));
    app.add_flag("--closed", o.closed, "a publisher posts when its last message has come back to it")->excludes(rate);
    app.add_option("--duration", o.duration_s, "seconds of measuring; with --find of each probe, 4 if not given")
        ->check(CLI::Range(0.1, day_s));
    app.add_option("--warmup", o.warmup_s, "seconds before that: judged, not measured")->check(CLI::Range(0.0, day_s));
    app.add_option("--bytes,--payload", said.bytes, "bytes of each text: N, A-B, or a mix like 64-256:9,4096:1");
    app.add_flag("--idle", o.idle, "only connect, join and hold: memory of a connection, CPU of the server");
    app.add_option("--churn", o.churn, "only connect and disconnect so often, without a name")
        ->check(CLI::Range(0u, million));
}

void add_answer_flags(CLI::App& app, options& o, raw& said) {
    app.add_option("--server-pid", o.server_pid, "the server's process, where it is on this machine and is not found");
    app.add_flag("--json", o.json, "one JSON object on stdout instead of the table");
    app.add_option("--html", o.html, "a file for a page with plots");
    app.add_option("--max-p99", said.max_p99, "fails when the p99 of latency is above this: 250, 250ms, 0.25s");
    // Read with a sign: a wrapped -1 would let everything pass.
    app.add_option("--max-lost", said.max_lost, "fails when more events than this are lost")
        ->check(CLI::Range(std::int64_t{0}, std::numeric_limits<std::int64_t>::max()));
    auto* find = app.add_option("--find", said.find, "finds the most members or the highest rate that keeps --p95")
                     ->check(CLI::IsMember({"members", "rate"}));
    app.add_option("--find-most", o.find_most, "the most that --find tries; 0: what the machine allows")
        ->check(CLI::Range(0.0, 1e6))
        ->needs(find);
    app.add_option("--p95", said.p95, "the bound of --find: 500, 500ms, 0.5s")->needs(find);
}

// Takes over what needs more than CLI11's checks; what is wrong, or nothing.
std::string take(raw& said, options& o, bool duration_given) {
    auto url = read_url(said.url);
    if (!url) return url.error();
    o.url = *std::move(url);
    auto bytes = size_mix::read(said.bytes);
    if (!bytes) return "--bytes: " + bytes.error();
    o.bytes = *std::move(bytes);
    if (!said.max_p99.empty() && (o.max_p99_ms = read_ms(said.max_p99)) == 0)
        return "--max-p99 " + said.max_p99 + ": give milliseconds, like 250ms";
    if ((o.find_p95_ms = read_ms(said.p95)) == 0) return "--p95 " + said.p95 + ": give milliseconds, like 500ms";
    if (!said.find.empty()) o.find = said.find == "members" ? find_what::members : find_what::rate;
    if (o.find != find_what::nothing && !duration_given) o.duration_s = find_duration_s;
    o.max_lost = static_cast<std::uint64_t>(said.max_lost);
    if (said.ramp_s > 0) o.connects_per_s = o.connections() / said.ramp_s;
    return conflict(o);
}

}  // namespace

std::uint32_t options::part(double share) const noexcept {
    const auto listeners = members - std::min(publishers, members);
    if (share <= 0 || listeners == 0) return 0;
    return std::max(1u, static_cast<std::uint32_t>(std::lround(share * listeners)));
}

std::string conflict(const options& o) {
    if (std::uint64_t{o.rooms} * o.members > million) return "--rooms times --members must be at most 1000000";
    if (o.idle && o.churn > 0) return "--idle and --churn exclude each other";
    if (o.what() != mode::load) {
        if (o.stall > 0) return "--stall goes neither with --idle nor with --churn";
        if (o.slow_share > 0 || o.reconnect_share > 0) return "--slow-share and --reconnect-share need a load";
        if (o.find != find_what::nothing) return "--find goes neither with --idle nor with --churn";
        return {};
    }
    if (o.storms > 0 && o.reconnecting() == 0) return "--storm needs --reconnect-share";
    if (o.publishers == 0) return "--publishers must be at least 1, but with --idle";
    if (o.publishers > o.members) return "--publishers must be at most --members";
    if (o.find == find_what::rate && o.closed) return "--find rate needs an open loop, not --closed";
    if (std::uint64_t{o.stall} + o.slow() + o.reconnecting() > o.members - o.publishers)
        return "--stall, --slow-share and --reconnect-share together are more than those who do not post";
    return {};
}

core::result<options, usage_answer> read_options(int argc, const char* const* argv) {
    options o;
    raw said;
    CLI::App app{"Puts load on a chat server and judges what arrives: lost, doubled, out of order, in the wrong room."};
    app.name("tertulia-load");
    app.option_defaults()->always_capture_default();
    app.add_option("--url", said.url, "the server, ws://host:port");
    add_crowd_flags(app, o, said);
    add_load_flags(app, o, said);
    add_answer_flags(app, o, said);
    try {
        app.parse(argc, argv);
    } catch (const CLI::CallForHelp&) {
        return core::fail_with(usage_answer{app.help(), 0});
    } catch (const CLI::ParseError& e) {
        return core::fail_with(usage_answer{e.what(), 2});
    }
    if (auto wrong = take(said, o, app.count("--duration") > 0); !wrong.empty())
        return core::fail_with(usage_answer{std::move(wrong), 2});
    if (o.idle) o.publishers = 0;
    return o;
}

}  // namespace tertulia::load
