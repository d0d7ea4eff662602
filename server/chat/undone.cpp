// server/chat/undone.cpp: each command has its own way back to who waits for it.
// Thread: any shard's.
// Owner: nobody.
#include "server/chat/undone.hpp"

namespace tertulia::chat {

protocol::refusal a_defect() {
    return {protocol::code::internal, "a defect of the server, which is in its log; try again"};
}

void answer_undone(post_office& mail, const std::string& room, caller from, const room_command& what,
                   protocol::refusal why) {
    if (const auto* e = std::get_if<log_event>(&what)) {
        mail.send(e->client.shard, completed{e->client, e->id, std::move(why)});
    } else if (const auto* t = std::get_if<note_typing>(&what)) {
        mail.send(t->client.shard, completed{t->client, t->id, std::move(why)});
    } else if (const auto* f = std::get_if<fetch_page>(&what)) {
        mail.send(f->shard, page_for_hub{room, {f->wanted, 0, nullptr}});
    } else if (from.call != 0) {
        mail.send(from.shard, answer{from.call, protocol::reply{std::move(why)}});
    }
}

}  // namespace tertulia::chat
