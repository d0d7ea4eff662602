// tests/bench/log/writers.cpp: publishers that keep a log as busy as it can be, and count what is acknowledged.
// Thread: main posts; a second one pings.
// Owner: the process.
//
// Closed loop: each publisher has `window` messages under way and posts again for each `ok`. Publishers are members of
// their rooms but follow none, so nothing is delivered: what is measured is storing.
#include "tests/bench/log/sentence.hpp"
#include "tests/bench/peer.hpp"
#include "tests/load/clock.hpp"
#include "tests/load/histogram.hpp"
#include "tests/load/process.hpp"

#include <CLI/CLI.hpp>
#include <fcntl.h>
#include <nlohmann/json.hpp>
#include <poll.h>
#include <sys/epoll.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <cstdio>
#include <random>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace {

using namespace tertulia::load;
using namespace tertulia::bench;

struct settings {
    std::string url = "ws://127.0.0.1:8080";
    pid_t server_pid = 0;
    std::uint32_t rooms = 1;
    std::uint32_t publishers = 50;
    std::uint32_t window = 20;
    std::uint32_t payload_bytes = 128;
    double warmup_s = 1;
    double duration_s = 3;
};

constexpr int ping_every_ms = 2;

/// Asks whether it is still answered, again and again, on a connection of its own.
class pinger {
public:
    explicit pinger(const target& server) : to_(dial(server, "")), thread_([this] { run(); }) {}
    pinger(const pinger&) = delete;
    pinger& operator=(const pinger&) = delete;
    ~pinger() { end(); }

    /// From here on it counts.
    void begin() { counts_ = true; }
    void end() {
        over_ = true;
        if (thread_.joinable()) thread_.join();
    }
    [[nodiscard]] const histogram& found() const noexcept { return found_; }
    /// How late its own timer woke it: what the machine does to anybody who waits.
    [[nodiscard]] const histogram& late() const noexcept { return late_; }

private:
    void run() {
        while (!over_) {
            const auto begun = now_ns();
            to_.say(R"({"type":"ping"})");
            for (bool answered = false; !answered;) {
                to_.read([&](std::string_view text) { answered |= text.starts_with(R"({"type":"pong")"); });
            }
            if (counts_) found_.record(now_ns() - begun);
            pollfd idle{.fd = to_.fd(), .events = POLLIN, .revents = 0};
            const auto due = now_ns() + ping_every_ms * ns_per_ms;
            if (poll(&idle, 1, ping_every_ms) == 0 && counts_) late_.record(now_ns() - due);
        }
    }

    peer to_;
    histogram found_;
    histogram late_;
    std::atomic<bool> counts_ = false;
    std::atomic<bool> over_ = false;
    std::thread thread_;
};

class writers {
public:
    writers(const settings& with, const target& server)
        : with_(with), epoll_(epoll_create1(0)), run_(std::to_string(std::random_device{}())) {
        all_.reserve(with.publishers);
        for (std::uint32_t p = 0; p < with.publishers; ++p) {
            all_.push_back({peer{dial(server, "?name=w" + run_ + "-" + std::to_string(p))}, {}, {}});
            publisher& one = all_.back();
            for (std::uint32_t r = with.rooms == 1 ? 0 : p; r < with.rooms; r += with.rooms == 1 ? 1 : with.publishers)
                one.rooms.push_back("log-" + run_ + "-" + std::to_string(r));
            enter(one, "joined",
                  [](const std::string& room) { return R"({"type":"join","history":0,"room":")" + room + R"("})"; });
            enter(one, "ok", [](const std::string& room) {
                return R"({"type":"leave","keep":true,"id":"l","room":")" + room + R"("})";
            });
        }
        for (std::uint32_t p = 0; p < with.publishers; ++p) {
            fcntl(all_[p].to.fd(), F_SETFL, O_NONBLOCK);
            epoll_event e{.events = EPOLLIN, .data = {.u32 = p}};
            epoll_ctl(epoll_, EPOLL_CTL_ADD, all_[p].to.fd(), &e);
        }
    }

    void begin() {
        for (publisher& p : all_) {
            p.posted_at.resize(with_.window);
            for (std::uint32_t slot = 0; slot < with_.window; ++slot) post(p, slot);
        }
    }

    void turn_for(double s) {
        std::array<epoll_event, 256> ready{};
        const auto end = now_ns() + to_ns(s);
        for (auto now = now_ns(); now < end; now = now_ns()) {
            const auto ms = static_cast<int>((end - now) / ns_per_ms) + 1;
            const int n = epoll_wait(epoll_, ready.data(), static_cast<int>(ready.size()), ms);
            for (int i = 0; i < n; ++i) {
                publisher& p = all_[ready[static_cast<std::size_t>(i)].data.u32];
                p.to.read([&](std::string_view text) { take(p, text); });
                if (!out_.empty()) send_all(p.to.fd(), out_);
                out_.clear();
            }
        }
    }

