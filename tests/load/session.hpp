// tests/load/session.hpp: the members of one process as chat clients: join, post, come back, judge what comes.
// Thread: one.
// Owner: the worker.
#pragma once

#include "tests/load/crowd.hpp"
#include "tests/load/event.hpp"
#include "tests/load/judge.hpp"
#include "tests/load/layout.hpp"
#include "tests/load/names.hpp"
#include "tests/load/outcome.hpp"

#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace tertulia::load {

/// The members of one process, and what is known of them; they are numbered as in `layout::seats`. Findings go into the
/// outcome that it was made with.
class session final : private crowd_listener {
public:
    /// `run` is that of the whole run, the same in all processes. The references must outlive the session.
    session(const target& server, const layout& who, std::uint32_t run, outcome& found);

    /// Handles what comes until something was handled or `until_ns`.
    void turn(std::int64_t until_ns) { crowd_.turn(until_ns); }

    /// The publisher posts a message that was due at `due_ns`.
    void post(std::uint32_t publisher, std::int64_t due_ns);

    /// In closed loop: whose next message is due, since its last one came back to it.
    struct due {
        std::int64_t at_ns;
        std::uint32_t publisher;
    };
    [[nodiscard]] std::vector<due> take_due() { return std::exchange(due_, {}); }

    /// Whose last message has not come back within a second (it was refused, or lost) is due as well.
    void give_up_waiting(std::int64_t now_ns);

    /// The returner's connection ends, and it comes back and asks for what it has missed.
    void come_back(std::uint32_t returner);

    /// Those who stall and those who read slowly stop reading, or read on.
    void hold_back(bool held);

    /// Those who read slowly take up to `bytes` each.
    void sip(std::size_t bytes);

    /// From now on it is measured; messages due earlier are not.
    void begin_measuring(std::int64_t now_ns);

    /// Writes the judgement.
    void finish();

    /// Everyone has joined, or failed to.
    [[nodiscard]] bool gathered() const noexcept { return joined_ + gone_ >= who_.seats().size(); }
    [[nodiscard]] std::uint32_t joined() const noexcept { return joined_; }
    [[nodiscard]] std::uint64_t unanswered() const noexcept { return unanswered_in_all_; }

    /// When something came that a wait waits for.
    [[nodiscard]] std::int64_t last_news_ns() const noexcept { return last_news_ns_; }

    /// When the last delivery came.
    [[nodiscard]] std::int64_t last_arrival_ns() const noexcept { return last_arrival_ns_; }

    [[nodiscard]] judge& verdict() noexcept { return judge_; }

    /// The latency of what came since it was cleared last, at those who stay and read.
    [[nodiscard]] histogram& recent() noexcept { return recent_; }

    /// The members that have this role, in order.
    [[nodiscard]] std::vector<std::uint32_t> all_of(role r) const;

private:
    void on_open(std::uint32_t member) override;
    void on_text(std::uint32_t member, std::string_view payload, std::int64_t now_ns) override;
    void on_gone(std::uint32_t member, const std::string& fault) override;

    void on_arrival(std::uint32_t member, const event& e, std::int64_t now_ns);
    void on_joined(std::uint32_t member, const event& e, std::int64_t now_ns);
    void on_ok(std::uint32_t member, const event& e);
    void on_error(std::uint32_t member, const event& e);
    [[nodiscard]] dialling dial(std::uint32_t member);
    [[nodiscard]] std::optional<std::uint32_t> named_room(std::uint32_t member, std::string_view name) const;
    [[nodiscard]] std::uint32_t room_of(std::uint32_t member) const { return who_.seats()[member].room; }

    // What a member is in the middle of.
    struct state {
        role is = role::listener;
        bool here = false;             // has joined, and not gone
        bool awaits_joined = true;     // `joined` is due
        bool awaits_copy = false;      // in closed loop: its last message has not come back
        std::uint32_t unanswered = 0;  // posts
        std::int64_t since_ns = 0;     // when it began to connect, or posted last
    };

    // What a returner needs to come back.
    struct ticket {
        std::string token, epoch;
    };

    const target& server_;
    const layout& who_;
    outcome& found_;
    const options& flags_;
    std::mt19937_64 random_;  // only makes keys, masks and sizes differ; nothing is judged by it
    std::uint32_t run_;
    room_names names_;
    judge judge_;
    std::vector<state> members_;
    std::unordered_map<std::uint32_t, ticket> tickets_;
    std::vector<due> due_;
    crowd crowd_;
    event_reader reader_;
    histogram recent_;

    std::uint32_t joined_ = 0;
    std::uint32_t gone_ = 0;
    std::uint64_t unanswered_in_all_ = 0;

    std::int64_t last_news_ns_ = 0;
    std::int64_t last_arrival_ns_ = 0;
    std::int64_t measured_from_ns_ = INT64_MAX;
    std::uint64_t deliveries_before_ = 0;
    double own_cpu_before_s_ = 0;

    std::string command_;  // kept for its memory
};

}  // namespace tertulia::load
