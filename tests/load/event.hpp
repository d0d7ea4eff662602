// tests/load/event.hpp: reads of the server's JSON only what the load test judges by.
// Thread: one for each reader.
// Owner: whoever reads.
#pragma once

#include "tests/load/marker.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tertulia::load {

enum class event_kind : std::uint8_t {
    message,  ///< `room`, `seq`, and `mark` where its text begins with one
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
    std::string_view code{};
    std::string_view epoch{};
    std::string_view token{};
    std::uint64_t seq = 0;
    std::uint64_t first = 0;
    std::uint64_t last = 0;
    bool recovered = false;
    std::optional<marker> mark{};
};

/// Reads events. A message with a marker and an `ok`, in the server's usual order of fields, are scanned without an
/// allocation (they are nearly all of what comes); everything else is parsed for real, so an unusual order costs time
/// and not correctness. And since an event has the same bytes for every receiver (docs/protocol.md), the newest
/// messages are kept: one that is byte for byte the last, or the one after it, is not read again.
class event_reader {
public:
    event_reader();

    /// What it gives lives until the next call.
    [[nodiscard]] const event& read(std::string_view payload);

private:
    struct known {
        std::string bytes;
        event what;
    };

    [[nodiscard]] known& place_of(std::uint64_t seq) { return known_[seq % known_.size()]; }
    [[nodiscard]] event parse(std::string_view payload);

    std::vector<known> known_;  // by seq
    known* last_;
    event other_;                                          // of what is not kept
    std::string room_, id_, text_, code_, epoch_, token_;  // what a parsed event's views point to
};

}  // namespace tertulia::load
