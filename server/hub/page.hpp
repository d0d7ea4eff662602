// server/hub/page.hpp: some events of a log, framed once for all the followers who read the log at this place.
// Thread: made on the home shard of the room; read by any, for it never changes.
// Owner: shared by the cache of the home shard and the followers that are reading it.
#pragma once

#include "server/protocol/event.hpp"
#include "server/protocol/reply.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace tertulia::hub {

/// How many events one read of the log brings.
inline constexpr std::size_t page_events = 64;
/// Asked for instead of a seq: the place where a new cursor starts, for those who are too far behind.
inline constexpr std::uint64_t a_new_start = 0;

/// Consecutive events in the frames of one format.
struct page {
    /// @param first_seq that of the first of `events`, which may be none
    page(protocol::format format, std::string_view room, std::uint64_t first_seq,
         const std::vector<protocol::event>& events);

    [[nodiscard]] bool holds(std::uint64_t seq) const noexcept { return seq >= first && seq < first + starts.size(); }
    /// Whether it may hold event `seq`, or one behind it.
    [[nodiscard]] bool reaches(std::uint64_t seq) const noexcept { return seq < first + starts.size(); }
    [[nodiscard]] std::string_view bytes_from(std::uint64_t seq) const noexcept {
        return std::string_view{bytes}.substr(starts[static_cast<std::size_t>(seq - first)]);
    }

    std::uint64_t first;
    std::string bytes{};
    std::vector<std::size_t> starts{};  ///< of each event's frame
};

/// What a follower asks of the log, for itself and for its neighbours.
struct page_wish {
    std::uint64_t start = a_new_start;  ///< where the page begins
    std::uint64_t seq = 0;              ///< an event that it must reach; a page that was kept may be too short by now
    protocol::format as{};

    [[nodiscard]] bool same_page(const page_wish& other) const noexcept {
        return start == other.start && as == other.as;
    }
};

/// What the log says to followers whose ring no longer holds what they want. Where `first` lies behind what was wanted,
/// what lies between is passed over, and the follower is told so (`lagged`).
struct log_page {
    page_wish wanted{};
    std::uint64_t first = 0;               ///< where the follower goes on
    std::shared_ptr<const page> framed{};  ///< nullptr: the log could not be read
};

/// Reads logs for the hub. The answer comes by hub::page_arrived(), later, and once for each fetch().
class page_source {
public:
    virtual void fetch(const std::string& room, page_wish wanted) = 0;

protected:
    ~page_source() = default;
};

}  // namespace tertulia::hub
