// tests/server/store_changes.cpp: edits, deletions, reactions, and the present form of messages, in every store.
// Thread: one.
// Owner: server_tests.
#include "core/overloaded.hpp"
#include "server/protocol/limits.hpp"
#include "tests/server/store_fixture.hpp"

using namespace tertulia;
using protocol::code;
using test::in_memory;
using test::in_sqlite;

namespace {

using lines = std::vector<std::string>;

/// An event in a few words: `1 hola edited 👍2 ana leo`.
std::string told(const protocol::event& e) {
    std::string out = std::to_string(e.seq);
    std::visit(core::overloaded{[&](const protocol::message_body& b) {
                                    out += " " + b.text + (b.edited ? " edited" : "") + (b.deleted ? "deleted" : "");
                                    for (const auto& r : b.reactions) {
                                        out += " " + r.emoji + std::to_string(r.count);
                                        for (const auto& user : r.users) out += " " + user;
                                    }
                                },
                                [&](const protocol::topic_body& b) { out += " topic " + b.topic; },
                                [&](const protocol::edited_body& b) {
                                    out += " edits " + std::to_string(b.target) + ": " + b.text.value_or("-");
                                },
                                [&](const protocol::deleted_body& b) { out += " deletes " + std::to_string(b.target); },
                                [&](const protocol::reacted_body& b) {
                                    out += (b.on ? " reacts to " : " no longer reacts to ") + std::to_string(b.target) +
                                           ": " + b.emoji;
                                }},
               e.body);
    return out;
}

template <class Store>
struct fixture : test::fixture<Store> {
    /// Somebody does something in room `a`.
    store::taken does(protocol::event_body body, std::uint64_t who = 7, std::string key = {}) {
        const std::string name = who == 7 ? "ana" : "user" + std::to_string(who);
        return this->append("a", {{who, name, true}, std::move(body), std::move(key)});
    }
    store::taken say(std::string text, std::uint64_t who = 7) {
        return does(protocol::message_body{std::move(text), {}}, who);
    }
    store::taken edit(std::uint64_t target, std::string text, std::uint64_t who = 7) {
        return does(protocol::edited_body{target, std::move(text)}, who);
    }
    store::taken erase(std::uint64_t target, std::uint64_t who = 7) {
        return does(protocol::deleted_body{target}, who);
    }
    store::taken react(std::uint64_t target, std::string emoji, std::uint64_t who = 7, bool on = true) {
        return does(protocol::reacted_body{target, std::move(emoji), on}, who);
    }
    lines read(store::range what, bool* more = nullptr) {
        const auto got = this->loop.run(this->log.read(this->loop.ctx(), "a", what)).value();
        if (more != nullptr) *more = got.more;
        lines all;
        for (const auto& e : got.events) all.push_back(told(e));
        return all;
    }
    lines all() { return read({0, 0, 1000}); }
};

code refusal_of(const store::taken& t) {
    REQUIRE_FALSE(t);
    return t.error().what;
}

}  // namespace

TEST_CASE_TEMPLATE("an edited message has its newest text, and so have all its edits", Store, in_memory, in_sqlite) {
    fixture<Store> f;
    REQUIRE(f.say("one"));
    REQUIRE(f.say("other"));
    const auto taken = f.edit(1, "two");
    CHECK(taken->seq == 3);
    CHECK(told(taken->stored) == "3 edits 1: two");
    CHECK(f.all() == lines{"1 two edited", "2 other", "3 edits 1: two"});
    CHECK(told(f.edit(1, "three")->stored) == "4 edits 1: three");
    REQUIRE(f.edit(2, "else"));
    REQUIRE(f.edit(1, "four"));
    CHECK(f.all() == lines{"1 four edited", "2 else edited", "3 edits 1: four", "4 edits 1: four", "5 edits 2: else",
                           "6 edits 1: four"});
}

TEST_CASE_TEMPLATE("an edited message keeps what it replies to, its time and its author", Store, in_memory, in_sqlite) {
    fixture<Store> f;
    REQUIRE(f.say("one"));
    const auto before = f.does(protocol::message_body{"answer", 1});
    f.loop.advance(std::chrono::seconds{5});
    REQUIRE(f.edit(2, "better"));
    const auto now = f.loop.run(f.log.read(f.loop.ctx(), "a", {1, 0, 1})).value().events.front();
    CHECK(now.at == before->stored.at);
    CHECK(now.from.name == "ana");
    CHECK(std::get<protocol::message_body>(now.body).reply_to == 1U);
}

TEST_CASE_TEMPLATE("a deleted message has no text, no reactions, and no edit of it has one", Store, in_memory,
                   in_sqlite) {
    fixture<Store> f;
    REQUIRE(f.say("one"));
    REQUIRE(f.edit(1, "two"));
    REQUIRE(f.edit(1, "three"));
    REQUIRE(f.react(1, "👍", 8));
    CHECK(told(f.erase(1)->stored) == "5 deletes 1");
    CHECK(f.all() == lines{"1  editeddeleted", "2 edits 1: -", "3 edits 1: -", "4 reacts to 1: 👍", "5 deletes 1"});
    CHECK(f.open("a").newest == 5);
}

