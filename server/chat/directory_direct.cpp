// server/chat/directory_direct.cpp: direct conversations: whose a name is, who may write to whom, the way there.
// Thread: the directory's shard.
// Owner: see directory.hpp.
#include "server/chat/directory.hpp"
#include "server/chat/undone.hpp"
#include "server/protocol/name.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>

namespace tertulia::chat {

using protocol::code;
using protocol::refusal;

/// All commands to a conversation come this way, and the end of a guest's life too, so that they arrive in an order in
/// which a name is one identity's after the other's, never both's.
void directory::send_on(caller from, to_direct d) {
    const auto refuse = [&](refusal why) { answer_undone(mail_, d.room, from, d.what, std::move(why)); };
    try {
        const auto found = guests_.find(d.identity);
        if (found == guests_.end()) return refuse({code::internal, "say hello first"});
        guest& self = found->second;
        const auto other = other_in(self, d.room);
        if (!other) return refuse(other.error());
        std::string name = protocol::direct_name(self.name, (*other)->name);
        std::optional<refusal> why;
        if (const auto* e = std::get_if<log_event>(&d.what)) why = let_write(self, **other, name, *e);
        if (std::holds_alternative<enter>(d.what)) why = claim(self, name);
        if (!why && joins(d.what)) self.shared.posted = (*other)->shared.posted = true;  // they keep their names
        if (why) return refuse(std::move(*why));
        auto between = std::make_unique<conversation>();
        between->first = {self.id, self.name, self.clients.all()};
        between->second = {(*other)->id, (*other)->name, (*other)->clients.all()};
        if (!name.starts_with("@" + std::string{self.name} + "+")) std::swap(between->first, between->second);
        const std::uint32_t home = mail_.home_of(name);
        mail_.send(home, to_room{std::move(name), from, std::move(d.what), std::move(between)});
    } catch (const std::exception& e) {
        spdlog::error("the directory: a command to {} ended by an exception: {}", d.room, e.what());
        refuse(a_defect());
    }
}

protocol::outcome<directory::guest*> directory::other_in(const guest& self, std::string_view place) {
    const std::string_view name = protocol::other_of(place, self.name);
    if (name.empty()) return protocol::refuse(code::unknown_room, "this conversation is not yours");
    guest* other = find(name);
    if (other == nullptr) {
        return protocol::refuse(code::unknown_room, "nobody is called " + std::string{name} + "; see who is here");
    }
    if (other == &self) return protocol::refuse(code::bad_field, "room: a conversation needs somebody else");
    return other;
}

directory::guest* directory::find(std::string_view name) {
    const auto found = by_name_.find(std::string_view{protocol::folded(name)});
    return found == by_name_.end() ? nullptr : *found;
}

/// A message makes both members of it; whatever else is logged needs who is one.
std::optional<refusal> directory::let_write(guest& from, guest& to, const std::string& name, const log_event& what) {
    const auto blocks = [](const guest& who, const guest& whom) {
        return who.knows && std::ranges::binary_search(who.knows->blocked, whom.id);
    };
    if (std::holds_alternative<protocol::deleted_body>(what.body)) return std::nullopt;  // one's own words
    if (blocks(to, from))
        return refusal{code::forbidden, std::string{to.name} + " does not want to be written to by you"};
    if (blocks(from, to)) return refusal{code::forbidden, "you have blocked " + std::string{to.name}};
    if (!joins_both(what)) return std::nullopt;
    if (auto full = claim(from, name)) return full;
    if (!is_member(to, name)) {
        if (!to.knows) to.knows = std::make_unique<acquaintances>();
        insert_sorted(to.knows->written_to_in, name);
    }
    return std::nullopt;
}

answer_value directory::on(const list_memberships& l) {
    const auto found = guests_.find(l.identity);
    if (found == guests_.end()) return protocol::reply{refusal{code::internal, "say hello first"}};
    const guest& self = found->second;
    if (l.room.empty()) return memberships{rooms_of(self)};
    std::string name = l.room;
    if (protocol::is_direct(name)) {
        const auto other = other_in(self, name);
        if (!other) return protocol::reply{other.error()};
        name = protocol::direct_name(self.name, (*other)->name);
    }
    if (!is_member(self, name)) return protocol::reply{refusal{code::not_joined, "join " + l.room + " first"}};
    return memberships{{std::move(name)}};
}

answer_value directory::on(const set_block& b) {
    const auto found = guests_.find(b.identity);
    if (found == guests_.end()) return protocol::reply{refusal{code::internal, "say hello first"}};
    guest& self = found->second;
    const guest* other = find(b.what.user);
    if (other == nullptr || other == &self) {
        return protocol::reply{refusal{code::bad_field, "user: nobody else is called " + b.what.user}};
    }
    if (!self.knows) self.knows = std::make_unique<acquaintances>();
    auto& blocked = self.knows->blocked;
    if (!b.what.on) {
        std::erase(blocked, other->id);
    } else if (!std::ranges::binary_search(blocked, other->id)) {
        if (blocked.size() >= blocked_most) {  // of those whose life is over nothing has to be known any more
            std::erase_if(blocked, [this](std::uint64_t id) { return !guests_.contains(id); });
        }
        if (blocked.size() >= blocked_most) {
            return protocol::reply{refusal{code::forbidden, "that are too many; unblock somebody first"}};
        }
        blocked.insert(std::ranges::upper_bound(blocked, other->id), other->id);
    }
    return protocol::reply{protocol::ok{}};
}

}  // namespace tertulia::chat
