// tests/load/names.cpp: see names.hpp.
// Thread: any once made.
// Owner: the session.
#include "tests/load/names.hpp"

#include <charconv>
#include <system_error>

namespace tertulia::load {
namespace {

std::string hex(std::uint32_t value) {
    char digits[8];
    const auto [end, error] = std::to_chars(digits, digits + sizeof digits, value, 16);
    return {digits, end};
}

}  // namespace

room_names::room_names(std::uint32_t run, std::uint32_t rooms) : run_(hex(run)), prefix_("load-" + run_ + "-") {
    rooms_.reserve(rooms);
    for (std::uint32_t i = 0; i < rooms; ++i) rooms_.push_back(prefix_ + std::to_string(i));
}

std::optional<std::uint32_t> room_names::number(std::string_view name) const noexcept {
    if (!name.starts_with(prefix_)) return std::nullopt;
    const auto digits = name.substr(prefix_.size());
    std::uint32_t room = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), room);
    if (error != std::errc{} || room >= rooms_.size() || rooms_[room] != name) return std::nullopt;
    return room;
}

std::string room_names::query(std::uint32_t room, std::uint32_t n) const {
    return "?name=m" + run_ + "-" + std::to_string(room) + "-" + std::to_string(n) + "&room=" + of(room);
}

}  // namespace tertulia::load
