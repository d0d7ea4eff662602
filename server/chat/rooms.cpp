// server/chat/rooms.cpp: from a letter to a room's inbox, and the list of rooms.
// Thread: one shard's.
// Owner: see the header.
#include "server/chat/rooms.hpp"

#include "core/caught.hpp"

#include <spdlog/spdlog.h>

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
      pages_(scope_, log),
      all_(
          parent.on(), unused_rooms_rest_after,
          [this, &most](const std::string& name) {
              return std::make_unique<room>(name, scope_.ctx(), mail_, log_, pages_, most);
          },
          [this](std::unique_ptr<room> r) { scope_.spawn("rest", bury(std::move(r))); }) {}

core::task<> rooms::bury(std::unique_ptr<room> r) {
    co_await r->finish();
}

void rooms::take(to_room l) {
    if (stopped_) return;  // nobody waits for an answer any more
    // Only joining makes a room; a page is fetched for those who followed one that may be at rest by now.
    // So does writing to somebody directly.
    const bool makes = std::holds_alternative<enter>(l.what) || std::holds_alternative<fetch_page>(l.what) ||
                       (l.between && joins(l.what));
    room::delivery d{{}, l.from, std::move(l.what), std::move(l.between)};
    try {
        d.holds = makes ? all_.acquire(l.room) : all_.find(l.room);
        if (d.holds) {
            room& to = *d.holds;
            return to.take(std::move(d));
        }
    } catch (...) {
        spdlog::error("{} can't be reached: {}", l.room, core::caught().detail);
        return answer_undone(mail_, l.room, d.from, d.what, a_defect());
    }
    // A room that is not awake has no members, so whoever asks is none.
    answer_undone(mail_, l.room, d.from, d.what, {protocol::code::not_joined, "join " + l.room + " first"});
}

void rooms::take(list_shard l) {
    if (stopped_) return;
    scope_.spawn("list", list(std::move(l)));
}

core::task<> rooms::list(list_shard l) {
    protocol::reply told = a_defect();
    try {
        auto page = co_await page_of(l.what);
        told = std::move(page);
    } catch (...) {  // or it would end all the rooms of this scope
        spdlog::error("the rooms can't be listed: {}", core::caught().detail);
    }
    mail_.send(l.from.shard, answer{l.from.call, std::move(told)});
}

void rooms::take(search_shard l) {
    if (stopped_) return;
    scope_.spawn("search", search(std::move(l)));
}

core::task<> rooms::search(search_shard l) {
    answer_value told = protocol::reply{a_defect()};
    try {
        found_part part;
        for (std::string& name : l.rooms) {
            const room_handle r = all_.find(name);
            std::string log = r ? r->log_for(l.identity) : std::string{};
            if (!log.empty()) l.what.rooms.push_back({std::move(name), std::move(log)});
        }
        part.member = !l.what.rooms.empty();
        core::result<store::found_messages> got;
        if (part.member) {
            auto searched = co_await log_.searched().find(scope_.ctx(), std::move(l.what));
            got = std::move(searched);
        }
        if (got) {
            part.what = std::move(*got);
            told = std::move(part);
        } else {
            told = protocol::reply{protocol::refusal{
                protocol::code::unavailable, got.error().code == core::errc::deadline
                                                 ? "this search took too long; ask for longer words, or in one room"
                                                 : "the log can't be searched now; try again"}};
        }
    } catch (...) {
        spdlog::error("a search ended by an exception: {}", core::caught().detail);
    }
    mail_.send(l.from.shard, answer{l.from.call, std::move(told)});
}

core::task<protocol::rooms_page> rooms::page_of(protocol::list_rooms what) {
    std::map<std::string, protocol::room_line> found;
    auto stored = co_await log_.rooms(scope_.ctx(), what.query);
    if (stored) {
        for (auto& s : *stored) found[s.room] = {s.room, s.topic, 0, s.seq};
    }
    all_.each([&](room& r) {
        if (!r.listed() || r.name().find(what.query) == std::string::npos) return;
        protocol::room_line& line = found[r.name()];
        line = {r.name(), r.topic(), r.here(), r.seq()};
    });
    protocol::rooms_page page;
    auto at = found.upper_bound(what.after);
    for (; at != found.end() && page.rooms.size() < what.limit; ++at) page.rooms.push_back(std::move(at->second));
    page.more = at != found.end();
    co_return page;
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
