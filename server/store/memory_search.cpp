// server/store/memory_search.cpp: searching the logs in memory: from the newest message back, a few in each turn.
// Thread: one shard's.
// Owner: see memory_log.hpp.
#include "core/sleep.hpp"
#include "server/store/memory_log.hpp"

namespace tertulia::store {

namespace {

constexpr std::size_t events_in_a_turn = 100;  // of 4 kB each that is some milliseconds
constexpr std::size_t events_at_most = 100'000;

}  // namespace

/// Goes back through the logs of some rooms at once. Between two turns they may grow, forget, and go.
class memory_log::scan {
public:
    scan(memory_log& of, search_question what) : of_(of), what_(std::move(what)) {
        for (const searched_room& r : what_.rooms) {
            const auto found = of_.rooms_.find(r.log);
            if (found == of_.rooms_.end()) continue;
            places_.push_back({&r, start_in(found->second, r.name)});
        }
    }

    /// Looks at the next event. False: there is no other, or a message was found for which there is no place.
    bool step() {
        place* newest = nullptr;
        protocol::event* event = nullptr;
        search_position at;
        for (place& p : places_) {
            protocol::event* const e = event_before(p);
            if (e == nullptr) continue;
            search_position here{e->at, p.of->name, e->seq};
            if (event != nullptr && here < at) continue;
            newest = &p;
            event = e;
            at = std::move(here);
        }
        if (event == nullptr) {
            got_.next.reset();
            return false;
        }
        const auto* m = std::get_if<protocol::message_body>(&event->body);
        const bool fits = m != nullptr && !m->deleted && protocol::has_all(protocol::words_of(m->text), what_.words);
        if (fits && got_.events.size() == what_.limit) return false;
        if (fits) got_.events.push_back({newest->of->name, of_.rooms_.at(newest->of->log).present(*event)});
        --newest->before;
        got_.next = std::move(at);
        return true;
    }

    [[nodiscard]] found_messages take() noexcept { return std::move(got_); }

private:
    struct place {
        const searched_room* of;
        std::uint64_t before;
    };

    /// In front of which event of a room it begins.
    [[nodiscard]] std::uint64_t start_in(const room_log& log, const std::string& name) const {
        if (!what_.before) return what_.before_seq == 0 ? log.newest + 1 : what_.before_seq;
        const auto first_not =
            std::partition_point(log.events.begin(), log.events.end(), [&](const protocol::event& e) {
                return search_position{e.at, name, e.seq} < *what_.before;
            });
        return log.oldest() + static_cast<std::uint64_t>(first_not - log.events.begin());
    }

    [[nodiscard]] protocol::event* event_before(place& p) {
        const auto found = of_.rooms_.find(p.of->log);
        if (found == of_.rooms_.end()) return nullptr;
        p.before = std::min(p.before, found->second.newest + 1);
        return p.before <= found->second.oldest() ? nullptr : &found->second.at(p.before - 1);
    }

    memory_log& of_;
    const search_question what_;
    std::vector<place> places_{};
    found_messages got_{};
};

core::task<core::result<found_messages>> memory_log::find(core::context& ctx, search_question what) {
    scan back{*this, std::move(what)};
    for (std::size_t looked_at = 0; looked_at < events_at_most && back.step(); ++looked_at) {
        if (looked_at % events_in_a_turn != events_in_a_turn - 1) continue;
        auto turn = co_await core::yield(ctx);
        if (!turn) co_return tl::unexpected<core::error>(turn.error());
    }
    co_return back.take();
}

}  // namespace tertulia::store
