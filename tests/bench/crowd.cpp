// tests/bench/crowd.cpp: a crowd that keeps the server or the floor as busy as it can be, and counts what that cost it.
// Thread: one.
// Owner: the process.
//
// Closed loop: a publisher posts again for every event of its room times the publishers, so `window` posts of each are
// on their way. It only counts; whether what comes is right is judged by tertulia-load.
#include "tests/bench/dial.hpp"
#include "tests/load/clock.hpp"
#include "tests/load/frame.hpp"
#include "tests/load/names.hpp"
#include "tests/load/process.hpp"
#include "tests/load/target.hpp"

#include <CLI/CLI.hpp>
#include <fcntl.h>
#include <nlohmann/json.hpp>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace {

using namespace tertulia::bench;
using namespace tertulia::load;

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

process_usage usage_or_give_up(pid_t pid) {
    const auto usage = usage_of(pid);
    if (!usage) give_up("no process that may be looked at: " + std::to_string(pid));
    return *usage;
}

constexpr std::size_t read_at_once = 64 << 10;

class crowd {
public:
    crowd(const settings& with, const target& server)
        : with_(with),
          server_(server),
          names_(std::random_device{}(), with.rooms),
          epoll_(epoll_create1(0)),
          members_(std::size_t{with.rooms} * with.members) {}

    /// One after the other: nothing is measured yet.
    void join() {
        for (std::uint32_t m = 0; m < members_.size(); ++m) join(m);
    }

    void begin_posting() {
        for (std::uint32_t room = 0; room < with_.rooms; ++room) {
            for (std::uint32_t p = 0; p < with_.publishers; ++p)
                for (std::uint32_t n = 0; n < with_.window; ++n) post(room, p);
        }
    }

    void turn_for(double s) {
        std::array<epoll_event, 256> ready{};
        const auto end = now_ns() + to_ns(s);
        for (auto now = now_ns(); now < end; now = now_ns()) {
            const auto ms = static_cast<int>((end - now) / ns_per_ms) + 1;
            const int n = epoll_wait(epoll_, ready.data(), static_cast<int>(ready.size()), ms);
            for (int i = 0; i < n; ++i) read(ready[static_cast<std::size_t>(i)].data.u32);
        }
    }

    [[nodiscard]] std::uint64_t deliveries() const noexcept { return deliveries_; }
    [[nodiscard]] std::uint64_t payload_bytes() const noexcept { return payload_bytes_; }
    [[nodiscard]] std::uint64_t reads() const noexcept { return reads_; }

private:
    struct member {
        int fd = -1;
        bool joined = false;
        std::uint32_t heard = 0;  ///< events, of a publisher
        std::string kept{};       ///< the start of an unfinished frame
    };

    void join(std::uint32_t number) {
        auto& m = members_[number];
        m.fd = dial(server_, names_.query(number / with_.members, number % with_.members));
        while (!m.joined) read(number);
        fcntl(m.fd, F_SETFL, O_NONBLOCK);
        epoll_event e{.events = EPOLLIN, .data = {.u32 = number}};
        epoll_ctl(epoll_, EPOLL_CTL_ADD, m.fd, &e);
    }

    void post(std::uint32_t room, std::uint32_t publisher) {
        command_ = R"({"type":"message","room":")";
        command_.append(names_.of(room)).append(R"(","text":")").append(with_.payload_bytes, 'x').append(R"("})");
        frame_.clear();
        write_frame(frame_, opcode::text, command_, mask);
        send_all(members_[std::size_t{room} * with_.members + publisher].fd, frame_);
    }

    void read(std::uint32_t number) {
        auto& m = members_[number];
        std::copy(m.kept.begin(), m.kept.end(), buffer_.begin());
        const auto n = recv(m.fd, buffer_.data() + m.kept.size(), read_at_once, 0);
        if (n <= 0) give_up("member " + std::to_string(number) + " lost its connection, or waits too long");
        std::string_view bytes(buffer_.data(), m.kept.size() + static_cast<std::size_t>(n));
        const auto before = deliveries_;
        while (!bytes.empty()) {
            const auto f = read_frame(bytes);
            if (f.is == frame::state::partial && bytes.size() < read_at_once) break;
            if (f.is != frame::state::whole) give_up("a frame that no server may send");
            bytes.remove_prefix(f.size);
            take(number, f);
        }
        m.kept.assign(bytes);
        if (deliveries_ > before) ++reads_;
    }

    void take(std::uint32_t number, const frame& f) {
        auto& m = members_[number];
        if (f.op == opcode::close) give_up("closed by the server");
        if (f.op == opcode::ping) {
            frame_.clear();
            write_frame(frame_, opcode::pong, f.payload, mask);
            send_all(m.fd, frame_);
        }
        if (f.op != opcode::text) return;
        if (f.payload.starts_with(R"({"type":"joined")")) m.joined = true;
        if (f.payload.starts_with(R"({"type":"error")")) give_up(std::string(f.payload));
        if (!f.payload.starts_with(R"({"type":"message")")) return;
        ++deliveries_;
        payload_bytes_ += f.payload.size();
        const auto place = number % with_.members;
        if (place < with_.publishers && ++m.heard % with_.publishers == 0) post(number / with_.members, place);
    }

    const settings& with_;
    const target& server_;
    room_names names_;
    const int epoll_;
    std::vector<member> members_;
    std::vector<char> buffer_ = std::vector<char>(2 * read_at_once);
    std::string command_;
    std::string frame_;
    std::uint64_t deliveries_ = 0;
    std::uint64_t payload_bytes_ = 0;
    std::uint64_t reads_ = 0;  // that brought events
};

void measure(const settings& with, const target& server) {
    const auto empty = usage_or_give_up(with.server_pid);
    crowd members(with, server);
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
    const target server = server_at(with.url);
    raise_descriptor_limit();
    measure(with, server);
    return 0;
}
