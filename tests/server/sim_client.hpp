// tests/server/sim_client.hpp: does by chance what people and networks do, and judges what it is told.
// Thread: the test loop's.
// Owner: the test; live() ends when leave_for_good() was called, or when the server told it to come back later.
#pragma once

#include "tests/server/sim_judge.hpp"
#include "tests/server/sim_server.hpp"

#include <nlohmann/json.hpp>

#include <deque>
#include <map>
#include <optional>
#include <set>

namespace tertulia::sim {

class client {
public:
    /// @param twin another client that is the same guest: this one says hello with its token; nullptr: none
    client(server& at, judge& by, std::uint64_t seed, std::string label, const client* twin = nullptr);

    core::task<> live(core::context& ctx);

    /// Posts, stalls and vanishes no more; comes back and catches up.
    void calm() noexcept { calm_ = true; }
    /// Closes politely, and ends.
    void leave_for_good() noexcept { leaving_ = true; }

    /// Finds fault where it is not connected, waits for an answer, or lacks an event.
    void check_caught_up();
    [[nodiscard]] bool over() const noexcept { return over_; }

private:
    using json = nlohmann::ordered_json;  // keeps the order of the fields
    enum class kind : std::uint8_t { join, leave, keep, message, repeat, conflict, bad, other };
    /// A command that waits for its answer, and what is known about it.
    struct asked {
        kind what = kind::other;
        std::string room{};
        std::string text{};
        std::string key{};
        bool again = false;     // it was sent before, over a connection that was lost
        std::uint64_t seq = 0;  // of repeat: the first one's
        std::optional<std::uint64_t> since{};
        std::string epoch{};
        std::uint64_t most = 0;  // of join with since: how far back it may start
    };
    struct place {
        bool following = false;  // on this connection
        bool asked = false;      // a join or leave is under way
        std::string epoch{};     // empty: never joined
        std::uint64_t next = 0;  // the event that must come next
    };

    // What it does.
    void step();
    void act();
    void connect();
    void rejoin();
    void lose(bool server_is_told);
    void stall(core::duration how_long);
    void join(const std::string& room);
    void post(const std::string& room);
    void post_again();
    void repeat();
    void leave(const std::string& room);
    void spoil();
    void close();
    static json message_of(const asked& a);
    std::string ask(json command, asked a);
    void send(const std::string& payload, int opcode = 1);

    // What it is told.
    void read();
    bool read_head();
    bool read_frame();
    void on_close(const std::string& payload);
    void on_text(const std::string& payload);
    void on_welcome(const json& j);
    void on_joined(const json& j);
    void on_ok(const json& j, const asked& a);
    void on_error(const json& j, const asked& a);
    void on_event(const json& j, const std::string& payload);
    void on_lagged(const json& j);
    asked answered(const json& j);
    void fault(const std::string& what) { judge_.fault(label_, what); }

    [[nodiscard]] std::uint64_t draw(std::uint64_t n) { return random_() % n; }
    [[nodiscard]] bool chance(std::uint64_t percent) { return draw(100) < percent; }
    [[nodiscard]] const std::string* some_followed();

    server& server_;
    judge& judge_;
    std::mt19937_64 random_;
    const std::string label_;
    const client* const twin_;
    core::context* ctx_ = nullptr;

    std::shared_ptr<wire> wire_;
    bool upgraded_ = false;
    bool greeted_ = false;  // hello was said on this connection
    bool closing_ = false;  // it sent a close frame
    bool narrow_ = false;   // a connection on which all that waits may take longer than a close may
    std::string in_;
    std::string user_;
    std::string token_;
    std::map<std::string, place> rooms_;
    std::map<std::string, asked> asked_;
    std::vector<asked> unknown_;  // posts whose answer was lost with a connection
    std::vector<asked> stored_;   // posts with their seq
    std::uint64_t numbered_ = 0;
    core::time_point stalled_until_{};
    core::time_point connect_at_{};
    bool stalled_long_ = false;
    bool calm_ = false;
    bool leaving_ = false;
    bool over_ = false;
};

}  // namespace tertulia::sim
