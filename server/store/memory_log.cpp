// server/store/memory_log.cpp: appending, reading and forgetting in memory.
// Thread: one shard's.
// Owner: see the header.
#include "server/store/memory_log.hpp"

#include "core/overloaded.hpp"

#include <algorithm>

namespace tertulia::store {

namespace {

constexpr std::size_t key_overhead_bytes = 128;    // of a key's node, its place in the queue and its record
constexpr std::size_t entry_overhead_bytes = 64;   // of a node that says what is known of a message that was changed
constexpr std::size_t vector_overhead_bytes = 64;  // of a message's reactions, beside the node

std::size_t size_of(const protocol::event& e) {
    return sizeof e + e.from.name.capacity() +
           std::visit(core::overloaded{[](const protocol::message_body& m) { return m.text.capacity(); },
                                       [](const protocol::topic_body& t) { return t.topic.capacity(); },
                                       [](const protocol::edited_body& c) { return c.text ? c.text->capacity() : 0; },
                                       [](const protocol::deleted_body&) { return std::size_t{0}; },
                                       [](const protocol::reacted_body& c) { return c.emoji.capacity(); }},
                      e.body);
}

std::size_t size_of(const one_reaction& r) {
    return sizeof r + r.emoji.capacity() + r.name.capacity();
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
    if (auto refused = judge(d, {r.newest, used, r.target_of(d)})) return std::move(*refused);
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
    apply(r, e);
    return appended{e.seq, false, false, std::move(e)};
}

protocol::event* memory_log::room_log::message(std::uint64_t seq) noexcept {
    if (seq < oldest() || seq > newest) return nullptr;
    protocol::event& e = at(seq);
    const auto* m = std::get_if<protocol::message_body>(&e.body);
    return m == nullptr || m->deleted ? nullptr : &e;
}

std::optional<target_now> memory_log::room_log::target_of(const draft& d) noexcept {
    const std::uint64_t seq = protocol::target_of(d.body);
    const protocol::event* e = seq == 0 ? nullptr : message(seq);
    if (e == nullptr) return std::nullopt;
    target_now now{e->from.identity};
    const auto* how = std::get_if<protocol::reacted_body>(&d.body);
    const auto all = reactions.find(seq);
    if (how == nullptr || all == reactions.end()) return now;
    const std::vector<one_reaction>& has = all->second;
    for (auto r = has.begin(); r != has.end(); ++r) {
        const auto same = [&](const one_reaction& o) { return o.emoji == r->emoji; };
        now.emoji += std::none_of(has.begin(), r, same) ? 1 : 0;
        now.has_emoji = now.has_emoji || r->emoji == how->emoji;
        now.has_theirs = now.has_theirs || (r->emoji == how->emoji && r->identity == d.from.identity);
    }
    return now;
}

protocol::event memory_log::room_log::present(protocol::event e) const {
    if (auto* m = std::get_if<protocol::message_body>(&e.body)) {
        if (const auto has = reactions.find(e.seq); has != reactions.end()) m->reactions = summed(has->second);
    } else if (auto* c = std::get_if<protocol::edited_body>(&e.body)) {
        const std::uint64_t now = edits.at(c->target);
        const auto& newest_edit = events[static_cast<std::size_t>(now - oldest())];
        if (now != e.seq) c->text = std::get<protocol::edited_body>(newest_edit.body).text;
    }
    return e;
}

/// What a change does to the events before it.
void memory_log::apply(room_log& r, const protocol::event& change) {
    if (const auto* c = std::get_if<protocol::edited_body>(&change.body)) {
        const auto [now, first] = r.edits.try_emplace(c->target, change.seq);
        bytes_ += first ? entry_overhead_bytes : 0;
        if (!first) put_text(r, std::exchange(now->second, change.seq), std::nullopt);
        put_text(r, c->target, c->text);
    } else if (const auto* d = std::get_if<protocol::deleted_body>(&change.body)) {
        if (const auto edited = r.edits.find(d->target); edited != r.edits.end()) {
            put_text(r, edited->second, std::nullopt);
        }
        put_text(r, d->target, std::nullopt);
        forget_reactions(r, d->target);
    } else if (const auto* how = std::get_if<protocol::reacted_body>(&change.body)) {
        put_reaction(r, change, *how);
    }
}

/// The text of a message or of an edit; none: it is deleted, or (of an edit) another one's now.
void memory_log::put_text(room_log& r, std::uint64_t seq, std::optional<std::string> text) {
    protocol::event& e = r.at(seq);
    bytes_ -= size_of(e);
    if (auto* m = std::get_if<protocol::message_body>(&e.body)) {
        (text ? m->edited : m->deleted) = true;
        std::string now = std::move(text).value_or(std::string{});
        m->text.swap(now);  // an assignment could keep what was there in the string's spare room
    } else {
        std::get<protocol::edited_body>(e.body).text = std::move(text);
    }
    bytes_ += size_of(e);
}

void memory_log::put_reaction(room_log& r, const protocol::event& e, const protocol::reacted_body& how) {
    const auto [of, first] = r.reactions.try_emplace(how.target);
    std::vector<one_reaction>& all = of->second;
    if (how.on) {
        bytes_ += first ? entry_overhead_bytes + vector_overhead_bytes : 0;
        all.push_back({how.emoji, e.from.identity, e.from.name});
        bytes_ += size_of(all.back());
        return;
    }
    const auto theirs = std::find_if(all.begin(), all.end(), [&](const one_reaction& o) {
        return o.identity == e.from.identity && o.emoji == how.emoji;
    });
    bytes_ -= size_of(*theirs);
    all.erase(theirs);
    if (all.empty()) forget_reactions(r, how.target);
}

void memory_log::forget_reactions(room_log& r, std::uint64_t message) {
    const auto of = r.reactions.find(message);
    if (of == r.reactions.end()) return;
    for (const one_reaction& one : of->second) bytes_ -= size_of(one);
    bytes_ -= entry_overhead_bytes + vector_overhead_bytes;
    r.reactions.erase(of);
}

void memory_log::forget_oldest(room_log& r) {
    const protocol::event& e = r.events.front();
    bytes_ -= size_of(e);
    forget_reactions(r, e.seq);
    if (const auto* c = std::get_if<protocol::edited_body>(&e.body)) {
        const auto edited = r.edits.find(c->target);
        if (edited->second == e.seq) {  // a newer one speaks for those before it
            r.edits.erase(edited);
            bytes_ -= entry_overhead_bytes;
        }
    }
    r.events.pop_front();
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
        forget_oldest(r);
        while (!r.age.empty() && r.age.front()->second.use.seq <= gone) forget_key(r);
        if (!r.events.empty()) continue;
        r.epoch = new_epoch(random_);
        if (!r.open) drop(r);  // or names alone could fill the memory
    }
}

core::task<core::result<read_events>> memory_log::read(core::context&, std::string room, range what) {
    room_log& r = use(room);
    read_events got;
    /// False: it is one too many.
    const auto take = [&](const protocol::event& e) {
        if (!what.changes && protocol::target_of(e.body) != 0) return true;
        got.more = got.events.size() == what.limit;
        if (!got.more) got.events.push_back(r.present(e));
        return !got.more;
    };
    if (what.before != 0) {
        for (std::uint64_t seq = std::min(what.before, r.newest + 1); seq > r.oldest() && take(r.at(seq - 1)); --seq) {
        }
        std::reverse(got.events.begin(), got.events.end());
    } else {
        for (std::uint64_t seq = std::max(what.after + 1, r.oldest()); seq <= r.newest && take(r.at(seq)); ++seq) {
        }
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
