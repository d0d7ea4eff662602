// tests/load/crowd.cpp: see crowd.hpp.
// Thread: one.
// Owner: the session.
#include "tests/load/crowd.hpp"

#include "tests/load/clock.hpp"

#include <utility>

namespace tertulia::load {
namespace {

// Well below the usual backlog of a listener: a connection that finds it full is tried again by the kernel after a
// second.
constexpr std::uint32_t most_under_way = 64;

}  // namespace

crowd::crowd(const target& server, std::uint32_t members, std::function<std::string(std::uint32_t)> query,
             crowd_listener& listener)
    : server_(server), query_(std::move(query)), listener_(listener), members_(members) {}

void crowd::turn(std::int64_t until_ns) {
    begin_some();
    for (const auto& ready : poller_.wait(until_ns)) handle(ready.data.u32, ready.events);
}

void crowd::begin_some() {
    while (begun_ < members_.size() && under_way_ < most_under_way) {
        const auto member = begun_++;
        ++under_way_;
        members_[member].start(server_, upgrade_request(server_, query_(member)), poller_, member);
        note_state(member, connection::state::connecting);
    }
}

void crowd::handle(std::uint32_t member, std::uint32_t events) {
    auto& c = members_[member];
    const auto before = c.is();
    if (before == connection::state::gone) return;
    c.on_ready(events, buffer_, poller_);
    const auto now = now_ns();
    if (c.is() == connection::state::open)
        while (const auto text = c.next(poller_)) listener_.on_text(member, *text, now);
    note_state(member, before);
}

void crowd::note_state(std::uint32_t member, connection::state before) {
    const auto& c = members_[member];
    const bool was_under_way = before < connection::state::open;
    if (was_under_way && c.is() >= connection::state::open) --under_way_;
    if (was_under_way && c.is() == connection::state::open) ++opened_;
    if (c.is() == connection::state::gone) listener_.on_gone(member, c.fault());
}

void crowd::send(std::uint32_t member, std::string_view text, std::uint32_t mask) {
    members_[member].send(text, mask, poller_);
}

void crowd::pause(std::uint32_t member, bool paused) {
    members_[member].pause(paused, poller_);
}

}  // namespace tertulia::load
