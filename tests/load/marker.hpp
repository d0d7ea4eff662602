// tests/load/marker.hpp: what the load test writes at the start of each text to know it again.
// Thread: any; plain values.
// Owner: whoever holds the value.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace tertulia::load {

/// Which message of which run this is, and when it was due.
struct marker {
    std::uint32_t run = 0;   ///< drawn at random for each run, so that another run's messages are not taken for ours
    std::uint32_t room = 0;  ///< number of the room it was posted to
    std::uint32_t publisher = 0;  ///< number within the room
    std::uint32_t number = 0;     ///< of the publisher's messages, from 0
    std::int64_t due_ns = 0;      ///< when it should have been sent, by `now_ns`

    friend bool operator==(const marker&, const marker&) = default;
};

/// A marker in a text: `~`, the five fields as 8 (the time as 16) digits of hex, `~`.
inline constexpr std::size_t marker_bytes = 1 + 4 * 8 + 16 + 1;

/// Writes exactly `marker_bytes` to `out`.
void write_marker(const marker& m, char* out) noexcept;

/// The marker that `text` starts with, or nothing.
[[nodiscard]] std::optional<marker> read_marker(std::string_view text) noexcept;

}  // namespace tertulia::load
