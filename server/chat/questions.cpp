// server/chat/questions.cpp: asking, and waiting with a deadline.
// Thread: one shard's.
// Owner: see the header.
#include "server/chat/questions.hpp"

#include "server/protocol/name.hpp"

#include <algorithm>
#include <iterator>

namespace tertulia::chat {

using protocol::code;
using protocol::refusal;

protocol::reply as_reply(core::result<answer_value>& got) {
    if (got) {
        if (auto* r = std::get_if<protocol::reply>(&*got)) return std::move(*r);
    }
    return refusal{code::unavailable, "no answer came in time; try again"};
}

void send_to_room(post_office& mail, std::uint64_t identity, const std::string& room, caller from, room_command what) {
    if (protocol::is_direct(room)) {
        mail.send(directory_shard, to_directory{from, to_direct{identity, room, std::move(what)}});
    } else {
        mail.send(mail.home_of(room), to_room{room, from, std::move(what), nullptr});
    }
}

core::task<protocol::reply> ask_room(services& of, core::context& within, std::uint64_t identity, std::string room,
                                     room_command what) {
    core::timed_context ctx{within, answer_within};
    simple_call asked{of.asking};
    send_to_room(of.mail, identity, room, asked.from(), std::move(what));
    auto got = co_await asked.wait(ctx);
    co_return as_reply(got);
}

core::task<protocol::reply> ask_for_rooms(services& of, core::context& within, protocol::list_rooms what) {
    protocol::rooms_page all;
    for (std::uint32_t shard = 0; shard < of.mail.shards(); ++shard) {
        core::timed_context ctx{within, answer_within};
        simple_call asked{of.asking};
        of.mail.send(shard, list_shard{asked.from(), what});
        auto got = co_await asked.wait(ctx);
        auto part = as_reply(got);
        auto* page = std::get_if<protocol::rooms_page>(&part);
        if (page == nullptr) co_return part;
        all.more = all.more || page->more;
        std::move(page->rooms.begin(), page->rooms.end(), std::back_inserter(all.rooms));
    }
    std::sort(all.rooms.begin(), all.rooms.end(), [](const auto& a, const auto& b) { return a.room < b.room; });
    if (all.rooms.size() > what.limit) {
        all.rooms.resize(what.limit);
        all.more = true;
    }
    co_return all;
}

std::optional<refusal> too_early(core::rate_limit& limit, core::time_point now, services& of) noexcept {
    const std::uint32_t most = of.most.commands_per_s;
    if (most == 0) return std::nullopt;
    const auto wait = limit.take(now, core::rate::per_second(most, 2 * most));
    if (!wait) return std::nullopt;
    ++of.stats.rate_limited;
    return refusal{code::rate_limited, "slow down", std::chrono::ceil<std::chrono::milliseconds>(*wait)};
}

}  // namespace tertulia::chat
