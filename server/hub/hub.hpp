// server/hub/hub.hpp: which of this shard's connections follow which room, and the writing at the end of a turn.
// Thread: one shard's.
// Owner: the shard.
#pragma once

#include "core/scheduler.hpp"
#include "server/hub/outbox.hpp"

#include <array>
#include <unordered_map>

namespace tertulia::hub {

/// The upper bounds of the delivery histogram, in seconds; behind the last comes +Inf.
inline constexpr std::array latency_bounds_s{0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0};

/// What the hub has done since it began.
struct counters {
    std::uint64_t deliveries = 0;  ///< logged events written to a connection
    std::uint64_t bytes = 0;
    std::uint64_t sends = 0;
    std::uint64_t lagged = 0;  ///< events that a connection was told it would not be sent
    std::array<std::uint64_t, latency_bounds_s.size() + 1> latency{};
    double latency_sum_s = 0;
};

class hub {
public:
    /// Of all rings of a shard together.
    static constexpr std::size_t ring_budget_bytes = std::size_t{64} << 20;

    /// @param recovery_events how far behind a cursor may be; 0: no limit
    hub(core::scheduler& on, page_source& logs, std::uint64_t recovery_events) noexcept
        : on_(on), logs_(logs), recovery_events_(recovery_events) {}
    ~hub();

    /// The feed of `room`, which begins behind `newest` where it is new here.
    [[nodiscard]] feed& open(const std::string& room, std::uint64_t newest);

    /// What rooms tell; nothing happens where nobody here follows the room.
    void publish(const std::string& room, const published& p);
    void pass(const std::string& room, const protocol::passing& p);
    void page_arrived(const std::string& room, const log_page& p);

    /// At the end of a turn, and within one after some hundred events: one write for each connection that has
    /// something.
    void flush();
    /// Gives back the rings of rooms without traffic. Called now and then.
    void rest();

    [[nodiscard]] const counters& stats() const noexcept { return stats_; }
    [[nodiscard]] std::size_t ring_bytes() const noexcept { return ring_bytes_; }

private:
    friend class outbox;
    void close_if_unused(feed& f);
    void delivered(core::time_point at, std::uint64_t events) noexcept;

    core::scheduler& on_;
    page_source& logs_;
    const std::uint64_t recovery_events_;
    std::unordered_map<std::string, std::unique_ptr<feed>> feeds_;
    core::list<feed> changed_;
    core::list<outbox> touched_;
    std::size_t unflushed_ = 0;
    std::size_t ring_bytes_ = 0;
    counters stats_;
    core::time_point now_{};             // of the flush under way
    std::vector<outbox::piece> pieces_;  // of the connection being written to
    std::string joined_;                 // its pieces, where they are several
};

}  // namespace tertulia::hub
