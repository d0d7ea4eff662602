// tests/load/session.hpp: the members of a run as chat clients: join, post, judge what comes.
// Thread: one.
// Owner: the run (run_load, run_idle).
#pragma once

#include "tests/load/crowd.hpp"
#include "tests/load/event.hpp"
#include "tests/load/judge.hpp"
#include "tests/load/names.hpp"
#include "tests/load/outcome.hpp"
#include "tests/load/progress.hpp"

#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace tertulia::load {

/// All members of all rooms, and what is known of them. Findings go into the outcome that it was made with.
class session final : private crowd_listener {
public:
    /// All three references must outlive the session.
    session(const target& server, outcome& found, progress& shown);

    /// Connects all members and waits until each has joined or failed; gives up when nothing has come for ten seconds.
    /// False: nobody joined, or it was interrupted.
    [[nodiscard]] bool gather();

    /// Handles what comes until something was handled or `until_ns`; shows how it goes.
    void turn(std::int64_t until_ns);

    /// Publisher `n` of all (those of room 0 first) posts the message that was due at `due_ns`.
    void post(std::uint32_t n, std::int64_t due_ns);

    /// The last `flags.stall` members of each room stop reading, or read on.
    void stall(bool stalled);

    /// From now on it is measured; messages due earlier are not.
    void begin_measuring(std::int64_t now_ns);

    /// Waits until every event has come and every post is answered, or nothing has come for ten seconds.
    void drain();

    /// Closes the measurement and writes the judgement.
    void finish();

private:
    void on_text(std::uint32_t member, std::string_view payload, std::int64_t now_ns) override;
    void on_gone(std::uint32_t member, const std::string& fault) override;

    void on_arrival(std::uint32_t member, const event& e, std::int64_t now_ns);
    void on_joined(std::uint32_t member, const event& e);
    void on_ok(std::uint32_t member, const event& e);
    void on_error(std::uint32_t member, const event& e);
    void sample_server();
    [[nodiscard]] std::string progress_line(std::int64_t now_ns);

    [[nodiscard]] std::uint32_t room_of(std::uint32_t member) const { return member / flags_.members; }
    [[nodiscard]] std::uint32_t place_of(std::uint32_t member) const { return member % flags_.members; }
    [[nodiscard]] std::optional<std::uint32_t> named_room(std::uint32_t member, std::string_view name) const;
    [[nodiscard]] bool is_publisher(std::uint32_t member) const { return place_of(member) < flags_.publishers; }
    [[nodiscard]] bool may_stall(std::uint32_t member) const {
        return place_of(member) >= flags_.members - flags_.stall;
    }
    [[nodiscard]] std::uint32_t& unanswered_of(std::uint32_t member);

    outcome& found_;
    progress& shown_;
    const options& flags_;
    std::mt19937_64 random_;  // only makes keys and masks differ; nothing is judged by it
    std::uint32_t run_;
    room_names names_;
    judge judge_;
    crowd crowd_;
    event_reader reader_;

    std::vector<bool> here_;  // has joined, and not gone
    std::uint32_t joined_ = 0;
    std::uint32_t gone_ = 0;
    std::vector<std::uint32_t> unanswered_;  // posts of each publisher
    std::uint64_t unanswered_in_all_ = 0;

    std::int64_t last_news_ns_ = 0;  // when something came that a wait waits for
    std::int64_t last_arrival_ns_ = 0;
    std::int64_t measured_from_ns_ = INT64_MAX;
    std::uint64_t deliveries_before_ = 0;
    double own_cpu_before_s_ = 0;
    double server_cpu_before_s_ = 0;

    std::string command_;  // of `post`, kept for its memory
    std::int64_t line_ns_ = 0;
    std::uint64_t line_deliveries_ = 0;
};

}  // namespace tertulia::load
