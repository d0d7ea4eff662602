// tests/load/names.hpp: what the rooms and members of a run are called.
// Thread: any once made.
// Owner: the session.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tertulia::load {

/// Room names of one run (`load-<run>-<number>`, so that no two runs meet in one) and its members' names
/// (`m<run>-<room>-<number>`: a server keeps the names of guests for a while).
class room_names {
public:
    room_names(std::uint32_t run, std::uint32_t rooms);

    [[nodiscard]] const std::string& of(std::uint32_t room) const { return rooms_[room]; }

    /// The number of the room called `name`; nothing: it is none of this run.
    [[nodiscard]] std::optional<std::uint32_t> number(std::string_view name) const noexcept;

    /// The query under which member `n` of `room` connects: it says hello and joins at once.
    [[nodiscard]] std::string query(std::uint32_t room, std::uint32_t n) const;

private:
    std::string run_;
    std::string prefix_;
    std::vector<std::string> rooms_;
};

}  // namespace tertulia::load