TEST_CASE_TEMPLATE("reactions are counted, each with its first ten names, in the order in which they came", Store,
                   in_memory, in_sqlite) {
    fixture<Store> f;
    REQUIRE(f.say("one"));
    REQUIRE(f.react(1, "👍", 9));
    REQUIRE(f.react(1, "❤️", 8));
    REQUIRE(f.react(1, "👍", 8));
    CHECK(f.all().front() == "1 one 👍2 user9 user8 ❤️1 user8");
    CHECK(told(f.react(1, "👍", 9, false)->stored) == "5 no longer reacts to 1: 👍");
    CHECK(f.all().front() == "1 one ❤️1 user8 👍1 user8");
    CHECK(f.all()[1] == "2 reacts to 1: 👍");
    REQUIRE(f.react(1, "❤️", 8, false));
    REQUIRE(f.react(1, "👍", 8, false));
    CHECK(f.all().front() == "1 one");
    for (std::uint64_t who = 10; who < 22; ++who) REQUIRE(f.react(1, "🎉", who));
    CHECK(f.all().front() == "1 one 🎉12 user10 user11 user12 user13 user14 user15 user16 user17 user18 user19");
}

TEST_CASE_TEMPLATE("a reaction that changes nothing takes no number", Store, in_memory, in_sqlite) {
    fixture<Store> f;
    REQUIRE(f.say("one"));
    CHECK(f.react(1, "👍", 8, false)->unchanged);
    REQUIRE(f.react(1, "👍", 8));
    const auto again = f.react(1, "👍", 8);
    CHECK(again->unchanged);
    CHECK_FALSE(again->duplicate);
    CHECK(again->seq == 0);
    CHECK(f.open("a").newest == 2);
    CHECK_FALSE(f.react(1, "👍", 9)->unchanged);
    CHECK_FALSE(f.react(1, "👍", 8, false)->unchanged);
    CHECK(f.react(1, "👍", 8, false)->unchanged);
    CHECK_FALSE(f.react(1, "👍", 8)->unchanged);
    CHECK(f.all().size() == 5);
}

TEST_CASE_TEMPLATE("a message takes twenty different reactions, and more of the same", Store, in_memory, in_sqlite) {
    fixture<Store> f;
    REQUIRE(f.say("one"));
    const auto nth = [](std::size_t n) { return std::string(1, static_cast<char>('a' + n)); };
    for (std::size_t i = 0; i < protocol::message_emoji; ++i) REQUIRE(f.react(1, nth(i), 7 + i % 3));
    CHECK(refusal_of(f.react(1, nth(20))) == code::forbidden);
    CHECK(f.react(1, nth(20), 7, false)->unchanged);
    REQUIRE(f.react(1, nth(0), 99));
    CHECK(f.open("a").newest == 22);
    REQUIRE(f.react(1, nth(1), 8, false));
    REQUIRE(f.react(1, nth(20)));
    CHECK(refusal_of(f.react(1, nth(21))) == code::forbidden);
}

TEST_CASE_TEMPLATE("only the author edits and deletes, whatever the names are; anybody reacts", Store, in_memory,
                   in_sqlite) {
    fixture<Store> f;
    REQUIRE(f.say("one"));
    CHECK(refusal_of(f.append("a", {{8, "ana", true}, protocol::edited_body{1, "x"}, {}})) == code::forbidden);
    CHECK(refusal_of(f.erase(1, 8)) == code::forbidden);
    CHECK(f.all() == lines{"1 one"});
    CHECK(f.append("a", {{7, "renamed", true}, protocol::edited_body{1, "x"}, {}})->seq == 2);
    CHECK(f.react(1, "👍", 8)->seq == 3);
    CHECK(f.erase(1)->seq == 4);
}

