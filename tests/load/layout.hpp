// tests/load/layout.hpp: who is who: rooms, places, roles, and which process has which member.
// Thread: any; a plain value.
// Owner: whoever holds it.
#pragma once

#include "tests/load/options.hpp"

#include <cstdint>
#include <vector>

namespace tertulia::load {

/// What a member does besides following its room. A room's places are given out in this order.
enum class role : std::uint8_t { publisher, listener, returner, slow, stalled };

/// Where a member sits.
struct seat {
    std::uint32_t room;
    std::uint32_t place;  ///< within the room
};

/// The members of all rooms, dealt out to the processes so that each has its share of every room and every role.
class layout {
public:
    explicit layout(const options& flags, std::uint32_t process = 0)
        : rooms_(flags.rooms),
          members_(flags.members),
          publishers_(flags.publishers),
          stalled_(members_ - flags.stall),
          slow_(stalled_ - flags.slow()),
          returners_(slow_ - flags.reconnecting()) {
        seats_.reserve(flags.connections() / flags.processes + 1);
        for (std::uint32_t room = 0; room < rooms_; ++room)
            for (std::uint32_t place = 0; place < members_; ++place)
                if ((room + place) % flags.processes == process) seats_.push_back({room, place});
    }

    [[nodiscard]] std::uint32_t rooms() const noexcept { return rooms_; }
    [[nodiscard]] std::uint32_t publishers() const noexcept { return publishers_; }  ///< of each room

    /// The members of this process.
    [[nodiscard]] const std::vector<seat>& seats() const noexcept { return seats_; }

    /// A member's number over all processes.
    [[nodiscard]] std::uint32_t number_of(seat s) const noexcept { return s.room * members_ + s.place; }

    [[nodiscard]] role role_of(seat s) const noexcept {
        return s.place < publishers_  ? role::publisher
               : s.place < returners_ ? role::listener
               : s.place < slow_      ? role::returner
               : s.place < stalled_   ? role::slow
                                      : role::stalled;
    }

private:
    std::uint32_t rooms_, members_, publishers_;
    std::uint32_t stalled_, slow_, returners_;  // the first places of these roles
    std::vector<seat> seats_;
};

}  // namespace tertulia::load
