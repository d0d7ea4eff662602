// tests/load/run_churn.cpp: clients that come and go without a name.
// Thread: one.
// Owner: main.
#include "tests/load/clock.hpp"
#include "tests/load/connection.hpp"
#include "tests/load/interrupt.hpp"
#include "tests/load/runs.hpp"
#include "tests/load/text.hpp"

#include <algorithm>
#include <optional>
#include <vector>

namespace tertulia::load {
namespace {

constexpr std::uint32_t at_once = 64;
constexpr std::uint32_t unmeasured_most = 1000;
constexpr std::uint32_t reset_each = 4;
constexpr std::int64_t patience_ns = 10 * ns_per_s;

// One round of connects and disconnects.
class churn {
public:
    churn(const target& server, outcome& found, progress& shown) : server_(server), found_(found), shown_(shown) {}

    void round(std::uint32_t count, const std::string& what) {
        std::vector<connection> clients(count);
        std::uint32_t begun = 0;
        ended_ = answered_ = 0;
        auto last_news = now_ns();
        while (ended_ < count && interrupts() == 0 && now_ns() - last_news < patience_ns) {
            for (; begun < count && begun - ended_ < at_once; ++begun) {
                clients[begun].start(server_,
                                     {.request = upgrade_request(server_, ""),
                                      .source = source_of(server_, begun, found_.flags.connections_per_address)},
                                     poller_, begun);
                if (clients[begun].is() == connection::state::gone) note_end(clients[begun]);
            }
            for (const auto& ready : poller_.wait(shown_.next_ns())) {
                handle(clients[ready.data.u32], ready.data.u32, ready.events);
                last_news = now_ns();
            }
            if (const auto now = now_ns(); shown_.due(now))
                shown_.show(now, what + with_commas(ended_) + " came and went");
        }
        if (interrupts() == 0 && ended_ < count) found_.faults["no answer in time"] += count - ended_;
    }

    [[nodiscard]] std::uint32_t answered() const noexcept { return answered_; }

private:
    void handle(connection& c, std::uint32_t number, std::uint32_t events) {
        if (c.is() == connection::state::gone) return;
        const bool was_open = c.is() == connection::state::open;
        c.on_ready(events, buffer_, poller_);
        if (!was_open && c.is() == connection::state::open) {
            ++answered_;
            if (number % reset_each == 0) {
                c.reset();
            } else {
                c.say_goodbye(poller_);
            }
        }
        while (c.is() == connection::state::open && c.next(poller_)) {
        }
        if (c.is() == connection::state::gone) note_end(c);
    }

    void note_end(const connection& c) {
        ++ended_;
        if (!c.fault().empty()) ++found_.faults[c.fault()];
    }

    const target& server_;
    outcome& found_;
    progress& shown_;
    poller poller_;
    read_buffer buffer_;
    std::uint32_t ended_ = 0;
    std::uint32_t answered_ = 0;
};

// Waits until the server has noticed that all are gone: two readings agree, with at most `descriptors` open. At the
// latest after the patience, or when the process cannot be looked at any more. Gives the last reading.
process_usage settled(pid_t pid, process_usage before, std::uint64_t descriptors) {
    poller pause;
    for (const auto end = now_ns() + patience_ns; now_ns() < end && interrupts() == 0;) {
        (void)pause.wait(now_ns() + 200 * ns_per_ms);
        const auto now = usage_of(pid);
        if (!now) break;
        const bool calm = now->descriptors == before.descriptors && now->rss_bytes == before.rss_bytes;
        before = *now;
        if (calm && now->descriptors <= descriptors) break;
    }
    return before;
}

}  // namespace

outcome run_churn(const options& flags, const target& server, progress& shown) {
    outcome found{.flags = flags};
    churn clients(server, found, shown);
    if (const auto usage = flags.server_pid > 0 ? usage_of(flags.server_pid) : std::nullopt) {
        clients.round(std::min(flags.churn, unmeasured_most), "not measured: ");
        found.server.emplace().before = settled(flags.server_pid, *usage, UINT64_MAX);
    }
    const auto start = now_ns();
    const auto own_before = own_cpu_s();
    clients.round(flags.churn, "");
    found.connected = clients.answered();
    found.measured_s = found.connect_s = to_s(now_ns() - start);
    found.own_cpu_s = own_cpu_s() - own_before;
    if (found.server) {
        auto& s = *found.server;
        s.after = settled(flags.server_pid, s.before, s.before.descriptors);
        s.peak_rss_bytes = std::max(s.before.rss_bytes, s.after.rss_bytes);
        s.measured_cpu_s = s.after.cpu_s - s.before.cpu_s;
        if (s.after.descriptors > s.before.descriptors)
            found.faults["descriptors left open"] += s.after.descriptors - s.before.descriptors;
    }
    found.interrupted = interrupts() > 0;
    return found;
}

}  // namespace tertulia::load
