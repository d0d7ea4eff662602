// server/store/memory_log.cpp: appending, reading and forgetting in memory.
// Thread: one shard's.
// Owner: see the header.
#include "server/store/memory_log.hpp"

#include "core/overloaded.hpp"

#include <algorithm>

namespace tertulia::store {

namespace {

constexpr std::size_t key_overhead_bytes = 128;  // of a key's node, its place in the queue and its record

std::size_t size_of(const protocol::event& e) {
    return sizeof e + e.from.name.capacity() +
           std::visit(core::overloaded{[](const protocol::message_body& m) { return m.text.capacity(); },
                                       [](const protocol::topic_body& t) { return t.topic.capacity(); }},
                      e.body);
}

std::string key_of(const draft& d) {
    return std::to_string(d.from.identity) + ":" + d.key;
}

}  // namespace

memory_log::memory_log(const core::clock& time, std::mt19937_64& random, std::size_t most_bytes)
    : clock_(time), random_(random), most_bytes_(most_bytes) {}

memory_log::~memory_log() {
    rooms_.clear();
}

memory_log::room_log& memory_log::use(const std::string& room) {
    const auto place = rooms_.try_emplace(room).first;
    room_log& r = place->second;
    if (r.epoch.empty()) r.epoch = new_epoch(random_);
    r.name = &place->first;
    r.unlink();
    by_use_.push_back(r);
    return r;
}

core::task<core::result<head>> memory_log::open(core::context&, std::string room) {
    room_log& r = use(room);
    r.open = true;
    co_return head{r.epoch, r.oldest(), r.newest, r.topic};
}

core::task<std::vector<taken>> memory_log::append(core::context&, std::string room, std::vector<draft> drafts) {
    room_log& r = use(room);
    forget_old_keys(r);
    std::vector<taken> answers;
    answers.reserve(drafts.size());
    for (draft& d : drafts) answers.push_back(append_one(r, std::move(d)));
    forget_past_bound();
    co_return answers;
}

taken memory_log::append_one(room_log& r, draft d) {
    std::optional<key_use> used;
    const std::string key = d.key.empty() ? std::string{} : key_of(d);
    if (const auto found = r.keys.find(key); found != r.keys.end()) used = found->second.use;
    if (auto refused = judge(d, r.newest, used)) return std::move(*refused);
    if (!key.empty()) {
        const key_record record{{r.newest + 1, content_of(d)}, clock_.now()};
        r.age.push_back(r.keys.emplace(key, record).first);
        bytes_ += r.age.back()->first.capacity() + key_overhead_bytes;
    }
    const auto last = r.events.empty() ? protocol::wall_time{} : r.events.back().at;
    protocol::event e{++r.newest, std::move(d.from), std::max(clock_.wall(), last), std::move(d.body)};
    if (const auto* t = std::get_if<protocol::topic_body>(&e.body)) r.topic = t->topic;
    ++events_;
    r.events.push_back(e);
    bytes_ += size_of(r.events.back());  // as it will be forgotten: its copy's strings may be shorter inside
    return appended{e.seq, false, std::move(e)};
}

void memory_log::forget_key(room_log& r) {
    bytes_ -= r.age.front()->first.capacity() + key_overhead_bytes;
    r.keys.erase(r.age.front());
    r.age.pop_front();
}

void memory_log::forget_old_keys(room_log& r) {
    while (!r.age.empty() && clock_.now() - r.age.front()->second.at > keys_kept) forget_key(r);
}

void memory_log::drop(room_log& r) {
    while (!r.age.empty()) forget_key(r);
    rooms_.erase(rooms_.find(*r.name));
}

void memory_log::forget_past_bound() {
    while (most_bytes_ > 0 && bytes_ > most_bytes_ && !by_use_.empty()) {
        room_log& r = by_use_.front();  // the longest unused
        if (r.events.empty()) {
            r.unlink();
            continue;
        }
        const std::uint64_t gone = r.events.front().seq;
        bytes_ -= size_of(r.events.front());
        r.events.pop_front();
        while (!r.age.empty() && r.age.front()->second.use.seq <= gone) forget_key(r);
        if (!r.events.empty()) continue;
        r.epoch = new_epoch(random_);
        if (!r.open) drop(r);  // or names alone could fill the memory
    }
}

core::task<core::result<read_events>> memory_log::read(core::context&, std::string room, range what) {
    const room_log& r = use(room);
    read_events got;
    std::uint64_t first = 0;
    std::uint64_t last = 0;  // one behind it
    if (what.before != 0) {
        last = std::min(what.before, r.newest + 1);
        first = std::max(r.oldest(), last > what.limit ? last - what.limit : 1);
        got.more = first > r.oldest();
    } else {
        first = std::max(what.after + 1, r.oldest());
        last = std::min(first + what.limit, r.newest + 1);
        got.more = last <= r.newest;
    }
    for (std::uint64_t seq = first; seq < last; ++seq) {
        got.events.push_back(r.events[static_cast<std::size_t>(seq - r.oldest())]);
    }
    co_return got;
}

core::task<core::result<std::uint64_t>> memory_log::start_of(core::context&, std::string room, std::uint32_t messages,
                                                             std::uint64_t most_back) {
    const room_log& r = use(room);
    std::uint64_t first = r.newest + 1;
    std::uint32_t found = 0;
    for (auto e = r.events.rbegin(); e != r.events.rend() && found < messages && r.newest - e->seq < most_back; ++e) {
        first = e->seq;
        if (std::holds_alternative<protocol::message_body>(e->body)) ++found;
    }
    co_return first;
}

void memory_log::close(const std::string& room) {
    auto found = rooms_.find(room);
    if (found == rooms_.end()) return;
    found->second.open = false;
    if (found->second.events.empty()) drop(found->second);
}

core::task<core::result<std::vector<listed>>> memory_log::rooms(core::context&, std::string query) {
    std::vector<listed> found;
    for (const auto& [name, r] : rooms_) {
        if (r.newest > 0 && !name.starts_with('@') && name.find(query) != std::string::npos)
            found.push_back({name, r.topic, r.newest});
    }
    co_return found;
}

core::task<core::result<>> memory_log::writable(core::context&) {
    co_return core::result<>{};
}

log_counts memory_log::counts() const noexcept {
    log_counts now;
    now.events = events_;
    now.bytes = bytes_;
    return now;
}

}  // namespace tertulia::store
