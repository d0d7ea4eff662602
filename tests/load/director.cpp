// tests/load/director.cpp: see director.hpp.
// Thread: one.
// Owner: the run.
#include "tests/load/director.hpp"

#include "tests/load/clock.hpp"
#include "tests/load/interrupt.hpp"
#include "tests/load/link.hpp"
#include "tests/load/worker.hpp"

#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <random>
#include <utility>
#include <vector>

namespace tertulia::load {
namespace {

constexpr std::int64_t head_start_ns = 20 * ns_per_ms;  // so that all processes begin together

// A process of ours, as the director knows it.
struct hand {
    pid_t pid;
    link line;
    status now{};
    word reached = word::status;           // the last of gathered, posted, findings
    std::vector<std::uint64_t> newest{};   // of `posted`
    std::vector<room_account> accounts{};  // of `findings`

    /// It has said `what`, or will not any more.
    [[nodiscard]] bool is_at(word what) const noexcept { return reached >= what || line.over(); }
};

class director {
public:
    director(const options& flags, const target& server, progress& shown)
        : flags_(flags), shown_(shown), begun_ns_(now_ns()), moment_ns_(begun_ns_) {
        found_.part.flags = flags;
        if (const auto usage = flags_.server_pid > 0 ? usage_of(flags_.server_pid) : std::nullopt)
            found_.part.server = server_cost{*usage, *usage, usage->rss_bytes, 0};
        if (found_.part.server) moment_cpu_s_.server = found_.part.server->before.cpu_s;
        hands_.reserve(flags_.processes);
        const auto run = std::random_device{}();
        for (std::uint32_t p = 0; p < flags_.processes; ++p) hire({flags_, server, run, p});
    }

    ~director() {
        for (auto& h : hands_) {
            h.line.hang_up();
            while (waitpid(h.pid, nullptr, 0) < 0 && errno == EINTR) {
            }
        }
    }

    outcome run() {
        wait_for(word::gathered);
        std::uint32_t joined = 0;
        for (const auto& h : hands_) joined += h.now.joined;
        const auto start = joined > 0 && interrupts() == 0 ? now_ns() + head_start_ns : 0;
        byte_writer when;
        when.put(start);
        tell(word::start, when.bytes());
        if (start > 0) {
            measured_from_ns_ = start + to_ns(flags_.warmup_s);
            wait_for(word::posted, measured_from_ns_);
            if (now_ns() < measured_from_ns_) measured_from_ns_ = 0;  // interrupted before
            begin_measuring();
        }
        wait_for(word::posted);
        tell(word::expect, newest());
        wait_for(word::findings);
        conclude();
        return std::move(found_.part);
    }

private:
    void hire(const assignment& mine) {
        auto [ours, theirs] = link::make();
        const auto pid = fork();
        if (pid == 0) {
            // Ctrl-C reaches only the director, which passes it on once; and nobody outlives it.
            setpgid(0, 0);
            prctl(PR_SET_PDEATHSIG, SIGKILL);
            ours.hang_up();
            for (auto& h : hands_) h.line.hang_up();
            work(mine, theirs);
            _exit(0);
        }
        if (pid < 0) {
            ++found_.part.faults["fork failed"];
            return;
        }
        hands_.push_back({pid, std::move(ours)});
    }

    void tell(word what, std::string_view bytes) {
        for (auto& h : hands_)
            if (!h.line.over()) h.line.send(what, bytes);
    }

    // Until all have said `what`, or `until_ns`.
    void wait_for(word what, std::int64_t until_ns = INT64_MAX) {
        for (;;) {
            pass_on_interrupts();
            const auto now = now_ns();
            if (now - moment_ns_ >= ns_per_s)
                take_moment(now);
            else if (shown_.due(now))
                shown_.show(now, stand(now));
            const bool all = std::all_of(hands_.begin(), hands_.end(), [&](const hand& h) { return h.is_at(what); });
            if (all || now >= until_ns) return;
            listen(std::min({until_ns, moment_ns_ + ns_per_s, std::max(now, shown_.next_ns())}) - now);
        }
    }

    void listen(std::int64_t most_ns) {
        std::vector<pollfd> lines;
        for (const auto& h : hands_)
            lines.push_back({.fd = h.line.over() ? -1 : h.line.fd(), .events = POLLIN, .revents = 0});
        const timespec timeout{.tv_sec = most_ns / ns_per_s, .tv_nsec = most_ns % ns_per_s};
        if (ppoll(lines.data(), lines.size(), &timeout, nullptr) <= 0) return;
        for (std::size_t i = 0; i < hands_.size(); ++i)
            while (lines[i].revents != 0) {
                auto next = hands_[i].line.receive();
                if (!next) break;
                hear(hands_[i], *next);
            }
    }

