// tests/bench/crowd.cpp: a crowd that keeps the server or the floor as busy as it can be, and counts what that cost it.
// Thread: one.
// Owner: the process.
//
// Closed loop: a publisher posts again for every event of its room times the publishers, so `window` posts of each are
// on their way. It only counts; whether what comes is right is judged by tertulia-load.
#include "tests/load/crowd.hpp"

#include "tests/load/clock.hpp"
#include "tests/load/names.hpp"
#include "tests/load/process.hpp"
#include "tests/load/target.hpp"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <cstdint>
#include <cstdio>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace tertulia::load;

constexpr std::int64_t patience_ns = 10 * ns_per_s;

struct settings {
    std::string url = "ws://127.0.0.1:8080";
    pid_t server_pid = 0;
    std::uint32_t rooms = 1;
    std::uint32_t members = 1000;
    std::uint32_t publishers = 10;
    std::uint32_t window = 1;
    std::uint32_t payload_bytes = 128;
    double warmup_s = 1;
    double duration_s = 3;
};

[[noreturn]] void give_up(const std::string& why) {
    std::fprintf(stderr, "tertulia-crowd: %s\n", why.c_str());
    std::exit(1);
}

process_usage usage_or_give_up(pid_t pid) {
    const auto usage = usage_of(pid);
    if (!usage) give_up("no process that may be looked at: " + std::to_string(pid));
    return *usage;
}

class bench_crowd final : crowd_listener {
public:
    bench_crowd(const settings& with, const target& server)
        : with_(with),
          names_(std::random_device{}(), with.rooms),
          heard_(std::size_t{with.rooms} * with.publishers),
          crowd_(
              server, with.rooms * with.members,
              [this](auto m) { return names_.query(m / with_.members, m % with_.members); }, *this) {}

    void join() {
        const auto all = with_.rooms * with_.members;
        for (const auto end = now_ns() + 6 * patience_ns; joined_ < all;) {
            crowd_.turn(now_ns() + ns_per_s);
            if (now_ns() > end) give_up(std::to_string(all - joined_) + " have not joined");
        }
    }

    void begin_posting() {
        for (std::uint32_t room = 0; room < with_.rooms; ++room) {
            for (std::uint32_t p = 0; p < with_.publishers; ++p)
                for (std::uint32_t n = 0; n < with_.window; ++n) post(room, p);
        }
    }

    void turn_for(double s) {
        for (const auto end = now_ns() + to_ns(s); now_ns() < end;) crowd_.turn(end);
    }

    [[nodiscard]] std::uint64_t deliveries() const noexcept { return deliveries_; }
    [[nodiscard]] std::uint64_t payload_bytes() const noexcept { return payload_bytes_; }
    [[nodiscard]] std::uint64_t reads() const noexcept { return reads_; }

private:
    void post(std::uint32_t room, std::uint32_t publisher) {
        command_ = R"({"type":"message","room":")";
        command_.append(names_.of(room)).append(R"(","text":")").append(with_.payload_bytes, 'x').append(R"("})");
        crowd_.send(room * with_.members + publisher, command_, 0x5eed5eed);
    }

    void on_text(std::uint32_t member, std::string_view payload, std::int64_t now) override {
        if (payload.starts_with(R"({"type":"joined")")) ++joined_;
        if (payload.starts_with(R"({"type":"error")")) give_up(std::string(payload));
        if (!payload.starts_with(R"({"type":"message")")) return;
        ++deliveries_;
        payload_bytes_ += payload.size();
        if (member != last_reader_ || now != last_read_ns_) ++reads_;
        last_reader_ = member;
        last_read_ns_ = now;
        const auto room = member / with_.members;
        const auto place = member % with_.members;
        if (place >= with_.publishers) return;
        auto& heard = heard_[std::size_t{room} * with_.publishers + place];
        if (++heard % with_.publishers == 0) post(room, place);
    }

    void on_gone(std::uint32_t member, const std::string& fault) override {
        give_up("member " + std::to_string(member) + ": " + (fault.empty() ? "connection ended" : fault));
    }

    const settings& with_;
    room_names names_;
    std::vector<std::uint32_t> heard_;  // events, by each publisher
    std::uint32_t joined_ = 0;
    std::uint64_t deliveries_ = 0;
    std::uint64_t payload_bytes_ = 0;
    std::uint64_t reads_ = 0;  // that brought events
    std::uint32_t last_reader_ = UINT32_MAX;
    std::int64_t last_read_ns_ = 0;
    std::string command_;
    crowd crowd_;
};