    [[nodiscard]] histogram& acknowledged() noexcept { return acknowledged_; }

private:
    struct publisher {
        peer to;
        std::vector<std::string> rooms;
        std::vector<std::int64_t> posted_at;  ///< of each message under way
    };

    /// Says the same of every room of a publisher and waits for all answers.
    template <class F>
    static void enter(publisher& one, std::string_view answer, F command) {
        for (const std::string& room : one.rooms) one.to.say(command(room));
        const std::string start = R"({"type":")" + std::string(answer) + '"';
        std::size_t answered = 0;
        while (answered < one.rooms.size()) {
            one.to.read([&](std::string_view text) { answered += text.starts_with(start) ? 1 : 0; });
        }
    }

    void post(publisher& p, std::uint32_t slot) {
        compose(p, slot);
        send_all(p.to.fd(), out_);
        out_.clear();
    }

    void compose(publisher& p, std::uint32_t slot) {
        command_ = R"({"type":"message","id":")" + std::to_string(slot) + R"(","room":")";
        command_ += p.rooms[slot % p.rooms.size()];
        command_.append(R"(","key":"key-)").append(std::to_string(++keys_)).append(R"(","text":")");
        command_.append(tertulia::bench::sentence(with_.payload_bytes)).append(R"("})");
        p.posted_at[slot] = now_ns();
        write_frame(out_, opcode::text, command_, mask);
    }

    void take(publisher& p, std::string_view text) {
        constexpr std::string_view start = R"({"type":"ok","id":")";
        if (!text.starts_with(start)) return;
        std::uint32_t slot = 0;
        for (char c : text.substr(start.size(), text.find('"', start.size()) - start.size()))
            slot = slot * 10 + static_cast<std::uint32_t>(c - '0');
        if (slot >= with_.window) give_up("an answer to nothing: " + std::string(text));
        acknowledged_.record(now_ns() - p.posted_at[slot]);
        compose(p, slot);
    }

    const settings& with_;
    const int epoll_;
    const std::string run_;
    std::vector<publisher> all_;
    std::string command_;
    std::string out_;  // to the publisher whose answers are being read
    std::uint64_t keys_ = 10'000'000;
    histogram acknowledged_;
};

double cpu_of(pid_t pid) {
    const auto usage = usage_of(pid);
    if (!usage) give_up("no process that may be looked at: " + std::to_string(pid));
    return usage->cpu_s;
}

nlohmann::ordered_json percentiles_us(const histogram& h) {
    const auto us = [&](double percent) { return static_cast<double>(h.percentile(percent)) / 1000; };
    return {{"p50", us(50)}, {"p99", us(99)}, {"max", static_cast<double>(h.max()) / 1000}};
}

void measure(const settings& with, const target& server) {
    writers all(with, server);
    pinger asks(server);
    all.begin();
    all.turn_for(with.warmup_s);
    all.acknowledged().clear();
    asks.begin();
    const auto begun = now_ns();
    const double cpu = cpu_of(with.server_pid);
    const double own = own_cpu_s();
    all.turn_for(with.duration_s);
    const double s = to_s(now_ns() - begun);
    asks.end();
    const nlohmann::ordered_json found = {
        {"seconds", s},
        {"stored_per_s", static_cast<double>(all.acknowledged().count()) / s},
        {"ok_us", percentiles_us(all.acknowledged())},
        {"ping_us", percentiles_us(asks.found())},
        {"timer_us", percentiles_us(asks.late())},
        {"cpu_share", (cpu_of(with.server_pid) - cpu) / s},
        {"client_cpu_share", (own_cpu_s() - own) / s},
    };
    std::puts(found.dump().c_str());
}

}  // namespace

int main(int argc, char** argv) {
    settings with;
    CLI::App app{"Keeps a log as busy as it can be; one JSON object on stdout says what was stored and acknowledged."};
    app.option_defaults()->always_capture_default();
    const auto count = CLI::Range(std::uint32_t{1}, std::uint32_t{1'000'000});
    app.add_option("--url", with.url, "the server, ws://host:port");
    app.add_option("--server-pid", with.server_pid, "its process")->required();
    app.add_option("--rooms", with.rooms, "rooms, each of one publisher; one room is everybody's")->check(count);
    app.add_option("--publishers", with.publishers, "connections")->check(count);
    app.add_option("--window", with.window, "messages of each publisher that are under way")->check(count);
    app.add_option("--payload", with.payload_bytes, "bytes of each text")->check(CLI::Range(1, 4096));
    app.add_option("--warmup", with.warmup_s, "seconds before measuring")->check(CLI::Range(0.0, 3600.0));
    app.add_option("--duration", with.duration_s, "seconds of measuring")->check(CLI::Range(0.1, 3600.0));
    CLI11_PARSE(app, argc, argv);
    if (with.rooms > 1 && with.rooms < with.publishers) give_up("--rooms must be one, or at least --publishers");
    raise_descriptor_limit();
    const target server = server_at(with.url);
    measure(with, server);
    return 0;
}
