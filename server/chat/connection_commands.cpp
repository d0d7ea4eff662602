// server/chat/connection_commands.cpp: what a connection does with each command: answers, sends on, or waits.
// Thread: its shard.
// Owner: see connection.hpp.
#include "server/chat/connection.hpp"
#include "server/chat/questions.hpp"
#include "server/protocol/name.hpp"

namespace tertulia::chat {

using protocol::code;
using protocol::refusal;

/// The end of following takes place where the answer arrives: somebody may write to the user behind it.
class connection::leave_call final : public call {
public:
    explicit leave_call(connection& of) : call(of.of_.asking), of_(of) {}

private:
    void arrived(const answer_value& a) override {
        const auto* l = std::get_if<left>(&a);
        if (l == nullptr) return;
        of_.unfollow(l->room);
        of_.stand_in_no(l->room);
    }

    connection& of_;
};

/// Who one is, and `welcome`, where the answer arrives: somebody may write to the user behind it.
class connection::hello_call final : public call {
public:
    hello_call(connection& of, std::string_view id, bool has_name)
        : call(of.of_.asking), of_(of), id_(id), has_name_(has_name) {}

private:
    void arrived(const answer_value& a) override {
        const auto* w = std::get_if<welcomed>(&a);
        if (w == nullptr) return;
        of_.who_ = w->who;
        of_.named_ = of_.named_ || has_name_;
        try {
            of_.reply(id_, protocol::welcome{w->who.name, w->who.guest, w->resumed, w->token, w->rooms});
        } catch (...) {
            of_.failed();
        }
    }

    connection& of_;
    std::string_view id_;
    const bool has_name_;
};

/// A join: the cursor is opened, and `joined` said, where the answer arrives: any later event comes behind it.
class connection::join_call final : public call {
public:
    join_call(connection& of, std::string_view id) : call(of.of_.asking), of_(of), id_(id) {}

private:
    void arrived(const answer_value& a) override {
        const auto* e = std::get_if<entered>(&a);
        if (e == nullptr || of_.closing_) return;
        try {
            of_.reply(id_, e->what);
            of_.follow(of_.of_.rooms_here.open(e->what.room, e->what.seq), e->what.first);
        } catch (...) {
            of_.failed();
        }
    }

