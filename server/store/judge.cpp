// server/store/judge.cpp: the decisions, and a hash that stays the same.
// Thread: any.
// Owner: nobody.
#include "server/store/judge.hpp"

#include "core/overloaded.hpp"
#include "server/protocol/limits.hpp"

#include <algorithm>

namespace tertulia::store {

using protocol::code;
using protocol::refuse;

namespace {

/// Why a change of a message is not to be carried out, where it isn't.
std::optional<taken> judge_change(const draft& d, const std::optional<target_now>& target) {
    if (!target) return refuse(code::unknown_event, "target: the room has no such message, or it was deleted");
    const auto* r = std::get_if<protocol::reacted_body>(&d.body);
    if (r == nullptr) {
        if (target->author == d.from.identity) return std::nullopt;
        return refuse(code::forbidden, "target: this message is somebody else's");
    }
    if (r->on == target->has_theirs) return appended{0, false, true, {}};
    if (r->on && !target->has_emoji && target->emoji >= protocol::message_emoji) {
        return refuse(code::forbidden, "emoji: there are " + std::to_string(protocol::message_emoji) +
                                           " different ones on this message already; take one of them");
    }
    return std::nullopt;
}

}  // namespace

std::uint64_t content_of(const draft& d) {
    const std::string content = std::visit(
        core::overloaded{
            [](const protocol::message_body& m) { return "m" + std::to_string(m.reply_to.value_or(0)) + ":" + m.text; },
            [](const protocol::topic_body& t) { return "t:" + t.topic; },
            [](const protocol::edited_body& e) { return "e" + std::to_string(e.target) + ":" + e.text.value_or(""); },
            [](const protocol::deleted_body& x) { return "d" + std::to_string(x.target); },
            [](const protocol::reacted_body& r) {
                return (r.on ? "r" : "u") + std::to_string(r.target) + ":" + r.emoji;
            }},
        d.body);
    std::uint64_t hash = 0xcbf29ce484222325;
    for (const char c : content) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
    return hash;
}

std::optional<taken> judge(const draft& d, const room_now& room) {
    // First of all: what was carried out once may not be possible any more, and is a duplicate all the same.
    if (room.used) {
        if (room.used->content == content_of(d)) return appended{room.used->seq, true, false, {}};
        return refuse(code::conflict, "key: it was used for something else; draw a new one");
    }
    if (const auto* m = std::get_if<protocol::message_body>(&d.body)) {
        if (!m->reply_to || (*m->reply_to != 0 && *m->reply_to <= room.newest)) return std::nullopt;
        return refuse(code::unknown_event, "reply_to: the room has no such event");
    }
    if (std::holds_alternative<protocol::topic_body>(d.body)) return std::nullopt;
    return judge_change(d, room.target);
}

std::vector<protocol::reaction> summed(const std::vector<one_reaction>& all) {
    std::vector<protocol::reaction> sum;
    for (const one_reaction& one : all) {
        auto of = std::find_if(sum.begin(), sum.end(), [&](const auto& r) { return r.emoji == one.emoji; });
        if (of == sum.end()) of = sum.insert(sum.end(), protocol::reaction{one.emoji, 0, {}});
        if (++of->count <= protocol::reaction_names) of->users.push_back(one.name);
    }
    return sum;
}

taken not_stored() {
    return refuse(code::unavailable, "the log can't be written now; nothing was posted, try again");
}

taken not_known() {
    return protocol::refuse(protocol::code::internal,
                            "the disk failed while this was being stored, and it may still appear; send it again with "
                            "the same key");
}

std::string new_epoch(std::mt19937_64& random) {
    static constexpr std::string_view letters = "abcdefghijkmnpqrstuvwxyz23456789";
    std::string epoch(8, 'a');
    for (char& c : epoch) c = letters[random() % letters.size()];
    return epoch;
}

}  // namespace tertulia::store
