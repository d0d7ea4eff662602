// server/chat/room.cpp: the room's loop, and what it does with each command.
// Thread: its home shard.
// Owner: see the header.
#include "server/chat/room.hpp"

#include "core/caught.hpp"
#include "server/store/fault.hpp"
#include "server/ws/frame.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <limits>

namespace tertulia::chat {

using protocol::code;
using protocol::refusal;

namespace {

constexpr std::chrono::seconds typing_once_in{3};
constexpr std::size_t batch_most = 512;  // events in one append

/// In a handler: logs what was thrown, and answers who asked. Where memory is too short even for that, who asked waits
/// until its time is over.
template <class Answer>
void after_exception(std::string_view room, Answer answer) noexcept {
    try {
        spdlog::error("{}: a command ended by an exception: {}", room, core::caught().detail);
        answer();
    } catch (...) {
        spdlog::critical("{}: a command is left without its answer", room);
    }
}

}  // namespace

room::room(std::string name, core::context& parent, post_office& mail, store::log& log, pages& shared,
           const protocol::limits& most)
    : name_(std::move(name)),
      log_name_(direct() ? "" : name_),
      scope_(parent, "room"),
      mail_(mail),
      log_(log),
      pages_(shared),
      most_(most),
      roster_(parent.on(), mail.shards(), [this](const protocol::presence& p) { pass(p); }) {
    scope_.spawn("run", run());
}

core::task<> room::finish() {
    (void)inbox_.close();
    auto ended = co_await scope_.join();
    (void)ended;  // where an exception ended it early, it is as over as it would be now
}

core::task<> room::run() {
    core::context& ctx = scope_.ctx();
    co_await open();
    for (;;) {
        auto next = co_await inbox_.receive(ctx);
        if (!next) break;
        room_handle held = std::move(next->holds);  // until its command is carried out
        for (;;) {
            try {  // whatever is thrown ends the command, not the room
                bool can = true;
                if (next->between) can = co_await meet(*next->between, next->what);
                if (!can) {
                    answer_undone(mail_, name_, next->from, next->what,
                                  {code::unavailable, "the log can't be read now; try again"});
                } else if (auto* e = std::get_if<log_event>(&next->what); e != nullptr && batch_.size() < batch_most) {
                    on(*e);
                } else {
                    co_await commit();  // commands take effect in their order
                    co_await handle(next->from, next->what);
                }
            } catch (...) {
                after_exception(name_, [&] {
                    if (const auto* e = std::get_if<enter>(&next->what)) tell_directory(e->who.id);
                    answer_undone(mail_, name_, next->from, next->what, a_defect());
                });
            }
            if (!hold_ && roster_.members() > 0) hold_ = std::exchange(held, {});
            next = inbox_.try_receive();
            if (!next) break;
            if (!held) held = std::move(next->holds);
        }
        co_await commit();
        if (roster_.members() == 0) hold_.reset();
        inbox_.rest();  // a thousand silent rooms would keep a burst's worth of commands each
    }
    if (!log_name_.empty()) log_.close(log_name_);
}

core::task<> room::open() {
    if (log_name_.empty()) co_return;
    try {
        auto opened = co_await log_.open(scope_.ctx(), log_name_);
        if (opened) head_ = std::move(*opened);
    } catch (...) {  // as where it can't be opened: whoever comes in opens it anew
        after_exception(name_, [] {});
    }
}

/// Where it throws, `what` may be moved from, but what tells who waits for its answer is still in it.
core::task<> room::handle(caller from, room_command& what) {
    if (auto* e = std::get_if<enter>(&what)) {
        co_await on(from, std::move(*e));
    } else if (auto* h = std::get_if<read_history>(&what)) {
        co_await on(from, std::move(*h));
    } else if (auto* f = std::get_if<fetch_page>(&what)) {
        co_await on(from, *f);
    } else if (auto* q = std::get_if<quit_room>(&what)) {
        on(from, *q);
    } else if (auto* l = std::get_if<list_members>(&what)) {
        on(from, *l);
    } else if (auto* u = std::get_if<unfollow_room>(&what)) {
        on(*u);
    } else if (auto* m = std::get_if<end_membership>(&what)) {
        on(*m);
    } else if (auto* r = std::get_if<rename_member>(&what)) {
        on(*r);
    } else if (auto* t = std::get_if<note_typing>(&what)) {
        on(*t);
    } else if (auto* p = std::get_if<log_event>(&what)) {
        on(*p);
    }
}

void room::on(log_event& e) {
    if (roster_.find(e.from.identity) == nullptr) return complete(e.client, std::move(e.id), not_joined());
    batch_.push_back(std::move(e));
}

core::task<> room::commit() {
    if (batch_.empty()) co_return;
    const std::vector<log_event> batch = std::exchange(batch_, {});
    std::size_t answered = 0;
    try {
        std::vector<store::draft> drafts;
        drafts.reserve(batch.size());
        for (const log_event& e : batch) drafts.push_back({e.from, e.body, e.key});
        auto stored = co_await log_.append(scope_.ctx(), log_name_, std::move(drafts));
        store::passing("room.stored");
        for (; answered < stored.size(); ++answered) {  // each author's ok goes before its own copy of the event
            const store::taken& t = stored[answered];
            complete(batch[answered].client, batch[answered].id,
                     t ? protocol::reply{protocol::ok{name_, t->seq, t->duplicate, t->unchanged}}
                       : protocol::reply{t.error()});
        }
        store::passing("room.answered");
        for (const store::taken& t : stored) {
            if (t && !t->duplicate && !t->unchanged) publish(t->stored);
        }
    } catch (...) {
        // What was stored and told to nobody leaves a hole in front of the next event, and followers read it then.
        after_exception(name_, [&] {
            pages_.changed(name_, 1);
            for (; answered < batch.size(); ++answered) {
                complete(batch[answered].client, batch[answered].id, a_defect());
            }
        });
    }
}

void room::publish(const protocol::event& e) {
    const std::uint64_t changed = protocol::target_of(e.body);
    if (changed > 0 || e.seq != head_.newest + 1) pages_.changed(name_, std::max<std::uint64_t>(changed, 1));
    head_.newest = e.seq;
    if (const auto* t = std::get_if<protocol::topic_body>(&e.body)) head_.topic = t->topic;
    std::shared_ptr<hub::published> shared;  // encoded once, and only where somebody follows
    for (std::uint32_t s = 0; s < mail_.shards(); ++s) {
        if (!roster_.followed_on(s)) continue;
        if (!shared) {
            shared = std::make_shared<hub::published>();
            shared->what = e;
            shared->at = scope_.ctx().on().clock().now();
            ws::append_frame(shared->json_frame, ws::opcode::text,
                             protocol::write_event(protocol::format::json, name_, e));
        }
        mail_.send(s, event_for_hub{name_, shared});
    }
}

void room::pass(const protocol::passing& p) {
    for (std::uint32_t s = 0; s < mail_.shards(); ++s) {
        if (roster_.followed_on(s)) mail_.send(s, passing_for_hub{name_, p});
    }
}

core::task<> room::on(caller from, enter e) {
    const std::uint64_t id = e.who.id;
    const bool was_member = roster_.find(id) != nullptr;
    co_await let_in(from, std::move(e));
    if (!was_member) tell_directory(id);
}

/// Whether it is a member now, or has to give its claim back.
void room::tell_directory(std::uint64_t identity) {
    directory_command so = release_room{identity, name_};
    if (roster_.find(identity) != nullptr) so = confirm_room{identity, name_};
    mail_.send(directory_shard, to_directory{{}, std::move(so)});
}

core::task<> room::let_in(caller from, enter e) {
    const bool exists = roster_.members() > 0 || head_.newest > 0;
    if (!e.follow && exists) co_return refuse(from, code::room_exists, name_ + " exists; join it");
    if (roster_.find(e.who.id) == nullptr && most_.members_per_room > 0 && !direct() &&
        roster_.members() >= most_.members_per_room) {
        co_return refuse(from, code::too_many_members, name_ + " is full; try again when somebody has left");
    }
    if (!e.follow) {
        roster_.add(e.who.id, e.who.name);
        if (!e.topic.empty()) {
            log_event first;
            first.from = {e.who.id, e.who.name, e.who.guest};
            first.body = protocol::topic_body{e.topic};
            batch_.push_back(std::move(first));
            co_await commit();
        }
        co_return reply(from, protocol::ok{});
    }
    auto cursor = co_await cursor_for(e.how);
    if (!cursor) co_return refuse(from, code::unavailable, "the log can't be read now; try again");
    roster_.follow(roster_.add(e.who.id, e.who.name), e.client);
    cursor->here = roster_.names({}, protocol::here_names);
    cursor->count = roster_.here();
    mail_.send(from.shard, answer{from.call, entered{std::move(*cursor)}});
}

core::task<core::result<std::uint64_t>> room::start_of(std::uint32_t messages, std::uint64_t most_back) {
    const cursor_start& last = last_start_;
    const bool same = last.messages == messages && last.oldest == head_.oldest && last.newest == head_.newest;
    if (last.first > 0 && same) co_return last.first;
    cursor_start asked{head_.oldest, head_.newest, messages, 0};
    auto first = co_await log_.start_of(scope_.ctx(), log_name_, messages, most_back);
    if (first) asked.first = *first;
    last_start_ = asked;
    co_return first;
}

core::task<core::result<protocol::joined>> room::cursor_for(const protocol::join& how) {
    protocol::joined j;
    j.room = name_;
    const std::uint64_t recovery =
        most_.recovery_events == 0 ? std::numeric_limits<std::uint64_t>::max() : most_.recovery_events;
    // The log may have forgotten since the room was opened, so its head is asked for anew.
    auto log_head = co_await log_.open(scope_.ctx(), log_name_);
    if (!log_head) co_return tl::unexpected<core::error>(log_head.error());
    head_ = *log_head;
    j.topic = head_.topic;
    j.epoch = head_.epoch;
    j.seq = head_.newest;
    if (how.since && (!how.epoch || *how.epoch == head_.epoch) && *how.since <= head_.newest &&
        *how.since + 1 >= head_.oldest) {
        const std::uint64_t missed = head_.newest - *how.since;
        if (missed <= recovery && missed <= how.limit.value_or(std::numeric_limits<std::uint32_t>::max())) {
            j.first = *how.since + 1;
            j.recovered = true;
            co_return j;
        }
    }
    auto first = co_await start_of(how.history.value_or(protocol::page_usual),
                                   std::min(recovery, std::uint64_t{protocol::history_events_back}));
    if (!first) co_return tl::unexpected<core::error>(first.error());
    j.first = *first;
    co_return j;
}

core::task<> room::on(caller from, read_history h) {
    if (roster_.find(h.identity) == nullptr) co_return reply(from, not_joined());
    store::range what;
    what.limit = h.what.limit;
    what.changes = false;  // they are folded into what they change
    what.after = h.what.after.value_or(0);
    what.before = h.what.after ? 0 : std::numeric_limits<std::uint64_t>::max();
    if (h.what.before) what.before = std::max<std::uint64_t>(1, *h.what.before);  // nothing lies before 0 nor before 1
    auto got = co_await log_.read(scope_.ctx(), log_name_, what);
    if (!got) co_return refuse(from, code::unavailable, "the log can't be read now; try again");
    reply(from, protocol::history_page{name_, std::move(got->events), got->more});
}

core::task<> room::on(caller, fetch_page f) {
    hub::log_page page;
    page.wanted = f.wanted;
    page_key which{name_, log_name_, head_.epoch, f.wanted.start, f.wanted.as};
    std::uint64_t seq = f.wanted.seq;
    if (which.start == hub::a_new_start && !log_name_.empty()) {
        const protocol::join anew;
        auto cursor = co_await cursor_for(anew);
        if (cursor) which.start = seq = cursor->first;
    }
    if (which.start != hub::a_new_start && !log_name_.empty()) {
        auto framed = co_await pages_.get(scope_.ctx(), std::move(which), seq);
        if (framed) {
            page.framed = std::move(*framed);
            page.first = page.framed->starts.empty() ? head_.newest + 1 : page.framed->first;
        }
    }
    mail_.send(f.shard, page_for_hub{name_, std::move(page)});
}

void room::on(caller from, const quit_room& q) {
    member* m = roster_.find(q.identity);
    if (m == nullptr) return reply(from, not_joined());
    if (q.keep) {
        roster_.unfollow(*m, q.client);
    } else {
        part(q.identity, q.client, "left");
        tell_directory(q.identity);
    }
    mail_.send(from.shard, answer{from.call, left{name_}});
}

void room::on(caller from, const list_members& l) {
    if (roster_.find(l.identity) == nullptr) return reply(from, not_joined());
    protocol::members_page page;
    page.room = name_;
    page.here = roster_.names(l.what.after, l.what.limit + 1);
    page.count = roster_.here();
    page.more = page.here.size() > l.what.limit;
    if (page.more) page.here.pop_back();
    reply(from, std::move(page));
}

void room::on(const unfollow_room& u) {
    if (member* m = roster_.find(u.identity)) roster_.unfollow(*m, u.client);
}

void room::on(const end_membership& e) {
    if (direct()) {  // one of an earlier two has ended that already
        if (std::ranges::find(two_, e.identity) != two_.end()) end_conversation();
        return;
    }
    part(e.identity, {}, "the guest is gone");
}

void room::on(const rename_member& r) {
    roster_.rename(r.identity, r.name);
}

void room::on(const note_typing& t) {
    member* m = roster_.find(t.identity);
    if (m == nullptr) return complete(t.client, t.id, not_joined());
    const core::time_point now = scope_.ctx().on().now();
    if (now - m->typed_at >= typing_once_in) {
        m->typed_at = now;
        pass(protocol::typing_event{m->name});
    }
    complete(t.client, t.id, protocol::ok{});
}

void room::part(std::uint64_t identity, client_ref except, std::string_view reason) {
    for (const client_ref& c : roster_.remove(identity)) {
        if (c != except) mail_.send(c.shard, parted_client{c, name_, std::string{reason}});
    }
}

void room::reply(caller to, protocol::reply r) {
    mail_.send(to.shard, answer{to.call, std::move(r)});
}

void room::refuse(caller to, code c, std::string message) {
    reply(to, refusal{c, std::move(message)});
}

void room::complete(client_ref client, std::string id, protocol::reply r) {
    mail_.send(client.shard, completed{client, std::move(id), std::move(r)});
}

refusal room::not_joined() const {
    return {code::not_joined, "join " + name_ + " first"};
}

}  // namespace tertulia::chat
