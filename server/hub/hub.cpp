// server/hub/hub.cpp: from a published event to the connections that follow its room.
// Thread: one shard's.
// Owner: see the header.
#include "server/hub/hub.hpp"

#include "core/caught.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>

namespace tertulia::hub {

namespace {
constexpr std::chrono::seconds ring_rests_after{60};
/// Events published within one turn before a flush in between: a ring must not run over while a long turn lasts.
constexpr std::size_t unflushed_most = 256;
}  // namespace

hub::~hub() {
    assert(touched_.empty());
    assert(feeds_.empty());
}

feed& hub::open(const std::string& room, std::uint64_t newest) {
    auto& f = feeds_[room];
    if (!f) f = std::make_unique<feed>(room, newest + 1, recovery_events_);
    // A follower that is about to leave may have kept the feed, while the room sent nothing here any more.
    ring_bytes_ -= f->expect(newest + 1);
    return *f;
}

void hub::close_if_unused(feed& f) {
    if (!f.has_followers()) feeds_.erase(f.room());
}

void hub::publish(const std::string& room, const published& p) {
    const auto found = feeds_.find(room);
    if (found == feeds_.end() || p.what.seq < found->second->next_seq()) return;
    feed& f = *found->second;
    ring_bytes_ -= f.expect(p.what.seq);
    ring_bytes_ += f.publish(p, ring_budget_bytes - std::min(ring_bytes_, ring_budget_bytes));
    if (!f.linked()) changed_.push_back(f);
    if (++unflushed_ >= unflushed_most) flush();
}

void hub::pass(const std::string& room, const protocol::passing& p) {
    const auto found = feeds_.find(room);
    if (found == feeds_.end()) return;
    found->second->pass(p, on_.now());
    if (!found->second->linked()) changed_.push_back(*found->second);
}

void hub::page_arrived(const std::string& room, const log_page& p) {
    const auto found = feeds_.find(room);
    if (found != feeds_.end()) found->second->page_arrived(p);
}

void hub::flush() {
    while (feed* f = changed_.pop_front()) {
        for (follower& each : f->followers()) each.to.touch();
    }
    unflushed_ = 0;
    if (touched_.empty()) return;
    now_ = on_.clock().now();
    core::list<outbox> these;  // who is touched meanwhile comes in the next turn
    these.take(touched_);
    while (outbox* o = these.pop_front()) {
        try {
            o->flush();
        } catch (...) {  // the others are written all the same
            spdlog::error("a connection ended by an exception: {}", core::caught().detail);
            o->give_up();
        }
    }
    if (!touched_.empty()) on_.wake();
}

void hub::rest() {
    for (auto& [room, f] : feeds_) ring_bytes_ -= f->rest(on_.now() - ring_rests_after);
}

void hub::delivered(core::time_point at, std::uint64_t events) noexcept {
    const double s = std::chrono::duration<double>(now_ - at).count();
    const auto bucket = std::lower_bound(latency_bounds_s.begin(), latency_bounds_s.end(), s);
    stats_.latency[static_cast<std::size_t>(bucket - latency_bounds_s.begin())] += events;
    stats_.latency_sum_s += s * static_cast<double>(events);
    stats_.deliveries += events;
}

}  // namespace tertulia::hub
