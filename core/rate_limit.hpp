// core/rate_limit.hpp: how often something may happen, with a burst: two numbers and no timer.
// Thread: any; one atomic number.
// Owner: whoever makes it.
#pragma once

#include "core/clock.hpp"

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <optional>

namespace core {

/// One `each` such time on the long run, and up to `burst` of them (at least 1) at once after a pause.
struct rate {
    duration each{};
    std::uint32_t burst = 1;

    /// @param n at least 1
    [[nodiscard]] static constexpr rate per_second(std::uint32_t n, std::uint32_t burst = 1) noexcept {
        return {std::chrono::nanoseconds{std::chrono::seconds{1}} / n, burst};
    }
};

/// The generic cell rate algorithm (ITU-T I.371): a virtual time that each taker moves on by `each`, and that may run
/// ahead of the clock by what is left of the burst.
class rate_limit {
public:
    /// @return empty: go on, it is counted; else how long until the next would be let through, and nothing is counted
    [[nodiscard]] std::optional<duration> take(time_point now, rate at_most) noexcept {
        const auto at = now.time_since_epoch();
        const duration ahead = at_most.each * (std::max<std::uint32_t>(at_most.burst, 1) - 1);
        auto due = due_.load(std::memory_order_relaxed);
        for (;;) {
            if (duration{due} > at + ahead) return duration{due} - at - ahead;
            const auto next = (std::max(duration{due}, at) + at_most.each).count();
            if (due_.compare_exchange_weak(due, next, std::memory_order_relaxed)) return std::nullopt;
        }
    }

private:
    std::atomic<duration::rep> due_{0};  // of the steady clock
};

}  // namespace core
