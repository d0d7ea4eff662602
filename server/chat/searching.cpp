// server/chat/searching.cpp: a search over all the rooms of one user, wherever they live, as one page.
// Thread: one shard's.
// Owner: see questions.hpp.
#include "server/chat/questions.hpp"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <map>

namespace tertulia::chat {

using protocol::code;
using protocol::refusal;

namespace {

constexpr std::chrono::milliseconds come_again{500};

/// `next` of all rooms: `1790000000123.42.lobby`.
std::string written(const store::search_position& p) {
    return std::to_string(p.at.time_since_epoch().count()) + "." + std::to_string(p.seq) + "." + p.room;
}

std::optional<store::search_position> read_position(std::string_view text) {
    store::search_position p;
    std::int64_t ms = 0;
    const char* const end = text.data() + text.size();
    const auto at = std::from_chars(text.data(), end, ms);
    if (at.ec != std::errc{} || at.ptr == end || *at.ptr != '.') return std::nullopt;
    const auto seq = std::from_chars(at.ptr + 1, end, p.seq);
    if (seq.ec != std::errc{} || seq.ptr == end || *seq.ptr != '.') return std::nullopt;
    p.at = protocol::wall_time{std::chrono::milliseconds{ms}};
    p.room.assign(seq.ptr + 1, end);
    return p;
}

/// A user's one search. Given back where it ends.
class turn {
public:
    explicit turn(shared_identity& of) noexcept : of_(of), mine_(!of.searching.exchange(true)) {}
    turn(const turn&) = delete;
    turn& operator=(const turn&) = delete;
    ~turn() {
        if (mine_) of_.searching = false;
    }
    [[nodiscard]] bool mine() const noexcept { return mine_; }

private:
    shared_identity& of_;
    const bool mine_;
};

/// One page of what the shards have found. What is older than the place to which one of them has looked waits for the
/// next page: that one may have others in front of it.
protocol::found joined(store::found_messages all, std::size_t limit, bool one_room) {
    std::ranges::sort(all.events, std::greater{}, &store::found_message::position);
    if (all.next) std::erase_if(all.events, [&](const auto& m) { return m.position() < *all.next; });
    if (all.events.size() > limit) {
        all.events.resize(limit);
        all.next = all.events.back().position();
    }
    protocol::found page;
    for (auto& m : all.events) page.events.push_back({std::move(m.room), std::move(m.what)});
    if (all.next && one_room) page.next = all.next->seq;
    if (all.next && !one_room) page.next = written(*all.next);
    return page;
}

core::task<answer_value> ask_shard(services& of, core::context& within, std::uint32_t shard, search_shard what) {
    core::timed_context ctx{within, answer_within};
    simple_call asked{of.asking};
    what.from = asked.from();
    of.mail.send(shard, std::move(what));
    auto got = co_await asked.wait(ctx);
    if (got && std::holds_alternative<found_part>(*got)) co_return std::move(*got);
    co_return as_reply(got);
}

core::task<answer_value> ask_for_memberships(services& of, core::context& within, list_memberships what) {
    core::timed_context ctx{within, answer_within};
    simple_call asked{of.asking};
    of.mail.send(directory_shard, to_directory{asked.from(), std::move(what)});
    auto got = co_await asked.wait(ctx);
    if (got && std::holds_alternative<memberships>(*got)) co_return std::move(*got);
    co_return as_reply(got);
}

}  // namespace

core::task<protocol::reply> search_rooms(services& of, core::context& within, identity who, protocol::search what) {
    const refusal busy{code::rate_limited, "another search is under way; try again", come_again};
    const turn mine{*who.shared};
    if (!mine.mine()) co_return busy;
    const auto place = of.searches.try_acquire();
    if (!place) co_return busy;
    store::search_question question;
    question.words = std::move(what.words);
    question.before_seq = what.before_seq;
    question.limit = what.limit;
    if (what.before) {
        question.before = read_position(*what.before);
        if (!question.before) co_return refusal{code::bad_field, "before: what found gave as next is needed"};
    }
    const bool one_room = !what.room.empty();
    list_memberships whose{who.id, what.room};
    auto known = co_await ask_for_memberships(of, within, std::move(whose));
    auto* const rooms = std::get_if<memberships>(&known);
    if (rooms == nullptr) co_return std::move(std::get<protocol::reply>(known));
    std::map<std::uint32_t, std::vector<std::string>> homes;
    for (std::string& room : rooms->rooms) homes[of.mail.home_of(room)].push_back(std::move(room));
    store::found_messages all;
    bool member = false;
    for (auto& [home, names] : homes) {
        search_shard part_of_it;
        part_of_it.identity = who.id;
        part_of_it.rooms = std::move(names);
        part_of_it.what = question;
        auto got = co_await ask_shard(of, within, home, std::move(part_of_it));
        auto* const part = std::get_if<found_part>(&got);
        if (part == nullptr) co_return std::move(std::get<protocol::reply>(got));
        member = member || part->member;
        std::ranges::move(part->what.events, std::back_inserter(all.events));
        if (part->what.next) all.next = all.next ? std::max(*all.next, *part->what.next) : *part->what.next;
    }
    if (one_room && !member) co_return refusal{code::not_joined, "join " + what.room + " first"};
    co_return joined(std::move(all), what.limit, one_room);
}

}  // namespace tertulia::chat
