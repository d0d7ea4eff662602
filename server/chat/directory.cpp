// server/chat/directory.cpp: hello, goodbye, and the end of a guest's life.
// Thread: the directory's shard.
// Owner: see the header.
#include "server/chat/directory.hpp"

#include "server/protocol/name.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>

namespace tertulia::chat {

using protocol::code;
using protocol::refusal;

directory::directory(core::scheduler& on, post_office& mail, const token_signer& tokens, const protocol::limits& most,
                     std::mt19937_64& random)
    : on_(on), mail_(mail), tokens_(tokens), most_(most), random_(random), began_(on.now()) {}

directory::~directory() {
    on_.cancel(*this);
    while (gone_.pop_front() != nullptr) {
    }
}

void directory::take(to_directory l) {
    std::visit(
        [&](auto& command) {
            if constexpr (std::is_same_v<decltype(command), to_direct&>) {
                send_on(l.from, std::move(command));
            } else if constexpr (requires { answer_value{on(command)}; }) {
                answer a{l.from.call, protocol::reply{refusal{code::internal, "the server ran short; try again"}}};
                try {
                    a.what = on(command);
                } catch (const std::exception& e) {
                    spdlog::error("the directory: a command ended by an exception: {}", e.what());
                }
                mail_.send(l.from.shard, std::move(a));
            } else {
                on(command);
            }
        },
        l.what);
}

answer_value directory::on(const say_hello_letter& h) {
    if (h.renaming != 0) return rename(h);
    std::string wanted = h.what.name.value_or("");
    if (h.what.token) {
        const auto claim = tokens_.read(*h.what.token);
        if (!claim)
            return protocol::reply{refusal{code::bad_token, "this token is not one of ours; say hello without it"}};
        if (claim->genuine) {
            const auto known = guests_.find(claim->identity);
            if (known != guests_.end()) return welcome(known->second, true, h.client);
            if (const auto name = name_of_earlier_life(*claim)) {
                guest& again = make(*name, claim->identity);
                again.shared.posted = true;  // it may have, so it keeps its name
                return welcome(again, true, h.client);
            }
        }
        if (h.known_only) {
            return protocol::reply{refusal{code::bad_token, "this guest's life is over; say hello over a WebSocket"}};
        }
        // The guest's life is over, here or with the server that signed it: a new guest, under the old name if it is
        // free.
        if (const auto valid = protocol::user_name(claim->name); wanted.empty() && valid) wanted = *valid;
        if (by_name_.contains(protocol::folded(wanted))) wanted.clear();
    }
    if (!wanted.empty() && by_name_.contains(protocol::folded(wanted))) {
        if (!h.or_made_up) return protocol::reply{refusal{code::name_taken, wanted + " is taken; choose another name"}};
        wanted.clear();
    }
    return welcome(make(wanted.empty() ? made_up_name() : wanted), false, h.client);
}

answer_value directory::rename(const say_hello_letter& h) {
    const auto found = guests_.find(h.renaming);
    if (found == guests_.end()) return protocol::reply{refusal{code::internal, "say hello on a new connection"}};
    guest& g = found->second;
    const std::string wanted = h.what.name ? *h.what.name : std::string{g.name};
    const shared_text name = wanted == g.name ? g.name : shared_text{wanted};
    answer_value same{welcomed{{g.id, name, true, &g.shared}, tokens_.sign(g.id, wanted), wanted == g.name, {}}};
    if (wanted == g.name) return same;
    if (g.shared.posted || g.connections > 1) {
        return protocol::reply{
            refusal{code::forbidden, "a guest that has posted or is connected twice keeps its name"}};
    }
    const auto holder = by_name_.find(protocol::folded(wanted));
    if (holder != by_name_.end() && *holder != &g) {
        return protocol::reply{refusal{code::name_taken, wanted + " is taken; choose another name"}};
    }
    by_name_.erase(&g);
    give_name(g, name);
    by_name_.insert(&g);
    for (const auto& room : g.rooms)
        mail_.send(mail_.home_of(room), to_room{room, {}, rename_member{g.id, g.name}, nullptr});
    return same;
}

answer_value directory::welcome(guest& g, bool resumed, client_ref client) {
    welcomed w{{g.id, g.name, true, &g.shared}, tokens_.sign(g.id, g.name), resumed, {}};
    if (resumed) w.rooms = rooms_of(g);
    answer_value told{std::move(w)};
    if (client != client_ref{}) g.clients.add(client);
    ++g.connections;
    if (g.linked()) --gone_count_;
    g.unlink();  // no longer gone
    return told;
}

directory::guest& directory::make(const std::string& name) {
    std::uint64_t id = 0;
    do {
        id = random_() >> 11;  // 53 bits: exact wherever a number is a double
    } while (id == 0 || guests_.contains(id));
    return make(name, id);
}

directory::guest& directory::make(const std::string& name, std::uint64_t id) {
    guest& g = guests_[id];
    g.id = id;
    give_name(g, name);
    by_name_.insert(&g);
    return g;
}

/// The name under which a guest goes on that the server knew when it stopped. Guests are not kept, only the key that
/// signs their tokens: for as long as a guest's life lasts without a connection, who comes with a token is believed to
/// have been alive then. Empty: it is over, or the name is somebody else's by now.
std::optional<std::string> directory::name_of_earlier_life(const token_signer::claim& c) const {
    if (!tokens_.outlives_the_server() || c.identity == 0 || on_.now() - began_ > most_.guest_s) return std::nullopt;
    auto name = protocol::user_name(c.name);
    if (!name || by_name_.contains(protocol::folded(*name))) return std::nullopt;
    return std::move(*name);
}

void directory::give_name(guest& g, const shared_text& name) {
    g.name = name;
    std::string folded = protocol::folded(name);
    g.folded = folded == name ? nullptr : std::make_unique<const std::string>(std::move(folded));
}

std::string directory::made_up_name() {
    static constexpr std::string_view letters = "abcdefghijkmnpqrstuvwxyz23456789";
    for (std::size_t length = 4;; ++length) {  // longer where the short ones run out
        std::string name = "guest-";
        for (std::size_t i = 0; i < length; ++i) name += letters[random_() % letters.size()];
        if (!by_name_.contains(name)) return name;
    }
}

answer_value directory::on(const claim_room& c) {
    const auto found = guests_.find(c.identity);
    if (found == guests_.end()) return protocol::reply{refusal{code::internal, "say hello first"}};
    if (auto full = claim(found->second, c.room)) return protocol::reply{std::move(*full)};
    return protocol::reply{protocol::ok{}};
}

std::optional<refusal> directory::claim(guest& g, const std::string& room) {
    if (is_member(g, room)) return std::nullopt;
    if (most_.rooms_per_user > 0 && g.rooms.size() >= most_.rooms_per_user) {
        return refusal{code::too_many_rooms, "leave a room first: " + std::to_string(g.rooms.size()) +
                                                 " is the most a user may be a member of"};
    }
    insert_sorted(g.rooms, room);
    return std::nullopt;
}

bool directory::is_member(const guest& g, const std::string& room) {
    return std::ranges::binary_search(g.rooms, room) ||
           (g.knows && std::ranges::binary_search(g.knows->written_to_in, room));
}

std::vector<std::string> directory::rooms_of(const guest& g) {
    std::vector<std::string> all = g.rooms;
    if (g.knows) all.insert(all.end(), g.knows->written_to_in.begin(), g.knows->written_to_in.end());
    return all;
}

void directory::insert_sorted(std::vector<std::string>& into, const std::string& room) {
    into.insert(std::ranges::upper_bound(into, room), room);
}

void directory::on(const release_room& r) {
    const auto found = guests_.find(r.identity);
    if (found == guests_.end()) return;
    std::erase(found->second.rooms, r.room);
    if (found->second.knows) std::erase(found->second.knows->written_to_in, r.room);
}

void directory::on(const confirm_room& c) {
    const auto found = guests_.find(c.identity);
    if (found == guests_.end()) {
        return mail_.send(mail_.home_of(c.room), to_room{c.room, {}, end_membership{c.identity}, nullptr});
    }
    if (!is_member(found->second, c.room)) insert_sorted(found->second.rooms, c.room);
}

void directory::on(const goodbye& g) {
    const auto found = guests_.find(g.identity);
    if (found == guests_.end()) return;
    guest& who = found->second;
    if (g.client != client_ref{}) who.clients.remove(g.client);
    if (--who.connections > 0) return;
    if (!g.named && rooms_of(who).empty()) return end(who);
    who.gone_since = on_.now();
    gone_.push_back(who);
    if (++gone_count_ > gone_most) end(gone_.front());
    if (!pending()) on_.start(*this, who.gone_since + most_.guest_s);
}

void directory::end(guest& g) {
    for (const auto& room : rooms_of(g))
        mail_.send(mail_.home_of(room), to_room{room, {}, end_membership{g.id}, nullptr});
    if (g.linked()) --gone_count_;
    by_name_.erase(&g);
    guests_.erase(g.id);
}

void directory::fired() noexcept {
    while (!gone_.empty()) {
        guest& longest = gone_.front();
        if (longest.gone_since + most_.guest_s > on_.now()) {
            return on_.start(*this, longest.gone_since + most_.guest_s);
        }
        end(longest);
    }
}

}  // namespace tertulia::chat
