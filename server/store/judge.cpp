// server/store/judge.cpp: the decisions, and a hash that stays the same.
// Thread: any.
// Owner: nobody.
#include "server/store/judge.hpp"

#include "core/overloaded.hpp"

namespace tertulia::store {

std::uint64_t content_of(const draft& d) {
    const std::string content = std::visit(
        core::overloaded{
            [](const protocol::message_body& m) { return "m" + std::to_string(m.reply_to.value_or(0)) + ":" + m.text; },
            [](const protocol::topic_body& t) { return "t:" + t.topic; }},
        d.body);
    std::uint64_t hash = 0xcbf29ce484222325;
    for (const char c : content) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
    return hash;
}

std::optional<taken> judge(const draft& d, std::uint64_t newest, const std::optional<key_use>& used) {
    if (const auto* m = std::get_if<protocol::message_body>(&d.body);
        m != nullptr && m->reply_to && (*m->reply_to == 0 || *m->reply_to > newest)) {
        return protocol::refuse(protocol::code::unknown_event, "reply_to: the room has no such event");
    }
    if (!used) return std::nullopt;
    if (used->content != content_of(d)) {
        return protocol::refuse(protocol::code::conflict, "key: it was used for something else; draw a new one");
    }
    return appended{used->seq, true, {}};
}

taken not_stored() {
    return protocol::refuse(protocol::code::unavailable, "the log can't be written now; nothing was posted, try again");
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
