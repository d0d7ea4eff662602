// server/chat/room_direct.cpp: what differs in a direct conversation: its log is its two identities', not its name's.
// Thread: its home shard.
// Owner: see room.hpp.
#include "server/chat/room.hpp"

#include <algorithm>

namespace tertulia::chat {

namespace {

/// No room's log is called so. The smaller identity first: the same whatever they are called.
std::string log_of(std::array<std::uint64_t, 2> two) {
    std::sort(two.begin(), two.end());
    return "@" + std::to_string(two[0]) + "+" + std::to_string(two[1]);
}

}  // namespace

/// The directory's word on whose conversation this is, in front of each command. The name may have been two others'
/// before: they are gone, and nobody inherits their log. False: the command can't be carried out now.
core::task<bool> room::meet(const conversation& between, const room_command& what) {
    if (two_ != std::array{between.first.id, between.second.id} || log_name_.empty()) {
        co_await commit();
        end_conversation();
        co_await become(between);
    }
    const auto* e = std::get_if<log_event>(&what);
    if (e == nullptr || !joins_both(*e)) co_return true;
    const bool joined = co_await join_both(between);
    co_return joined;
}

core::task<> room::become(const conversation& between) {
    two_ = {between.first.id, between.second.id};
    log_name_ = log_of(two_);
    co_await open();
}

/// A message joins both, and all their connections that are there and don't follow.
core::task<bool> room::join_both(const conversation& between) {
    for (const conversation::side* side : {&between.first, &between.second}) {
        const bool was_member = roster_.find(side->id) != nullptr;
        member& m = roster_.add(side->id, side->name);
        if (!was_member) tell_directory(side->id);
        for (const client_ref& client : side->clients) {
            if (m.following.has(client)) continue;
            const protocol::join anew;
            auto cursor = co_await cursor_for(anew);
            if (!cursor) co_return false;  // or one would not see what the other has written
            roster_.follow(m, client);
            cursor->here = roster_.names({}, protocol::here_names);
            cursor->count = roster_.here();
            mail_.send(client.shard, joined_client{client, side->id, std::move(*cursor)});
        }
    }
    co_return true;
}

/// One of the two is gone for good: nobody is a member any more, and nobody will be of this log.
void room::end_conversation() {
    for (const std::uint64_t identity : two_) {
        if (roster_.find(identity) == nullptr) continue;
        part(identity, {}, "one of the two is gone");
        tell_directory(identity);
    }
    if (!log_name_.empty()) log_.close(log_name_);
    log_name_.clear();
    two_ = {};
    head_ = {};
    last_start_ = {};
}

}  // namespace tertulia::chat
