// server/hub/page.hpp: some events of a log, framed once for all the followers who read the log at this place.
// Thread: one shard's.
// Owner: shared by the feed that keeps the newest few and the followers that are reading it.
#pragma once

#include "server/protocol/event.hpp"
#include "server/protocol/reply.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace tertulia::hub {

/// How many events one read of the log brings.
inline constexpr std::size_t page_events = 64;
/// Asked for instead of a seq: the place where a new cursor starts, for those who are too far behind.
inline constexpr std::uint64_t a_new_start = 0;

/// What the log says to a follower whose ring no longer holds what it wants. Where `first` lies behind what was wanted,
/// what lies between is passed over, and the follower is told so (`lagged`).
struct log_page {
    std::uint64_t wanted = 0;  ///< the seq that was asked for, or a_new_start
    std::uint64_t first = 0;   ///< where the follower goes on
    std::vector<protocol::event> events{};
};

/// A log_page in the frames of one format.
struct page {
    page(protocol::format format, std::string_view room, const log_page& from);

    [[nodiscard]] bool holds(std::uint64_t seq) const noexcept { return seq >= first && seq < first + starts.size(); }
    /// Whether it may hold event `seq`, or one behind it.
    [[nodiscard]] bool reaches(std::uint64_t seq) const noexcept { return seq < first + starts.size(); }
    [[nodiscard]] std::string_view bytes_from(std::uint64_t seq) const noexcept {
        return std::string_view{bytes}.substr(starts[static_cast<std::size_t>(seq - first)]);
    }

    protocol::format as;
    std::uint64_t first;
    std::string bytes{};
    std::vector<std::size_t> starts{};  ///< of each event's frame
};

/// Reads logs for the hub. The answer comes by hub::page_arrived(), later, and once for each fetch().
class page_source {
public:
    virtual void fetch(const std::string& room, std::uint64_t seq) = 0;

protected:
    ~page_source() = default;
};

}  // namespace tertulia::hub
