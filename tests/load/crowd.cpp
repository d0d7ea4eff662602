// tests/load/crowd.cpp: see crowd.hpp.
// Thread: one.
// Owner: the session.
#include "tests/load/crowd.hpp"

#include "tests/load/clock.hpp"

#include <algorithm>
#include <utility>

namespace tertulia::load {

crowd::crowd(const target& server, crowd_size size, std::function<dialling(std::uint32_t)> dial,
             crowd_listener& listener)
    : server_(server),
      size_(size),
      dial_(std::move(dial)),
      listener_(listener),
      members_(size.members),
      start_ns_(now_ns()) {}

void crowd::turn(std::int64_t until_ns) {
    if (begun_ < members_.size()) {
        begin_some();
        until_ns = std::min(until_ns, next_begin_ns());
    }
    const auto all = poller_.wait(until_ns);
    if (all.empty()) return;
    const auto begin = now_ns();
    for (const auto& ready : all)
        handle(ready.data.u32, [&](connection& c) { c.on_ready(ready.events, buffer_, poller_); });
    if (turns_ != nullptr) turns_->record(now_ns_ - begin);
}

void crowd::begin_some() {
    const auto now = now_ns();
    while (begun_ < members_.size() && under_way_ < size_.under_way && next_begin_ns() <= now) {
        const auto member = begun_++;
        ++under_way_;
        members_[member].start(server_, dial_(member), poller_, member);
        note_state(member, connection::state::connecting);
    }
}

// While too many are under way an answer comes first.
std::int64_t crowd::next_begin_ns() const {
    if (begun_ == members_.size() || under_way_ >= size_.under_way) return INT64_MAX;
    return size_.connects_per_s > 0 ? start_ns_ + to_ns(begun_ / size_.connects_per_s) : 0;
}

template <class Read>
void crowd::handle(std::uint32_t member, Read read) {
    auto& c = members_[member];
    const auto before = c.is();
    if (before == connection::state::gone) return;
    read(c);
    now_ns_ = now_ns();
    if (c.is() == connection::state::open) {
        if (before != connection::state::open) listener_.on_open(member);
        while (const auto text = c.next(poller_)) listener_.on_text(member, *text, now_ns_);
    }
    note_state(member, before);
}

void crowd::note_state(std::uint32_t member, connection::state before) {
    const auto& c = members_[member];
    if (before < connection::state::open && c.is() >= connection::state::open) --under_way_;
    if (c.is() == connection::state::gone) listener_.on_gone(member, c.fault());
}

void crowd::send(std::uint32_t member, std::string_view text, std::uint32_t mask) {
    members_[member].send(text, mask, poller_);
}

void crowd::pause(std::uint32_t member, bool paused) {
    members_[member].pause(paused, poller_);
}

void crowd::sip(std::uint32_t member, std::size_t bytes) {
    handle(member, [&](connection& c) { c.sip(bytes, buffer_, poller_); });
}

void crowd::restart(std::uint32_t member, dialling how, bool by_reset) {
    auto& c = members_[member];
    if (c.is() < connection::state::open) --under_way_;
    if (by_reset) c.reset();
    ++under_way_;
    c.start(server_, std::move(how), poller_, member);
    note_state(member, connection::state::connecting);
}

}  // namespace tertulia::load
