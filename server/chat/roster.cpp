// server/chat/roster.cpp: coming, going, and telling it.
// Thread: the room's home shard.
// Owner: see the header.
#include "server/chat/roster.hpp"

#include <algorithm>
#include <limits>

namespace tertulia::chat {

namespace {
constexpr std::chrono::seconds grace{10};
constexpr std::chrono::seconds gathered_for{1};
constexpr std::chrono::milliseconds at_least_gathered_for{50};  // after a quiet time: people who come together
}  // namespace

roster::roster(core::scheduler& on, std::uint32_t shards, teller tell)
    : on_(on), tell_(std::move(tell)), by_shard_(shards, 0) {}

roster::~roster() {
    on_.cancel(*this);
    while (away_.pop_front() != nullptr) {
    }
}

member* roster::find(std::uint64_t identity) noexcept {
    const auto found = members_.find(identity);
    return found == members_.end() ? nullptr : &found->second;
}

member& roster::add(std::uint64_t identity, const shared_text& name) {
    member& m = members_[identity];
    if (m.name.empty()) m.name = name;
    return m;
}

std::vector<client_ref> roster::remove(std::uint64_t identity) {
    const auto found = members_.find(identity);
    if (found == members_.end()) return {};
    member& m = found->second;
    std::vector<client_ref> followed = m.following.all();
    for (const client_ref& c : followed) --by_shard_[c.shard];
    m.unlink();
    if (m.here) went(m);
    members_.erase(found);
    return followed;
}

void roster::rename(std::uint64_t identity, const shared_text& name) {
    member* m = find(identity);
    if (m == nullptr) return;
    const bool was_here = m->here;
    if (was_here) went(*m);  // who is away stays in its place of that list
    m->name = name;
    if (was_here) came(*m);
}

void roster::follow(member& m, client_ref by) {
    if (!m.following.add(by)) return;
    ++by_shard_[by.shard];
    m.unlink();
    if (!m.here) came(m);
}

void roster::unfollow(member& m, client_ref by) {
    if (!m.following.remove(by)) return;
    --by_shard_[by.shard];
    if (!m.following.empty()) return;
    m.away_since = on_.now();
    away_.push_back(m);
    set_timer();
}

std::vector<std::string> roster::names(std::string_view after, std::size_t limit) const {
    std::vector<std::string> found;
    auto at = std::ranges::upper_bound(here_, after, {}, [](const member* m) { return m->name.view(); });
    for (; at != here_.end() && found.size() < limit; ++at) found.push_back((*at)->name);
    return found;
}

std::vector<member*>::iterator roster::place_of(std::string_view name) noexcept {
    return std::ranges::lower_bound(here_, name, {}, [](const member* m) { return m->name.view(); });
}

void roster::came(member& m) {
    m.here = true;
    here_.insert(place_of(m.name), &m);
    std::erase(left_, m.name.view());
    entered_.push_back(m.name);
    changed();
}

void roster::went(member& m) {
    here_.erase(std::find(place_of(m.name), here_.end(), &m));
    m.here = false;
    std::erase(entered_, m.name.view());
    left_.push_back(m.name);
    changed();
}

void roster::changed() {
    if (here_.size() > protocol::here_names) {  // only the count is told
        entered_.clear();
        left_.clear();
    }
    if (!untold_) tell_at_ = std::max(told_at_ + gathered_for, on_.now() + at_least_gathered_for);
    untold_ = true;
    set_timer();
}

void roster::tell() {
    untold_ = false;
    told_at_ = on_.now();
    protocol::presence p;
    p.entered.swap(entered_);
    p.left.swap(left_);
    p.count = here_.size();
    tell_(p);
}

void roster::set_timer() {
    core::time_point next = core::time_point::max();
    if (untold_) next = tell_at_;
    if (!away_.empty()) next = std::min(next, away_.front().away_since + grace);
    if (next == core::time_point::max()) {
        on_.cancel(*this);
    } else {
        on_.start(*this, next);
    }
}

void roster::fired() noexcept {
    while (!away_.empty() && away_.front().away_since + grace <= on_.now()) went(*away_.pop_front());
    if (untold_ && tell_at_ <= on_.now()) tell();
    set_timer();
}

}  // namespace tertulia::chat