void measure(const settings& with, const target& server) {
    const auto empty = usage_or_give_up(with.server_pid);
    bench_crowd members(with, server);
    members.join();
    members.begin_posting();
    members.turn_for(with.warmup_s);
    const auto deliveries_before = members.deliveries();
    const auto bytes_before = members.payload_bytes();
    const auto reads_before = members.reads();
    const auto begun = now_ns();
    const auto own_before = own_cpu_s();
    const auto before = usage_or_give_up(with.server_pid);
    members.turn_for(with.duration_s);
    const auto after = usage_or_give_up(with.server_pid);
    const double own = own_cpu_s() - own_before;
    const double seconds = to_s(now_ns() - begun);
    const double cpu = after.cpu_s - before.cpu_s;
    const auto connections = static_cast<double>(with.rooms) * with.members;
    const auto deliveries = static_cast<double>(members.deliveries() - deliveries_before);
    const auto bytes = static_cast<double>(members.payload_bytes() - bytes_before);
    const auto reads = static_cast<double>(members.reads() - reads_before);
    const auto per = [](double value, double of) { return of > 0 ? value / of : 0; };
    const nlohmann::ordered_json found = {
        {"seconds", seconds},
        {"deliveries_per_s", deliveries / seconds},
        {"deliveries_per_cpu_s", per(deliveries, cpu)},
        {"cpu_share", cpu / seconds},
        {"client_cpu_share", own / seconds},
        {"event_bytes", per(bytes, deliveries)},
        {"events_per_read", per(deliveries, reads)},
        {"rss_bytes", after.rss_bytes},
        {"rss_bytes_per_connection",
         (static_cast<double>(after.rss_bytes) - static_cast<double>(empty.rss_bytes)) / connections},
    };
    std::puts(found.dump().c_str());
}

}  // namespace

int main(int argc, char** argv) {
    settings with;
    CLI::App app{"Keeps a server, or the floor, as busy as it can be; one JSON object on stdout says what that cost."};
    app.option_defaults()->always_capture_default();
    app.add_option("--url", with.url, "the server, ws://host:port");
    app.add_option("--server-pid", with.server_pid, "its process")->required();
    const auto count = CLI::Range(std::uint32_t{1}, std::uint32_t{1'000'000});
    app.add_option("--rooms", with.rooms, "rooms")->check(count);
    app.add_option("--members", with.members, "connections for each room")->check(count);
    app.add_option("--publishers", with.publishers, "how many of a room's members post; 0: all are idle");
    app.add_option("--window", with.window, "posts of each publisher that are under way")->check(count);
    app.add_option("--payload", with.payload_bytes, "bytes of each text")->check(CLI::Range(1, 4096));
    app.add_option("--warmup", with.warmup_s, "seconds before measuring")->check(CLI::Range(0.0, 3600.0));
    app.add_option("--duration", with.duration_s, "seconds of measuring")->check(CLI::Range(0.1, 3600.0));
    CLI11_PARSE(app, argc, argv);
    if (with.publishers > with.members) give_up("--publishers must be at most --members");
    const auto url = read_url(with.url);
    if (!url) give_up(url.error());
    const auto server = resolve(*url);
    if (!server) give_up(server.error());
    raise_descriptor_limit();
    measure(with, *server);
    return 0;
}
