// server/chat/rooms.cpp: from a letter to a room's inbox, and the list of rooms.
// Thread: one shard's.
// Owner: see the header.
#include "server/chat/rooms.hpp"

#include <algorithm>
#include <map>

namespace tertulia::chat {

namespace {
constexpr std::chrono::seconds unused_rooms_rest_after{30};
}

rooms::rooms(core::context& parent, post_office& mail, store::log& log, const protocol::limits& most)
    : mail_(mail),
      log_(log),
      scope_(parent, "rooms"),
      all_(
          parent.on(), unused_rooms_rest_after,
          [this, &most](const std::string& name) {
              return std::make_unique<room>(name, scope_.ctx(), mail_, log_, most);
          },
          [this](std::unique_ptr<room> r) { scope_.spawn("rest", bury(std::move(r))); }) {}

core::task<> rooms::bury(std::unique_ptr<room> r) {
    co_await r->finish();
}

void rooms::take(to_room l) {
    if (stopped_) return;  // nobody waits for an answer any more
    // Only joining makes a room; a page is fetched for those who followed one that may be at rest by now.
    const bool makes = std::holds_alternative<enter>(l.what) || std::holds_alternative<fetch_page>(l.what);
    room_handle r = makes ? all_.acquire(l.room) : all_.find(l.room);
    if (!r) return answer_without_room(l);
    room& to = *r;
    to.take({std::move(r), l.from, std::move(l.what)});
}

void rooms::answer_without_room(const to_room& l) {
    // A room that is not awake has no members, so whoever asks is none.
    const protocol::refusal why{protocol::code::not_joined, "join " + l.room + " first"};
    if (const auto* e = std::get_if<log_event>(&l.what)) {
        mail_.send(e->client.shard, completed{e->client, e->id, why});
    } else if (const auto* t = std::get_if<note_typing>(&l.what)) {
        mail_.send(t->client.shard, completed{t->client, t->id, why});
    } else if (l.from.call != 0) {
        mail_.send(l.from.shard, answer{l.from.call, protocol::reply{why}});
    }
}

void rooms::take(list_shard l) {
    if (stopped_) return;
    scope_.spawn("list", list(std::move(l)));
}

core::task<> rooms::list(list_shard l) {
    std::map<std::string, protocol::room_line> found;
    auto stored = co_await log_.rooms(scope_.ctx(), l.what.query);
    if (stored) {
        for (auto& s : *stored) found[s.room] = {s.room, s.topic, 0, s.seq};
    }
    all_.each([&](room& r) {
        if (!r.listed() || r.name().find(l.what.query) == std::string::npos) return;
        protocol::room_line& line = found[r.name()];
        line = {r.name(), r.topic(), r.here(), r.seq()};
    });
    protocol::rooms_page page;
    auto at = found.upper_bound(l.what.after);
    for (; at != found.end() && page.rooms.size() < l.what.limit; ++at) page.rooms.push_back(std::move(at->second));
    page.more = at != found.end();
    mail_.send(l.from.shard, answer{l.from.call, protocol::reply{std::move(page)}});
}

core::task<> rooms::stop() {
    stopped_ = true;
    std::vector<std::string> names;
    all_.each([&](room& r) { names.push_back(r.name()); });
    for (const std::string& name : names) {
        // Held, for it may rest while others are waited for. Its members hold it no longer once it has ended: what was
        // in its inbox may have changed them.
        const room_handle r = all_.find(name);
        if (!r) continue;
        co_await r->finish();
        r->forget_members();
    }
    all_.rest_all();
    auto ended = co_await scope_.join();
    (void)ended;
}

std::size_t rooms::queued() {
    std::size_t n = 0;
    all_.each([&](room& r) { n += r.queued(); });
    return n;
}

}  // namespace tertulia::chat
