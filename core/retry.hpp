// core/retry.hpp: tries again what may help, later and later, not at the same time as everybody else.
// Thread: one scheduler's.
// Owner: the caller's frame.
#pragma once

#include "core/sleep.hpp"
#include "core/task.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>

namespace core {

/// How long to wait before the next attempt: any time up to a bound that doubles ("full jitter"), so that those who
/// failed together do not come back together.
class backoff {
public:
    constexpr backoff(duration first, duration most) noexcept : bound_(first), most_(most) {}

    /// @param random a generator of whole numbers from 0, of 64 bits
    template <class Random>
    [[nodiscard]] duration next(Random& random) {
        const duration bound = std::min(bound_, most_);
        bound_ = bound > most_ / 2 ? most_ : bound * 2;
        return duration{static_cast<duration::rep>(random() % (static_cast<std::uint64_t>(bound.count()) + 1))};
    }

private:
    duration bound_;
    duration most_;
};

/// What retry() keeps to.
struct retry_policy {
    std::size_t attempts = 5;                         ///< at most, the first among them; at least 1
    duration time = duration::max();                  ///< for all of it, from the call on
    duration first = std::chrono::milliseconds{100};  ///< the bound of the first wait
    duration most = std::chrono::seconds{30};         ///< the bound of every wait
    /// Which errors are worth another attempt.
    bool (*again)(const error&) = [](const error& e) { return e.code == errc::unavailable; };
};

/// Awaits `f(ctx)`, a task<result<T>>, until it succeeds, fails for good, or a limit is reached; gives its last result.
/// It does not wait where the time would be over before the next attempt. Cancellation: ends `f` and the waits between;
/// the context's error. The limit of time ends `f` as a deadline does.
template <class Random, class F>
[[nodiscard]] std::invoke_result_t<F&, context&> retry(context& ctx, retry_policy policy, Random& random, F f) {
    std::optional<timed_context> limited;
    if (policy.time != duration::max()) limited.emplace(ctx, policy.time);
    context& inside = limited ? *limited : ctx;
    const time_point start = ctx.on().now();
    backoff pauses{policy.first, policy.most};
    for (std::size_t attempt = 1;; ++attempt) {
        auto got = co_await f(inside);
        if (got || attempt >= policy.attempts || !policy.again(got.error())) co_return got;
        const duration pause = pauses.next(random);
        if (ctx.on().now() - start >= policy.time - pause) co_return got;
        auto slept = co_await sleep_for(inside, pause);
        if (!slept) co_return decltype(got){tl::unexpected<error>(slept.error())};
    }
}

}  // namespace core