    connection& of_;
    std::string_view id_;
};

/// The hello of the URL, and one of its rooms each time.
core::task<> connection::open(opening& how) {
    const bool says_hello = how.name || how.token || !how.rooms.empty() || how.as == protocol::format::text;
    if (who_.id == 0 && says_hello) {
        protocol::hello h;
        h.name = how.name;
        h.token = how.token;
        const bool known = co_await say_hello({}, std::move(h), true);
        if (!known) co_return close(4001, "this token is not one of ours");
    }
    if (how.joined == how.rooms.size()) co_return;
    protocol::join j;
    j.room = std::move(how.rooms[how.joined++]);
    co_await join({}, std::move(j));
}

void connection::on_text(std::string_view text) {
    ++of_.stats.commands;
    core::result<protocol::request, protocol::bad_request> read;
    if (format() == protocol::format::json) {
        read = protocol::read_json(text, of_.most);
    } else {
        auto line = protocol::read_line(text, current_ ? *current_ : std::string{}, of_.most);
        if (!line) {
            read = tl::unexpected<protocol::bad_request>(line.error());
        } else if (auto* to = std::get_if<protocol::line_to>(&*line)) {
            return stand_in(std::move(to->room));
        } else {
            read = std::move(std::get<protocol::request>(*line));
        }
    }
    core::rate_limit& limit = who_.shared != nullptr ? who_.shared->commands : before_hello_;
    if (auto refused = too_early(limit, now(), of_)) {
        return reply(read ? read->id : read.error().id, *std::move(refused));
    }
    if (!read) return reply(read.error().id, read.error().why);
    dispatch(std::move(*read));
}

/// What needs no waiting is done at once; the rest becomes `unfinished_`.
void connection::dispatch(protocol::request r) {
    if (std::holds_alternative<protocol::ping>(r.what)) return reply(r.id, protocol::pong{});
    if (who_.id != 0) {
        if (auto* p = std::get_if<protocol::post>(&r.what)) {
            return log(p->room, std::move(r.id), protocol::message_body{std::move(p->text), p->reply_to},
                       std::move(p->key));
        }
        if (auto* e = std::get_if<protocol::edit>(&r.what)) {
            return log(e->room, std::move(r.id), protocol::edited_body{e->target, std::move(e->text)},
                       std::move(e->key));
        }
        if (auto* x = std::get_if<protocol::erase>(&r.what)) {
            return log(x->room, std::move(r.id), protocol::deleted_body{x->target}, std::move(x->key));
        }
        if (auto* c = std::get_if<protocol::react>(&r.what)) {
            return log(c->room, std::move(r.id), protocol::reacted_body{c->target, std::move(c->emoji), c->on},
                       std::move(c->key));
        }
        if (auto* t = std::get_if<protocol::set_topic>(&r.what)) {
            return log(t->room, std::move(r.id), protocol::topic_body{std::move(t->topic)}, std::move(t->key));
        }
        if (std::holds_alternative<protocol::help>(r.what)) return reply(r.id, protocol::help_text{});
        if (std::holds_alternative<protocol::quit>(r.what)) return close(1000, "bye");
        if (auto* t = std::get_if<protocol::typing>(&r.what)) {
            ++unanswered_;
            return send_to_room(of_.mail, who_.id, t->room, {}, note_typing{who_.id, ref_, std::move(r.id)});
        }
    }
    unfinished_ = std::make_unique<unfinished>();
    unfinished_->next = std::make_unique<protocol::request>(std::move(r));
}

void connection::log(const std::string& room, std::string id, protocol::event_body body, std::string key) {
    ++unanswered_;
    who_.shared->posted.store(true, std::memory_order_relaxed);
    log_event e;
    e.from = {who_.id, who_.name, who_.guest};
    e.client = ref_;
    e.id = std::move(id);
    e.body = std::move(body);
    e.key = std::move(key);
    named_ = named_ || protocol::is_direct(room);  // which makes it a member of that
    send_to_room(of_.mail, who_.id, room, {}, std::move(e));
}

core::task<> connection::carry_out(std::unique_ptr<protocol::request> r) {
    if (auto* h = std::get_if<protocol::hello>(&r->what)) {
        auto known = co_await say_hello(std::move(r->id), std::move(*h), false);
        (void)known;
        co_return;
    }
    if (who_.id == 0) {
        protocol::hello anonymous;
        const bool known = co_await say_hello({}, std::move(anonymous), true);
        if (!known) co_return;
        dispatch(std::move(*r));
        if (!unfinished_) co_return;
        r = std::move(std::exchange(unfinished_, nullptr)->next);
    }
    co_await answer_to(*r);
}

/// No coroutine itself: one with all of these awaits in it would be a frame of 2 kB.
core::task<> connection::answer_to(protocol::request& r) {
    if (auto* l = std::get_if<protocol::list_rooms>(&r.what)) return list(std::move(r.id), std::move(*l));
    if (auto* j = std::get_if<protocol::join>(&r.what)) return join(std::move(r.id), std::move(*j));
    if (auto* c = std::get_if<protocol::create>(&r.what)) return create(std::move(r.id), std::move(*c));
    if (auto* q = std::get_if<protocol::leave>(&r.what)) return leave(std::move(r.id), std::move(*q));
    if (auto* b = std::get_if<protocol::block>(&r.what)) return block(std::move(r.id), std::move(*b));
    if (auto* s = std::get_if<protocol::search>(&r.what)) return search(std::move(r.id), std::move(*s));
    if (auto* h = std::get_if<protocol::history>(&r.what)) {
        std::string room = h->room;
        return relay(std::move(r.id), std::move(room), read_history{who_.id, std::move(*h)});
    }
    auto& m = std::get<protocol::members>(r.what);
    std::string room = m.room;
    return relay(std::move(r.id), std::move(room), list_members{who_.id, std::move(m)});
}

/// A question whose answer is a room's alone.
core::task<> connection::relay(std::string id, std::string room, room_command question) {
    auto answer = co_await ask_room(of_, ctx_, who_.id, std::move(room), std::move(question));
    reply(id, answer);
}

core::task<bool> connection::say_hello(std::string id, protocol::hello h, bool or_made_up) {
    hello_call asked{*this, id, h.name || h.token};
    say_hello_letter question;
    question.what = std::move(h);
    question.or_made_up = or_made_up;
    question.renaming = who_.id;
    question.client = ref_;
    of_.mail.send(directory_shard, to_directory{asked.from(), std::move(question)});
    // Not cut short by a deadline: who was welcomed must be known, or its goodbye would be missing.
    auto got = co_await asked.wait(of_.living);
    if (got && std::holds_alternative<welcomed>(*got)) co_return true;
    reply(id, as_reply(got));
    co_return false;
}

core::task<protocol::reply> connection::claim(std::string room) {
    core::timed_context ctx{ctx_, answer_within};
    simple_call asked{of_.asking};
    of_.mail.send(directory_shard, to_directory{asked.from(), claim_room{who_.id, std::move(room)}});
    auto got = co_await asked.wait(ctx);
    co_return as_reply(got);
}

/// What a room is asked to let this client in with; from here on the guest is kept for a while.
enter connection::entry() {
    named_ = true;
    enter e;
    e.who = who_;
    e.client = ref_;
    return e;
}

core::task<> connection::join(std::string id, protocol::join j) {
    std::string room = j.room;
    if (!protocol::is_direct(room)) {
        auto claimed = co_await claim(room);
        if (std::holds_alternative<refusal>(claimed)) co_return reply(id, claimed);
    }
    enter e = entry();
    e.how = std::move(j);
    core::timed_context ctx{ctx_, answer_within};
    join_call asked{*this, id};
    send_to_room(of_.mail, who_.id, room, asked.from(), std::move(e));
    auto got = co_await asked.wait(ctx);
    const auto* in = got ? std::get_if<entered>(&*got) : nullptr;
    if (in != nullptr) room = in->what.room;  // its full name
    protocol::reply otherwise = in != nullptr ? protocol::reply{protocol::ok{}} : as_reply(got);
    const auto* why = std::get_if<refusal>(&otherwise);
    // Closed meanwhile, no answer, or a defect: then it may have been carried out, or half of it.
    const bool unsure = why != nullptr && (why->what == code::unavailable || why->what == code::internal);
    if (!follows_place(room) && (in != nullptr || unsure))
        send_to_room(of_.mail, who_.id, room, {}, unfollow_room{who_.id, ref_});
    if (in == nullptr) co_return reply(id, otherwise);
    if (format() == protocol::format::text) stand_in(room);
}

/// Whether it follows what the client may call by its other's name alone.
bool connection::follows_place(const std::string& place) {
    bool found = false;
    each_followed_as(place, [&](const std::string&) { found = true; });
    return found;
}

/// Calls `f` for the room that the client calls `place`, if it is followed.
template <class F>
void connection::each_followed_as(const std::string& place, F f) {
    std::optional<std::string> found;
    each_followed([&](const std::string& room) {
        if (same_place(room, place)) found = room;
    });
    if (found) f(*found);
}

bool connection::same_place(const std::string& one, const std::string& other) const {
    if (!protocol::is_direct(one) || !protocol::is_direct(other)) return one == other;
    const auto whose = [&](const std::string& name) { return protocol::folded(protocol::other_of(name, who_.name)); };
    return whose(one) == whose(other);
}

/// Where text went to that room, it goes nowhere: a later guest of the same name is somebody else.
void connection::stand_in_no(const std::string& room) {
    if (current_ && same_place(*current_, room)) current_.reset();
}

core::task<> connection::create(std::string id, protocol::create c) {
    auto claimed = co_await claim(c.room);
    if (std::holds_alternative<refusal>(claimed)) co_return reply(id, claimed);
    enter e = entry();
    e.follow = false;
    e.topic = std::move(c.topic);
    room_command question = std::move(e);
    auto made = co_await ask_room(of_, ctx_, who_.id, c.room, std::move(question));
    reply(id, made);
}

core::task<> connection::leave(std::string id, protocol::leave l) {
    core::timed_context ctx{ctx_, answer_within};
    leave_call asked{*this};
    room_command question = quit_room{who_.id, ref_, l.keep};
    send_to_room(of_.mail, who_.id, l.room, asked.from(), std::move(question));
    auto got = co_await asked.wait(ctx);
    if (got && std::holds_alternative<left>(*got)) co_return reply(id, protocol::ok{});
    if (!got) {  // it may be carried out still, and would leave a cursor that the room does not know
        each_followed_as(l.room, [&](const std::string& room) {
            of_.mail.send(of_.mail.home_of(room), to_room{room, {}, unfollow_room{who_.id, ref_}, nullptr});
            unfollow(room);
        });
    }
    reply(id, as_reply(got));
}

core::task<> connection::block(std::string id, protocol::block b) {
    core::timed_context ctx{ctx_, answer_within};
    simple_call asked{of_.asking};
    of_.mail.send(directory_shard, to_directory{asked.from(), set_block{who_.id, std::move(b)}});
    auto got = co_await asked.wait(ctx);
    reply(id, as_reply(got));
}

core::task<> connection::search(std::string id, protocol::search s) {
    auto page = co_await search_rooms(of_, ctx_, who_, std::move(s));
    reply(id, page);
}

core::task<> connection::list(std::string id, protocol::list_rooms l) {
    auto page = co_await ask_for_rooms(of_, ctx_, std::move(l));
    reply(id, page);
}

}  // namespace tertulia::chat
