// tests/load/clock.hpp: the one clock of the load test.
// Thread: any.
// Owner: nobody; a function.
#pragma once

#include <cstdint>
#include <ctime>

namespace tertulia::load {

/// Nanoseconds of CLOCK_MONOTONIC: the same in every process of this machine, so a due time may travel in a message.
[[nodiscard]] inline std::int64_t now_ns() noexcept {
    timespec t{};
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * std::int64_t{1'000'000'000} + t.tv_nsec;
}

inline constexpr std::int64_t ns_per_ms = 1'000'000;
inline constexpr std::int64_t ns_per_s = 1'000'000'000;

/// `s` seconds in nanoseconds.
[[nodiscard]] constexpr std::int64_t to_ns(double s) noexcept {
    return static_cast<std::int64_t>(s * static_cast<double>(ns_per_s));
}

/// `ns` nanoseconds in seconds.
[[nodiscard]] constexpr double to_s(std::int64_t ns) noexcept {
    return static_cast<double>(ns) / static_cast<double>(ns_per_s);
}

}  // namespace tertulia::load
