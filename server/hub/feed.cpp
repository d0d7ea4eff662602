// server/hub/feed.cpp: publishing to rings, the lane of passing events, pages of the log.
// Thread: one shard's.
// Owner: see the header.
#include "server/hub/feed.hpp"

#include "server/hub/outbox.hpp"
#include "server/ws/frame.hpp"

#include <algorithm>

namespace tertulia::hub {

namespace {

constexpr std::size_t lane_most = 16;  // passing events that wait for followers who are behind
constexpr std::chrono::seconds passing_worth_telling{10};

std::string framed(const std::string& payload) {
    std::string frame;
    if (!payload.empty()) ws::append_frame(frame, ws::opcode::text, payload);
    return frame;
}

/// What a passing event is about: a newer one about the same replaces it.
std::string topic_of(const protocol::passing& p) {
    if (const auto* t = std::get_if<protocol::typing_event>(&p)) return "typing " + t->user;
    if (const auto* e = std::get_if<protocol::presence>(&p); e != nullptr && e->entered.empty() && e->left.empty()) {
        return "count";
    }
    return {};
}

}  // namespace

page::page(protocol::format format, std::string_view room, std::uint64_t first_seq,
           const std::vector<protocol::event>& events)
    : first(first_seq) {
    starts.reserve(events.size());
    for (const auto& e : events) {
        starts.push_back(bytes.size());
        ws::append_frame(bytes, ws::opcode::text, protocol::write_event(format, room, e));
    }
}

void feed::add(follower& f) {
    f.lane_seen = lane_next_;
    followers_.push_back(f);
    ++slot(f.to.format()).followers;
}

std::size_t feed::remove(follower& f) noexcept {
    f.core::list_hook<feed>::unlink();
    encoding& e = slot(f.to.format());
    if (--e.followers > 0 || !e.events) return 0;
    const std::size_t freed = e.events->capacity();
    e.events.reset();
    return freed;
}

std::size_t feed::expect(std::uint64_t seq) noexcept {
    if (seq == next_seq_) return 0;
    next_seq_ = seq;
    drop_pages(0);
    edits_.clear();
    changed_until_ = 0;
    std::size_t freed = 0;
    for (encoding& e : encodings_) {
        if (!e.events) continue;
        freed += e.events->capacity();
        e.events.reset();
    }
    return freed;
}

std::size_t feed::publish(const published& p, std::size_t spare) {
    amend(p.what.body);
    std::size_t grown = 0;
    for (const auto as : {protocol::format::json, protocol::format::text}) {
        encoding& e = slot(as);
        if (e.followers == 0) continue;
        if (!e.events) e.events = std::make_unique<ring>(p.what.seq);
        const std::string text =
            as == protocol::format::text ? framed(protocol::write_event(as, room_, p.what)) : std::string{};
        grown +=
            e.events->append(as == protocol::format::text ? text : p.json_frame, p.at, spare - std::min(grown, spare));
        e.last = p.at;
    }
    next_seq_ = p.what.seq + 1;
    if (const auto* e = std::get_if<protocol::edited_body>(&p.what.body)) note_edit(p.what.seq, e->target);
    return grown;
}

void feed::amend(const protocol::event_body& change) {
    const std::uint64_t target = protocol::target_of(change);
    if (target == 0) return;
    const bool deleted = std::holds_alternative<protocol::deleted_body>(change);
    changed_until_ = std::max(changed_until_, target);
    if (deleted) take_text_out(target);
    for (const edit& e : edits_) {
        if (e.target != target) continue;
        changed_until_ = std::max(changed_until_, e.seq);
        if (deleted) take_text_out(e.seq);
    }
    drop_pages(target);
}

void feed::take_text_out(std::uint64_t seq) {
    for (const auto as : {protocol::format::json, protocol::format::text}) {
        ring* r = slot(as).events.get();
        if (r == nullptr || !r->holds(seq)) continue;
        const ring::pieces kept = r->frame(seq);
        std::string frame{kept.first};
        frame += kept.second;
        protocol::take_text_out(as, ws::payload_of(frame));
        r->overwrite(seq, frame);
    }
}

/// From under who is reading them, those that have event `from` or one behind it: it asks for them anew.
void feed::drop_pages(std::uint64_t from) noexcept {
    for (follower& f : followers_) {
        if (f.reading && f.reading->reaches(from)) f.reading.reset();
    }
}

void feed::note_edit(std::uint64_t seq, std::uint64_t target) {
    std::erase_if(edits_, [&](const edit& e) {
        return std::none_of(encodings_.begin(), encodings_.end(),
                            [&](const encoding& in) { return in.events && in.events->holds(e.seq); });
    });
    edits_.push_back({seq, target});
}

const ring* feed::ring_for(const follower& f) const noexcept {
    const ring* r = ring_of(f.to.format());
    return r != nullptr && f.seq >= r->first_seq() && f.seq > f.log_until ? r : nullptr;
}

std::size_t feed::rest(core::time_point before) noexcept {
    std::size_t freed = 0;
    for (encoding& e : encodings_) {
        if (!e.events || e.last > before) continue;
        freed += e.events->capacity();
        e.events.reset();
    }
    return freed;
}

void feed::pass(const protocol::passing& p, core::time_point now) {
    std::string topic = topic_of(p);
    std::erase_if(lane_, [&](const passing_event& e) { return e.until < now || (!topic.empty() && e.topic == topic); });
    if (lane_.size() == lane_most) lane_.erase(lane_.begin());
    lane_.push_back({lane_next_++,
                     std::move(topic),
                     now + passing_worth_telling,
                     {framed(protocol::write_passing(protocol::format::json, room_, p)),
                      framed(protocol::write_passing(protocol::format::text, room_, p))}});
}

void feed::take_passing(follower& f, std::string& out, core::time_point now) {
    for (const passing_event& e : lane_) {
        if (e.number >= f.lane_seen && e.until >= now) out += e.frames[static_cast<std::size_t>(f.to.format())];
    }
    f.lane_seen = lane_next_;
}

void feed::ask_for_page(const follower& f, page_source& source) {
    const page_wish wanted{page_start(f), f.seq, f.to.format()};
    if (std::ranges::any_of(asked_, [&](const page_wish& w) { return w.same_page(wanted); })) return;
    asked_.push_back(wanted);
    source.fetch(room_, wanted);
}

void feed::page_arrived(const log_page& p) {
    std::erase_if(asked_, [&](const page_wish& w) { return w.same_page(p.wanted); });
    for (follower& f : followers_) {
        if (f.to.blocked()) continue;  // it asks again when it can take something, and until then keeps nothing
        if (f.reading || f.seq >= next_seq_ || ring_for(f) != nullptr) continue;
        if (!p.wanted.same_page({page_start(f), f.seq, f.to.format()})) continue;
        const bool passed_over = f.seq < p.first;
        if (passed_over) {
            f.to.lagged(room_, {f.seq, p.first - 1});
            f.seq = p.first;
            start(f);
        }
        if (p.framed && p.framed->holds(f.seq)) f.reading = p.framed;
        const bool too_short = p.framed && !f.reading && p.wanted.seq < f.seq;  // it asks for itself
        // Else the log could not be read; the next event asks again.
        if (f.reading || passed_over || too_short) f.to.touch();
    }
}

}  // namespace tertulia::hub
