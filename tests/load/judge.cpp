// tests/load/judge.cpp: see judge.hpp.
// Thread: one.
// Owner: the run.
#include "tests/load/judge.hpp"

#include <algorithm>
#include <iterator>

namespace tertulia::load {
namespace {

constexpr std::uint64_t unknown = 0;
constexpr std::uint64_t not_ours = UINT64_MAX;

// A seq further ahead than this is no gap but nonsense, and must not take memory.
constexpr std::uint64_t most_ahead = 10'000'000;

std::uint64_t content_of(std::uint32_t publisher, std::uint32_t number) {
    return (std::uint64_t{publisher} << 32 | number) + 1;
}

}  // namespace

tally& tally::operator+=(const tally& more) noexcept {
    deliveries += more.deliveries;
    lost += more.lost;
    duplicated += more.duplicated;
    out_of_order += more.out_of_order;
    misrouted += more.misrouted;
    unsent += more.unsent;
    foreign += more.foreign;
    lagged += more.lagged;
    passed_over += more.passed_over;
    return *this;
}

judge::judge(std::uint32_t run, const layout& who) : run_(run), members_(who.seats().size()), logs_(who.rooms()) {
    for (auto& l : logs_) l.publishers.resize(who.publishers());
    for (std::size_t i = 0; i < members_.size(); ++i) {
        const auto s = who.seats()[i];
        members_[i].room = s.room;
        if (who.role_of(s) == role::publisher) logs_[s.room].publishers[s.place].ours = true;
    }
}

void judge::joined(std::uint32_t number, std::uint64_t first) {
    auto& m = members_[number];
    m.next = first;
    m.here = true;
    auto& l = logs_[m.room];
    if (l.base == 0) {
        l.base = first;
        l.newest = first - 1;
    }
}

void judge::returned(std::uint32_t number, std::uint64_t first, bool recovered) {
    auto& m = members_[number];
    if (!recovered) {
        // It begins as a new one does: later, or with some that it has had already.
        if (first > m.next) tally_.passed_over += first - m.next;
        m.next = first;
    } else if (first > m.next && first <= m.next + most_ahead) {
        holes_[number].push_back({m.next, first - 1});
        m.next = first;
    }
    logs_[m.room].newest = std::max(logs_[m.room].newest, m.next - 1);
}

void judge::gone(std::uint32_t number) {
    members_[number].here = false;
}

std::uint32_t judge::sent(std::uint32_t room, std::uint32_t publisher) {
    auto& posts = logs_[room].publishers[publisher].posts;
    posts.emplace_back();
    return static_cast<std::uint32_t>(posts.size() - 1);
}

bool judge::acknowledged(std::uint32_t room, std::uint32_t publisher, std::uint64_t number, std::uint64_t seq) {
    auto& l = logs_[room];
    auto& posts = l.publishers[publisher].posts;
    if (number >= posts.size() || posts[number].acknowledged) return false;
    auto& p = posts[number];
    p.acknowledged = true;
    if (seq == 0 || seq > l.newest + most_ahead) {
        ++tally_.out_of_order;
        return true;
    }
    l.newest = std::max(l.newest, seq);
    const bool first_sight = p.seq == 0;
    if (first_sight) p.seq = seq & (UINT64_MAX >> 1);
    // The acknowledgement and what members were shown must agree on where it stands.
    if (p.seq != seq || !claim(l, seq, content_of(publisher, static_cast<std::uint32_t>(number))))
        ++tally_.out_of_order;
    return true;
}

bool judge::arrived(std::uint32_t number, std::optional<std::uint32_t> room, std::uint64_t seq,
                    const std::optional<marker>& text) {
    auto& m = members_[number];
    if (room != m.room) {
        ++tally_.misrouted;
        return false;
    }
    switch (take(m, number, seq)) {
        case place::next: break;
        case place::late: ++tally_.out_of_order; break;
        case place::repeated: ++tally_.duplicated; return false;
        case place::absurd: ++tally_.out_of_order; return false;
    }
    auto& l = logs_[m.room];
    l.newest = std::max(l.newest, seq);
    if (!text || text->run != run_) {
        ++tally_.foreign;
        // A text of ours that came mangled at one member is not foreign to the others.
        if (!claim(l, seq, not_ours)) ++tally_.out_of_order;
        return false;
    }
    if (text->room != m.room) {
        ++tally_.misrouted;
        return false;
    }
    auto* const p = find_post(l, *text);
    if (p == nullptr) {
        ++tally_.unsent;
        return false;
    }
    if (!claim(l, seq, content_of(text->publisher, text->number))) {
        ++tally_.out_of_order;
        return false;
    }
    if (p->seq == 0) p->seq = seq & (UINT64_MAX >> 1);
    if (p->seq != seq) {
        ++tally_.duplicated;
        return false;
    }
    ++tally_.deliveries;
    return true;
}

// The post that `text` names; nothing: we know that nobody posted it.
judge::post* judge::find_post(log& l, const marker& text) {
    if (text.publisher >= l.publishers.size()) return nullptr;
    auto& [ours, posts] = l.publishers[text.publisher];
    if (text.number >= posts.size()) {
        if (ours || text.number > posts.size() + most_ahead) return nullptr;
        posts.resize(text.number + std::size_t{1});
    }
    return &posts[text.number];
}

judge::place judge::take(member& m, std::uint32_t number, std::uint64_t seq) {
    if (seq == m.next && seq != 0) {
        ++m.next;
        return place::next;
    }
    if (!m.here || seq == 0 || seq > m.next + most_ahead) return place::absurd;
    if (seq < m.next) return fill_hole(number, seq) ? place::late : place::repeated;
    holes_[number].push_back({m.next, seq - 1});
    m.next = seq + 1;
    return place::next;
}

// Takes `seq` out of what the member lacks; false: it does not lack it.
bool judge::fill_hole(std::uint32_t number, std::uint64_t seq) {
    const auto found = holes_.find(number);
    if (found == holes_.end()) return false;
    auto& holes = found->second;
    const auto it =
        std::find_if(holes.begin(), holes.end(), [&](const range& r) { return r.first <= seq && seq <= r.last; });
    if (it == holes.end()) return false;
    const range after{seq + 1, it->last};
    it->last = seq - 1;
    const bool empty_before = it->first > it->last;
    if (after.first <= after.last) {
        if (empty_before) {
            *it = after;
        } else {
            holes.insert(std::next(it), after);
        }
    } else if (empty_before) {
        holes.erase(it);
    }
    if (holes.empty()) holes_.erase(found);
    return true;
}

void judge::lagged(std::uint32_t number, std::optional<std::uint32_t> room, std::uint64_t first, std::uint64_t last) {
    auto& m = members_[number];
    if (room != m.room) {
        ++tally_.misrouted;
        return;
    }
    ++tally_.lagged;
    if (first == 0 || last < first || last > m.next + most_ahead) return;
    if (const auto found = holes_.find(number); found != holes_.end()) {
        std::vector<range> left;
        for (const auto& r : found->second) {
            if (r.first < first) left.push_back({r.first, std::min(r.last, first - 1)});
            if (r.last > last) left.push_back({std::max(r.first, last + 1), r.last});
            const auto from = std::max(r.first, first);
            const auto to = std::min(r.last, last);
            if (from <= to) tally_.passed_over += to - from + 1;
        }
        found->second = std::move(left);
        if (found->second.empty()) holes_.erase(found);
    }
    if (last < m.next) return;
    if (first > m.next) holes_[number].push_back({m.next, first - 1});
    tally_.passed_over += last - std::max(first, m.next) + 1;
    m.next = last + 1;
    logs_[m.room].newest = std::max(logs_[m.room].newest, last);
}

// Notes that `content` stands at `seq`; false: another one was seen there. Before the first join nothing is noted.
bool judge::claim(log& l, std::uint64_t seq, std::uint64_t content) {
    if (l.base == 0 || seq < l.base) return true;
    const auto index = seq - l.base;
    if (index >= l.contents.size()) l.contents.resize(index + 1, unknown);
    auto& there = l.contents[index];
    if (there == unknown) there = content;
    return there == content;
}

std::vector<std::uint64_t> judge::newest() const {
    std::vector<std::uint64_t> list;
    list.reserve(logs_.size());
    for (const auto& l : logs_) list.push_back(l.newest);
    return list;
}

void judge::expect(std::span<const std::uint64_t> newest) {
    for (std::size_t room = 0; room < logs_.size(); ++room)
        logs_[room].newest = std::max(logs_[room].newest, newest[room]);
}

bool judge::caught_up() const noexcept {
    return holes_.empty() && std::all_of(members_.begin(), members_.end(),
                                         [&](const member& m) { return !m.here || m.next > logs_[m.room].newest; });
}

tally judge::finish() const {
    tally all = tally_;
    for (const auto& [number, holes] : holes_)
        for (const auto& r : holes) all.lost += r.last - r.first + 1;
    for (const auto& m : members_)
        if (m.here && m.next <= logs_[m.room].newest) all.lost += logs_[m.room].newest - m.next + 1;
    return all;
}

std::vector<room_account> judge::accounts() const {
    std::vector<room_account> list;
    list.reserve(logs_.size());
    for (const auto& l : logs_) {
        auto& a = list.emplace_back(room_account{.base = l.base, .contents = l.contents, .sent = {}});
        for (const auto& p : l.publishers) a.sent.push_back(p.ours ? static_cast<std::uint32_t>(p.posts.size()) : 0);
    }
    return list;
}

tally reconcile(std::span<const std::vector<room_account>> accounts) {
    tally more;
    for (std::size_t room = 0; !accounts.empty() && room < accounts[0].size(); ++room) {
        std::uint64_t base = UINT64_MAX;
        std::vector<std::uint64_t> sent(accounts[0][room].sent.size());
        for (const auto& a : accounts) {
            if (a[room].base != 0) base = std::min(base, a[room].base);
            for (std::size_t p = 0; p < sent.size(); ++p) sent[p] += a[room].sent[p];
        }
        std::vector<std::uint64_t> merged;
        for (const auto& a : accounts) {
            const auto& [first, contents, own] = a[room];
            if (contents.empty()) continue;
            if (merged.size() < first - base + contents.size()) merged.resize(first - base + contents.size(), unknown);
            for (std::size_t i = 0; i < contents.size(); ++i) {
                auto& there = merged[first - base + i];
                if (there == unknown) there = contents[i];
                if (contents[i] != unknown && there != contents[i]) ++more.out_of_order;
            }
        }
        more.unsent += static_cast<std::uint64_t>(std::count_if(merged.begin(), merged.end(), [&](std::uint64_t c) {
            return c != unknown && c != not_ours && ((c - 1) & UINT32_MAX) >= sent[(c - 1) >> 32];
        }));
    }
    return more;
}

}  // namespace tertulia::load
