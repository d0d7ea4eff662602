// core/clock.hpp: where time comes from. Nothing else in the project asks the system what time it is.
// Thread: a clock is asked by the thread of its scheduler; the system's clock by any.
// Owner: main, or a test.
#pragma once

#include <chrono>

namespace core {

/// Time that only grows, for waiting; its zero means nothing.
using time_point = std::chrono::steady_clock::time_point;
using duration = std::chrono::steady_clock::duration;

/// `from + by`, at most time_point::max(): "for ever" is a duration like any other.
[[nodiscard]] constexpr time_point later(time_point from, duration by) noexcept {
    return by > time_point::max() - from ? time_point::max() : from + by;
}

/// UTC, for people; may jump.
using wall_time = std::chrono::sys_time<std::chrono::milliseconds>;

class clock {
public:
    virtual ~clock() = default;
    [[nodiscard]] virtual time_point now() const noexcept = 0;
    [[nodiscard]] virtual wall_time wall() const noexcept = 0;
};

/// The machine's clocks.
class system_clock final : public clock {
public:
    [[nodiscard]] time_point now() const noexcept override { return std::chrono::steady_clock::now(); }
    [[nodiscard]] wall_time wall() const noexcept override {
        return std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
    }
};

/// A clock that stands until a test moves it.
class manual_clock final : public clock {
public:
    [[nodiscard]] time_point now() const noexcept override { return time_point{past_}; }
    [[nodiscard]] wall_time wall() const noexcept override {
        return wall_time{std::chrono::seconds{1'790'000'000}} +
               std::chrono::duration_cast<std::chrono::milliseconds>(past_);
    }
    void advance(duration by) noexcept { past_ += by; }

private:
    duration past_{std::chrono::hours{1}};
};

}  // namespace core
