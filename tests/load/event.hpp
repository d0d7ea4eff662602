// tests/load/event.hpp: reads of the server's JSON only what the load test judges by.
// Thread: one for each reader.
// Owner: whoever reads.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace tertulia::load {

enum class event_kind : std::uint8_t {
    message,  ///< `room`, `seq`, `text` (perhaps only its start)
    logged,   ///< any other event of a room's log: `room`, `seq`
    ok,       ///< `id`, `room`, `seq`
    joined,   ///< `room`, `seq`, `first`, `epoch`, `recovered`
    welcome,  ///< `token`
    lagged,   ///< `room`, `first`, `last`
    error,    ///< `id`, `code`
    passing,  ///< presence and whatever else is not judged
    broken,   ///< no JSON object with a `type`
};

/// What was said. The views live until the reader reads again, or the bytes it was given go.
struct event {
    event_kind kind = event_kind::broken;
    std::string_view room{};
    std::string_view id{};
    std::string_view text{};
    std::string_view code{};
    std::string_view epoch{};
    std::string_view token{};
    bool recovered = false;
    std::uint64_t seq = 0;
    std::uint64_t first = 0;
    std::uint64_t last = 0;
};

/// Reads events. A message and an `ok` in the server's usual order of fields are scanned without an allocation (they
/// are nearly all of what comes); everything else is parsed for real, so an unusual order costs time and not
/// correctness.
class event_reader {
public:
    [[nodiscard]] event read(std::string_view payload);

private:
    [[nodiscard]] event parse(std::string_view payload);

    std::string room_, id_, text_, code_, epoch_, token_;  // what a parsed event's views point to
};

}  // namespace tertulia::load
