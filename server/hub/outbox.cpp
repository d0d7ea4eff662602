// server/hub/outbox.cpp: gathering what a connection lacks into one write, and moving its cursors by what was taken.
// Thread: the connection's shard.
// Owner: see the header.
#include "server/hub/outbox.hpp"

#include "server/hub/hub.hpp"
#include "server/ws/frame.hpp"

#include <algorithm>

namespace tertulia::hub {

namespace {
/// Of one write that is joined from several pieces, and of all writes to one connection in a turn.
constexpr std::size_t joined_most_bytes = std::size_t{64} * 1024;
constexpr std::size_t flush_most_bytes = std::size_t{512} * 1024;
}  // namespace

outbox::~outbox() {
    unfollow_all();
}

void outbox::touch() noexcept {
    if (!linked() && !blocked_) hub_.touched_.push_back(*this);
}

std::string& outbox::direct() {
    if (!direct_) direct_ = std::make_unique<replies>();
    return direct_->bytes;
}

void outbox::say(std::string_view payload) {
    if (payload.empty() || sealed_ || broken_) return;
    ws::append_frame(direct(), ws::opcode::text, payload);
    touch();
}

void outbox::say_frame(std::string_view frame) {
    if (sealed_ || broken_) return;
    direct() += frame;
    touch();
}

void outbox::lagged(std::string_view room, protocol::lagged what) {
    hub_.stats_.lagged += what.last - what.first + 1;
    say(protocol::write_passing(as_, room, what));
}

follower* outbox::find(std::string_view room) noexcept {
    for (follower& f : following_) {
        if (f.room.room() == room) return &f;
    }
    return nullptr;
}

void outbox::follow(feed& of, std::uint64_t first) {
    if (sealed_) return;
    follower* f = find(of.room());
    if (f != nullptr) {
        f->seq = first;
        f->reading.reset();
    } else {
        f = new follower{of, *this, first};
        following_.push_back(*f);
        of.add(*f);
    }
    of.start(*f);
    touch();
}

void outbox::drop(follower& f) noexcept {
    feed& of = f.room;
    hub_.ring_bytes_ -= of.remove(f);
    delete &f;  // leaves this outbox's list
    hub_.close_if_unused(of);
}

bool outbox::unfollow(std::string_view room) {
    follower* f = find(room);
    if (f != nullptr) drop(*f);
    return f != nullptr;
}

void outbox::unfollow_all() {
    while (!following_.empty()) drop(following_.front());
}

void outbox::gather_from(follower& f, std::vector<piece>& pieces) {
    if (f.reading && !f.reading->holds(f.seq)) f.reading.reset();
    if (f.seq >= f.room.next_seq()) return;
    if (const ring* r = f.room.ring_for(f)) {
        f.reading.reset();
        const ring::pieces lacking = r->from(f.seq);
        pieces.push_back({&f, lacking.first});
        if (!lacking.second.empty()) pieces.push_back({&f, lacking.second});
        return;
    }
    if (!f.reading) return f.room.ask_for_page(f, hub_.logs_);
    pieces.push_back({&f, f.reading->bytes_from(f.seq)});
}

void outbox::gather(std::vector<piece>& pieces) {
    pieces.clear();
    if (!sealed_) {
        for (follower& f : following_) {
            if (f.room.has_passing(f)) f.room.take_passing(f, direct(), hub_.now_);
        }
    }
    if (direct_ && waiting() == 0) direct_.reset();  // what passed had passed already
    if (direct_) pieces.push_back({nullptr, std::string_view{direct_->bytes}.substr(direct_->sent)});
    if (sealed_) return;
    for (follower& f : following_) gather_from(f, pieces);
}

void outbox::flush() {
    std::size_t written = 0;
    while (!blocked_ && !broken_) {
        auto& pieces = hub_.pieces_;
        gather(pieces);
        if (pieces.empty()) return;
        std::string_view bytes = pieces.front().bytes;
        if (pieces.size() > 1) {  // one send of joined bytes costs less than one of many pieces
            hub_.joined_.clear();
            for (const piece& p : pieces) {
                hub_.joined_ += p.bytes.substr(0, joined_most_bytes - hub_.joined_.size());
                if (hub_.joined_.size() == joined_most_bytes) break;
            }
            bytes = hub_.joined_;
        }
        const net::transfer done = stream_.send(bytes);
        ++hub_.stats_.sends;
        if (done.what == net::transfer::state::ended) {
            broken_ = true;
            became_blocked();
            return;
        }
        hub_.stats_.bytes += done.bytes;
        sent(pieces, done.bytes);
        if (done.bytes < bytes.size()) {
            blocked_ = true;
            for (follower& f : following_) f.reading.reset();  // who stalls must not keep a page of each of its rooms
            became_blocked();
            return;
        }
        written += done.bytes;
        if (written >= flush_most_bytes) return touch();  // the others first
    }
}

void outbox::sent(const std::vector<piece>& pieces, std::size_t bytes) {
    for (std::size_t i = 0; i < pieces.size() && bytes > 0; ++i) {
        const std::size_t taken = std::min(bytes, pieces[i].bytes.size());
        bytes -= taken;
        if (pieces[i].of == nullptr) {
            direct_->sent += taken;
            if (waiting() == 0) {
                direct_.reset();
                replies_written();
            }
            continue;
        }
        std::size_t whole = taken;  // of both pieces, where the ring wraps
        if (i + 1 < pieces.size() && pieces[i + 1].of == pieces[i].of) {
            const std::size_t more = std::min(bytes, pieces[i + 1].bytes.size());
            bytes -= more;
            whole += more;
            ++i;
        }
        advance(*pieces[i].of, whole);
    }
}

void outbox::advance(follower& f, std::size_t taken) {
    const std::uint64_t before = f.seq;
    if (f.reading) {
        const page& p = *f.reading;
        const std::size_t reached = p.starts[static_cast<std::size_t>(f.seq - p.first)] + taken;
        const auto next = std::lower_bound(p.starts.begin(), p.starts.end(), reached);
        const std::size_t edge = next == p.starts.end() ? p.bytes.size() : *next;
        f.seq = p.first + static_cast<std::uint64_t>(next - p.starts.begin());
        if (edge > reached) direct().append(p.bytes, reached, edge - reached);
        hub_.delivered(hub_.now_, f.seq - before);
        return;
    }
    const ring& r = *f.room.ring_of(as_);
    const ring::position at = r.after(f.seq, taken);
    f.seq = at.seq;
    if (at.inside > 0) {
        const ring::pieces broken = r.frame(at.seq);
        std::string rest{broken.first};
        direct() += rest.append(broken.second).substr(at.inside);
        ++f.seq;
    }
    hub_.delivered(r.at(before), f.seq - before);
}

}  // namespace tertulia::hub