TEST_CASE_TEMPLATE("what is no message of the room, or is deleted, can't be changed", Store, in_memory, in_sqlite) {
    fixture<Store> f;
    CHECK(refusal_of(f.edit(1, "x")) == code::unknown_event);
    CHECK(f.open("a").newest == 0);
    REQUIRE(f.append("b", f.draft("elsewhere")));
    CHECK(refusal_of(f.erase(1)) == code::unknown_event);
    REQUIRE(f.say("one"));
    REQUIRE(f.does(protocol::topic_body{"words"}));
    REQUIRE(f.edit(1, "two"));
    REQUIRE(f.react(1, "👍"));
    for (const std::uint64_t target : {std::uint64_t{0}, std::uint64_t{2}, std::uint64_t{3}, std::uint64_t{4},
                                       std::uint64_t{5}, std::uint64_t{9'007'199'254'740'991}}) {
        CAPTURE(target);
        CHECK(refusal_of(f.edit(target, "x")) == code::unknown_event);
        CHECK(refusal_of(f.erase(target)) == code::unknown_event);
        CHECK(refusal_of(f.react(target, "👍")) == code::unknown_event);
        CHECK(refusal_of(f.react(target, "👍", 7, false)) == code::unknown_event);
    }
    REQUIRE(f.erase(1));
    CHECK(refusal_of(f.edit(1, "x")) == code::unknown_event);
    CHECK(refusal_of(f.erase(1)) == code::unknown_event);
    CHECK(refusal_of(f.erase(1, 8)) == code::unknown_event);
    CHECK(refusal_of(f.react(1, "👍")) == code::unknown_event);
    CHECK(f.open("a").newest == 5);
}

TEST_CASE_TEMPLATE("a key stands for a change as for a message", Store, in_memory, in_sqlite) {
    fixture<Store> f;
    REQUIRE(f.say("one"));
    const auto once = [&](protocol::event_body body, const std::string& key) {
        const auto first = f.does(body, 7, key);
        REQUIRE(first);
        CHECK_FALSE(first->duplicate);
        const auto second = f.does(body, 7, key);
        CHECK(second->duplicate);
        CHECK(second->seq == first->seq);
        return first->seq;
    };
    CHECK(once(protocol::edited_body{1, "two"}, "key-edit") == 2);
    CHECK(once(protocol::reacted_body{1, "👍", true}, "key-react") == 3);
    CHECK(once(protocol::deleted_body{1}, "key-delete") == 4);  // the message is gone, and this was what took it away
    const std::vector<protocol::event_body> others{protocol::message_body{"two", {}},
                                                   protocol::topic_body{"two"},
                                                   protocol::edited_body{1, "three"},
                                                   protocol::edited_body{4, "two"},
                                                   protocol::deleted_body{1},
                                                   protocol::deleted_body{4},
                                                   protocol::reacted_body{1, "👍", false},
                                                   protocol::reacted_body{1, "👍", true},
                                                   protocol::reacted_body{4, "👍", true},
                                                   protocol::reacted_body{1, "❤️", true}};
    for (const std::string key : {"key-edit", "key-react", "key-delete"}) {
        std::size_t conflicts = 0;
        for (const auto& body : others) {
            const auto t = f.does(body, 7, key);
            if (!t && t.error().what == code::conflict) ++conflicts;
        }
        CHECK(conflicts == others.size() - (key == "key-edit" ? 0 : 1));
    }
    CHECK(f.open("a").newest == 4);
}

TEST_CASE_TEMPLATE("a batch's changes see what stands before them in it", Store, in_memory, in_sqlite) {
    fixture<Store> f;
    const protocol::author ana{7, "ana", true};
    std::vector<store::draft> batch;
    batch.push_back({ana, protocol::edited_body{1, "too early"}, {}});
    batch.push_back({ana, protocol::message_body{"one", {}}, {}});
    batch.push_back({ana, protocol::edited_body{1, "two"}, {}});
    batch.push_back({ana, protocol::reacted_body{1, "👍", true}, {}});
    batch.push_back({ana, protocol::reacted_body{1, "👍", true}, {}});
    batch.push_back({ana, protocol::deleted_body{1}, {}});
    batch.push_back({ana, protocol::edited_body{1, "too late"}, {}});
    const auto taken = f.loop.run(f.log.append(f.loop.ctx(), "a", std::move(batch)));
    REQUIRE(taken.size() == 7);
    CHECK(taken[0].error().what == code::unknown_event);
    CHECK(told(taken[2]->stored) == "2 edits 1: two");
    CHECK(taken[4]->unchanged);
    CHECK(taken[5]->seq == 4);
    CHECK(taken[6].error().what == code::unknown_event);
    CHECK(f.all() == lines{"1  editeddeleted", "2 edits 1: -", "3 reacts to 1: 👍", "4 deletes 1"});
}

TEST_CASE_TEMPLATE("history leaves changes out and does not count them; a cursor starts as many messages back", Store,
                   in_memory, in_sqlite) {
    fixture<Store> f;
    for (const char* text : {"one", "two", "three"}) REQUIRE(f.say(text));
    for (int i = 0; i < 5; ++i) REQUIRE(f.edit(2, "two, " + std::to_string(i)));
    REQUIRE(f.does(protocol::topic_body{"words"}));
    REQUIRE(f.erase(3));
    const auto history = [&](std::uint64_t after, std::uint64_t before, std::size_t limit, bool* more) {
        return f.read({after, before, limit, false}, more);
    };
    bool more = false;
    CHECK(history(0, 999, 2, &more) == lines{"3 deleted", "9 topic words"});
    CHECK(more);
    CHECK(history(0, 9, 2, &more) == lines{"2 two, 4 edited", "3 deleted"});
    CHECK(more);
    CHECK(history(0, 8, 3, &more) == lines{"1 one", "2 two, 4 edited", "3 deleted"});
    CHECK_FALSE(more);
    CHECK(history(1, 0, 2, &more) == lines{"2 two, 4 edited", "3 deleted"});
    CHECK(more);
    CHECK(history(4, 0, 2, &more) == lines{"9 topic words"});
    CHECK_FALSE(more);  // the deletion behind it is none of these
    CHECK(history(9, 0, 2, &more).empty());
    CHECK_FALSE(more);
    CHECK(f.loop.run(f.log.start_of(f.loop.ctx(), "a", 2, 1000)).value() == 2);
    CHECK(f.all().size() == 10);
}
