// server/store/retention.cpp: reading the rules.
// Thread: see the header.
// Owner: see the header.
#include "server/store/retention.hpp"

#include "server/protocol/name.hpp"

#include <algorithm>
#include <charconv>

namespace tertulia::store {

namespace {

constexpr std::uint64_t most_days = 36500;  // a hundred years, so that no time overflows

auto not_a_rule(std::string_view rule) {
    return core::fail(core::errc::failed, std::string{rule} +
                                              ": an age (90d, 12h, 30m, 45s) or a number of events is "
                                              "needed, with ROOM= in front of it for one room");
}

std::optional<std::uint64_t> seconds_of(char unit) {
    switch (unit) {
        case 's': return 1;
        case 'm': return 60;
        case 'h': return 3600;
        case 'd': return 86400;
        default: return std::nullopt;
    }
}

}  // namespace

core::result<retention> retention::read(const std::vector<std::string>& rules) {
    retention made;
    for (const std::string& rule : rules) {
        auto added = made.add(rule);
        if (!added) return tl::unexpected<core::error>(added.error());
    }
    return made;
}

core::result<> retention::add(std::string_view rule) {
    std::string_view bound = rule;
    keeping* what = &all_;
    if (const auto equals = rule.find('='); equals != rule.npos) {
        const auto room = protocol::room_name(rule.substr(0, equals));
        if (!room) return not_a_rule(rule);
        what = &rooms_[*room];
        bound = rule.substr(equals + 1);
    }
    std::uint64_t number = 0;
    const char* const end = bound.data() + bound.size();
    const auto [behind, error] = std::from_chars(bound.data(), end, number);
    if (error != std::errc{}) return not_a_rule(rule);
    if (behind == end) {
        what->events = number;
        if (number == 0) *what = {};
        return {};
    }
    const auto unit = seconds_of(*behind);
    if (behind + 1 != end || !unit || number == 0 || number > most_days * 86400 / *unit) return not_a_rule(rule);
    what->age = std::chrono::seconds{number * *unit};
    return {};
}

const keeping& retention::of(std::string_view room) const {
    const auto own = rooms_.find(room);
    return own == rooms_.end() ? all_ : own->second;
}

bool retention::bounded() const noexcept {
    return all_.bounded() ||
           std::any_of(rooms_.begin(), rooms_.end(), [](const auto& r) { return r.second.bounded(); });
}

std::optional<std::chrono::seconds> retention::least_age() const noexcept {
    std::optional<std::chrono::seconds> least = all_.age;
    for (const auto& [name, what] : rooms_) {
        if (what.age && (!least || *what.age < *least)) least = what.age;
    }
    return least;
}

}  // namespace tertulia::store