    void hear(hand& h, const said& message) {
        byte_reader in(message.bytes);
        switch (message.what) {
            case word::status:
                in.get(h.now);
                recent_.merge(in);
                return;
            case word::posted: in.get(h.newest); break;
            case word::findings:
                found_.merge(in);
                h.accounts = std::move(found_.accounts);
                break;
            default: break;
        }
        h.reached = message.what;
    }

    void pass_on_interrupts() {
        for (; passed_on_ < interrupts(); ++passed_on_)
            for (const auto& h : hands_) kill(h.pid, SIGINT);
    }

    [[nodiscard]] std::string newest() const {
        std::vector<std::uint64_t> all(flags_.rooms);
        for (const auto& h : hands_)
            for (std::size_t room = 0; room < h.newest.size(); ++room) all[room] = std::max(all[room], h.newest[room]);
        byte_writer out;
        out.put(all);
        return out.bytes();
    }

    void begin_measuring() {
        sample_server();
        if (found_.part.server) server_cpu_before_s_ = found_.part.server->after.cpu_s;
        own_cpu_before_s_ = own_cpu_s();
    }

    void sample_server() {
        auto& cost = found_.part.server;
        if (!cost) return;
        if (const auto usage = usage_of(flags_.server_pid)) {
            cost->after = *usage;
            cost->peak_rss_bytes = std::max(cost->peak_rss_bytes, usage->rss_bytes);
        }
    }

    // How it stands, with the rates since the last moment that was taken.
    [[nodiscard]] moment stand(std::int64_t now) {
        const auto span = std::max(to_s(now - moment_ns_), 1e-3);
        moment m{.at_s = to_s(now - begun_ns_)};
        double cpu_s = own_cpu_s();
        for (const auto& h : hands_) {
            m.what = std::max(m.what, h.now.what);
            m.joined += h.now.joined;
            m.sent += h.now.sent;
            m.acknowledged += h.now.acknowledged;
            m.deliveries += h.now.deliveries;
            m.wrong += h.now.wrong;
            m.errors += h.now.errors;
            cpu_s += h.now.cpu_s;
        }
        const auto last = found_.part.moments.empty() ? moment{} : found_.part.moments.back();
        m.sent_per_s = static_cast<double>(m.sent - last.sent) / span;
        m.deliveries_per_s = static_cast<double>(m.deliveries - last.deliveries) / span;
        m.p50_ns = recent_.percentile(50);
        m.p95_ns = recent_.percentile(95);
        m.p99_ns = recent_.percentile(99);
        m.max_ns = recent_.max();
        m.own_cpu = std::max(0.0, cpu_s - moment_cpu_s_.own) / span;
        used_s_ = {cpu_s, 0};
        if (found_.part.server) {
            sample_server();
            used_s_.server = found_.part.server->after.cpu_s;
            m.server_cpu = (used_s_.server - moment_cpu_s_.server) / span;
            m.server_rss_bytes = found_.part.server->after.rss_bytes;
        }
        return m;
    }

    // Keeps a moment, and begins the next.
    void take_moment(std::int64_t now) {
        found_.part.moments.push_back(stand(now));
        moment_ns_ = now;
        moment_cpu_s_ = used_s_;
        recent_.clear();
        shown_.show(now, found_.part.moments.back());
    }

    // Adds up, with everyone still connected.
    void conclude() {
        auto& f = found_.part;
        take_moment(std::max(now_ns(), moment_ns_ + 1));
        if (f.server && measured_from_ns_ > 0) f.server->measured_cpu_s = f.server->after.cpu_s - server_cpu_before_s_;
        f.interrupted = interrupts() > 0;
        std::vector<std::vector<room_account>> accounts;
        for (auto& h : hands_) {
            if (h.reached != word::findings) ++f.faults["a process of the load test ended early"];
            if (!h.accounts.empty()) accounts.push_back(std::move(h.accounts));
        }
        f.judged += reconcile(accounts);
        if (measured_from_ns_ == 0) return;
        f.own_cpu_s += own_cpu_s() - own_cpu_before_s_;
        // Without deliveries (idle) it is measured until now.
        f.measured_s = to_s((f.measured_deliveries > 0 ? found_.last_arrival_ns : now_ns()) - measured_from_ns_);
    }

    const options& flags_;
    progress& shown_;
    std::vector<hand> hands_;
    findings found_;
    histogram recent_;
    std::int64_t begun_ns_;
    std::int64_t moment_ns_;  // of the last moment
    std::int64_t measured_from_ns_ = 0;
    struct cpu {
        double own = 0, server = 0;
    };
    cpu used_s_{};        // as of the last look
    cpu moment_cpu_s_{};  // as of the last moment
    double own_cpu_before_s_ = 0;
    double server_cpu_before_s_ = 0;
    int passed_on_ = 0;
};

}  // namespace

outcome direct(const options& flags, const target& server, progress& shown) {
    return director(flags, server, shown).run();
}

}  // namespace tertulia::load
