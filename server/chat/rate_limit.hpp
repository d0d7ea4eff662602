// server/chat/rate_limit.hpp: how many commands a second an identity may give, over all of its connections.
// Thread: any; one atomic number.
// Owner: the directory, for an identity; a connection, until it has said hello.
#pragma once

#include "core/clock.hpp"

#include <algorithm>
#include <atomic>
#include <optional>

namespace tertulia::chat {

/// The generic cell rate algorithm (ITU-T I.371): a virtual time that each command moves on by 1/rate, and that may run
/// ahead of the clock by a burst of two seconds' worth. It is the one thing that shards share, because a user's
/// connections may live on several; a message to its owner for each command would cost more than the command.
class rate_limit {
public:
    /// Counts a command. @param per_s 0: no limit
    /// @return empty: go on; else how long to wait until the next would be taken. A refused one counts nothing.
    std::optional<core::duration> take(core::time_point now, std::uint32_t per_s) noexcept {
        if (per_s == 0) return std::nullopt;
        const std::int64_t cost = std::chrono::nanoseconds{std::chrono::seconds{1}}.count() / per_s;
        const std::int64_t at = now.time_since_epoch().count();
        const std::int64_t tolerance = cost * (2 * static_cast<std::int64_t>(per_s) - 1);
        std::int64_t due = due_.load(std::memory_order_relaxed);
        for (;;) {
            if (due > at + tolerance) return core::duration{due - at - tolerance};
            if (due_.compare_exchange_weak(due, std::max(due, at) + cost, std::memory_order_relaxed))
                return std::nullopt;
        }
    }

private:
    std::atomic<std::int64_t> due_{0};  // nanoseconds of the steady clock
};

}  // namespace tertulia::chat
