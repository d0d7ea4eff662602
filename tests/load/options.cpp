// tests/load/options.cpp: see options.hpp.
// Thread: any once read.
// Owner: main.
#include "tests/load/options.hpp"

#include "tests/load/marker.hpp"

#include <CLI/CLI.hpp>

#include <utility>

namespace tertulia::load {
namespace {

constexpr double day_s = 86400;
constexpr std::uint32_t million = 1'000'000;

// What is wrong with the flags together; empty: nothing.
std::string conflict(const options& o) {
    if (std::uint64_t{o.rooms} * o.members > million) return "--rooms times --members must be at most 1000000";
    if (o.idle && o.churn > 0) return "--idle and --churn exclude each other";
    if (o.stall > 0 && o.what() != mode::load) return "--stall goes neither with --idle nor with --churn";
    if (o.what() != mode::load) return {};
    if (o.publishers == 0) return "--publishers must be at least 1, but with --idle";
    if (o.publishers > o.members) return "--publishers must be at most --members";
    if (o.stall > o.members - o.publishers) return "--stall must be at most --members less --publishers";
    return {};
}

}  // namespace

core::result<options, usage_answer> read_options(int argc, const char* const* argv) {
    options o;
    std::string url = "ws://127.0.0.1:8080";
    CLI::App app{"Puts load on a chat server and judges what arrives: lost, doubled, out of order, in the wrong room."};
    app.name("tertulia-load");
    app.option_defaults()->always_capture_default();
    const auto count = CLI::Range(std::uint32_t{1}, million);
    app.add_option("--url", url, "the server, ws://host:port");
    app.add_option("--rooms", o.rooms, "rooms")->check(count);
    app.add_option("--members", o.members, "connections for each room")->check(count);
    app.add_option("--publishers", o.publishers, "how many of a room's members also post")
        ->check(CLI::Range(0u, million));
    app.add_option("--rate", o.rate, "messages a second of each publisher")->check(CLI::Range(0.001, 100'000.0));
    app.add_option("--duration", o.duration_s, "seconds of measuring")->check(CLI::Range(0.1, day_s));
    app.add_option("--warmup", o.warmup_s, "seconds before that: judged, not measured")->check(CLI::Range(0.0, day_s));
    app.add_option("--payload", o.payload_bytes, "bytes of each text")
        ->check(CLI::Range(static_cast<std::uint32_t>(marker_bytes), std::uint32_t{4096}));
    app.add_option("--server-pid", o.server_pid, "a server on this machine, whose CPU and memory are told");
    app.add_flag("--json", o.json, "one JSON object on stdout instead of the table");
    app.add_flag("--idle", o.idle, "only connect, join and hold: memory of a connection, CPU of the server");
    app.add_option("--stall", o.stall, "members of each room that do not read for the duration, then read on")
        ->check(CLI::Range(0u, million));
    app.add_option("--churn", o.churn, "only connect and disconnect so often, without a name")
        ->check(CLI::Range(0u, million));
    try {
        app.parse(argc, argv);
    } catch (const CLI::CallForHelp&) {
        return core::fail_with(usage_answer{app.help(), 0});
    } catch (const CLI::ParseError& e) {
        return core::fail_with(usage_answer{e.what(), 2});
    }
    auto read = read_url(url);
    if (!read) return core::fail_with(usage_answer{read.error(), 2});
    o.url = *std::move(read);
    if (auto wrong = conflict(o); !wrong.empty()) return core::fail_with(usage_answer{std::move(wrong), 2});
    if (o.idle) o.publishers = 0;
    return o;
}

}  // namespace tertulia::load
