// tests/server/direct.cpp: direct conversations: whose they are, who is joined, who may write, and what ends them.
// Thread: one.
// Owner: server_tests.
#include "tests/server/talker.hpp"

#include <doctest/doctest.h>

using namespace tertulia;
using namespace std::chrono_literals;
using test::count;
using test::talker;
using test::without_rate;

namespace {

std::string command(const std::string& type, const std::string& room, const std::string& more = "") {
    return R"({"type":")" + type + R"(","room":")" + room + R"(","id":"x")" + more + "}";
}

std::string words(const std::string& room, const std::string& text) {
    return command("message", room, R"(,"text":")" + text + "\"");
}

/// A server of one to three shards under a seed of its own, so that who lives where differs.
struct place {
    explicit place(std::uint64_t seed, protocol::limits limits = without_rate())
        : loop(seed), most(limits), at(loop, 1 + static_cast<std::uint32_t>(seed % 3), most) {}
    ~place() { at.stop(); }
    core::test_loop loop;
    protocol::limits most;
    sim::server at;
};

template <class F>
void under_seeds(F f) {
    for (std::uint64_t seed = 1; seed <= 60; ++seed) {
        CAPTURE(seed);
        place p{seed};
        f(p);
    }
}

std::string token_of(const std::vector<std::string>& heard) {
    const std::string& welcome = heard.at(0);
    const std::size_t at = welcome.find("\"token\":\"") + 9;
    return welcome.substr(at, welcome.find('"', at) - at);
}

}  // namespace

TEST_CASE("a message to @leo joins both, with all their connections, and goes to nobody else") {
    under_seeds([](place& p) {
        talker ana{p.loop, p.at, "?name=ana"};
        talker leo{p.loop, p.at, "?name=leo"};
        talker eve{p.loop, p.at, "?name=eve"};
        const std::string token = token_of(leo.hear());
        talker leo_too{p.loop, p.at, "?token=" + token};
        for (talker* t : {&ana, &leo_too, &eve}) (void)t->hear();
        ana.say(words("@leo", "hola"));
        const auto to_ana = ana.hear();
        CHECK(count(to_ana, R"("type":"joined","room":"@ana+leo")") == 1);
        CHECK(count(to_ana, R"("type":"ok","id":"x","room":"@ana+leo","seq":1)") == 1);
        for (talker* t : {&leo, &leo_too}) {
            const auto heard = t->hear();
            CHECK(count(heard, R"("type":"joined","room":"@ana+leo")") == 1);
            CHECK(count(heard, R"("type":"message","room":"@ana+leo","seq":1,"from":"ana")") == 1);
        }
        leo.say(words("@ana", "qué tal"));
        for (talker* t : {&ana, &leo, &leo_too}) {
            const auto heard = t->hear();
            CHECK(count(heard, "\"joined\"") == 0);
            CHECK(count(heard, R"("seq":2,"from":"leo")") == 1);
        }
        CHECK(count(eve.hear(), "@ana+leo") == 0);
    });
}

TEST_CASE("a conversation is called @leo by ana, @ana by leo, and by both names in any order and any case") {
    place p{1};
    talker ana{p.loop, p.at, "?name=Ana"};
    talker leo{p.loop, p.at, "?name=leo"};
    (void)ana.hear();
    (void)leo.hear();
    std::uint64_t seq = 0;
    for (const char* name : {"@leo", "@LEO", "@Ana+leo", "@leo+ana", "@ANA+Leo"}) {
        CAPTURE(name);
        ana.say(words(name, "x"));
        CHECK(count(ana.hear(), R"("type":"ok","id":"x","room":"@Ana+leo","seq":)" + std::to_string(++seq)) == 1);
    }
    for (const char* type : {"history", "members", "typing", "leave"}) {
        CAPTURE(type);
        leo.say(command(type, "@ana"));
        const auto heard = leo.hear();
        CHECK(count(heard, "\"id\":\"x\"") == 1);
        CHECK(count(heard, "error") == 0);
    }
    leo.say(command("join", "@ana", R"(,"history":2)"));
    const auto back = leo.hear();
    CHECK(count(back, R"("type":"joined","id":"x","room":"@Ana+leo")") == 1);
    CHECK(count(back, R"("type":"message")") == 2);
}

TEST_CASE("what is nobody's, one's own, or two others' is no conversation") {
    place p{2};
    talker ana{p.loop, p.at, "?name=ana"};
    talker leo{p.loop, p.at, "?name=leo"};
    talker eve{p.loop, p.at, "?name=eve"};
    for (talker* t : {&ana, &leo, &eve}) (void)t->hear();
    ana.say(words("@leo", "psst"));
    (void)ana.hear();
    for (const char* type : {"join", "history", "members", "typing", "leave"}) {
        CAPTURE(type);
        eve.say(command(type, "@ana+leo"));
        CHECK(count(eve.hear(), "\"unknown_room\"") == 1);
    }
    eve.say(words("@ana+leo", "me too"));
    CHECK(count(eve.hear(), "\"unknown_room\"") == 1);
    eve.say(words("@nobody", "hello?"));
    CHECK(count(eve.hear(), "\"unknown_room\"") == 1);
    eve.say(words("@eve", "hello me"));
    CHECK(count(eve.hear(), "\"bad_field\"") == 1);
    eve.say(command("create", "@leo"));
    CHECK(count(eve.hear(), "\"bad_field\"") == 1);
    eve.say(R"({"type":"rooms","id":"x"})");
    CHECK(count(eve.hear(), "@") == 0);
    // Nobody wrote to ana here, so she is no member.
    ana.say(command("history", "@eve"));
    CHECK(count(ana.hear(), "\"not_joined\"") == 1);
}

TEST_CASE("who left is joined again by the next message, and who only stopped following as well") {
    under_seeds([](place& p) {
        talker ana{p.loop, p.at, "?name=ana"};
        talker leo{p.loop, p.at, "?name=leo"};
        (void)ana.hear();
        (void)leo.hear();
        ana.say(words("@leo", "one"));
        (void)leo.hear();
        for (const std::string keep : {"", R"(,"keep":true)"}) {
            leo.say(command("leave", "@ana", keep));
            ana.say(words("@leo", "two"));  // at the same time
            p.loop.settle();
            ana.say(words("@leo", "three" + keep.substr(0, 1)));
            const auto heard = leo.hear();
            CHECK(count(heard, "\"ok\",\"id\":\"x\"") == 1);
            CHECK(count(heard, "\"joined\"") == 1);
            CHECK(count(heard, "three" + keep.substr(0, 1) + "\"") == 1);
        }
    });
}

TEST_CASE("one who was away finds what was written to him when he is back") {
    place p{4};
    talker ana{p.loop, p.at, "?name=ana"};
    (void)ana.hear();
    std::string token;
    {
        talker leo{p.loop, p.at, "?name=leo&room=lobby"};
        token = token_of(leo.hear());
        leo.vanish();
        p.loop.settle();
    }
    ana.say(words("@leo", "are you there?"));
    CHECK(count(ana.hear(), R"("ok","id":"x","room":"@ana+leo","seq":1)") == 1);
    talker leo{p.loop, p.at, "?token=" + token};
    CHECK(count(leo.hear(), R"("rooms":[{"room":"lobby"},{"room":"@ana+leo"}])") == 1);
    leo.say(command("join", "@ana"));
    CHECK(count(leo.hear(), "are you there?") == 1);
}

TEST_CASE("when one is gone for good the conversation is over, and another of that name finds nothing of it") {
    under_seeds([](place& p) {
        talker ana{p.loop, p.at, "?name=ana"};
        (void)ana.hear();
        {
            talker leo{p.loop, p.at, "?name=leo"};
            (void)leo.hear();
            ana.say(words("@leo", "a secret"));
            (void)leo.hear();
            (void)ana.hear();
            leo.vanish();
        }
        for (int minute = 0; minute < 11; ++minute) {  // ana answers pings meanwhile
            p.loop.advance(20s);
            ana.say(R"({"type":"ping"})");
            p.loop.advance(20s);
            ana.say(R"({"type":"ping"})");
            p.loop.advance(20s);
            ana.say(R"({"type":"ping"})");
        }
        CHECK(count(ana.hear(), R"("type":"parted","room":"@ana+leo")") == 1);
        ana.say(command("history", "@leo"));
        CHECK(count(ana.hear(), "\"unknown_room\"") == 1);
        talker other{p.loop, p.at, "?name=leo"};
        (void)other.hear();
        other.say(words("@ana", "I am another"));
        const auto heard = other.hear();
        CHECK(count(heard, R"("ok","id":"x","room":"@ana+leo","seq":1)") == 1);
        CHECK(count(heard, "a secret") == 0);
        CHECK(count(ana.hear(), "I am another") == 1);
    });
}

TEST_CASE("who is blocked is told so and writes nothing, until it is allowed again") {
    place p{6};
    talker ana{p.loop, p.at, "?name=ana"};
    talker leo{p.loop, p.at, "?name=leo"};
    (void)ana.hear();
    (void)leo.hear();
    leo.say(R"({"type":"block","user":"ana","on":true,"id":"b"})");
    CHECK(count(leo.hear(), R"("ok","id":"b")") == 1);
    ana.say(words("@leo", "hola"));
    CHECK(count(ana.hear(), "\"forbidden\"") == 1);
    leo.say(words("@ana", "I don't listen"));
    CHECK(count(leo.hear(), "\"forbidden\"") == 1);
    leo.say(R"({"type":"block","user":"ana","on":false,"id":"b"})");
    CHECK(count(leo.hear(), R"("ok","id":"b")") == 1);
    ana.say(words("@leo", "hola"));
    CHECK(count(ana.hear(), R"("ok","id":"x")") == 1);
    leo.say(R"({"type":"block","user":"nobody","on":true,"id":"b"})");
    CHECK(count(leo.hear(), "\"bad_field\"") == 1);
    leo.say(R"({"type":"block","user":"ana","id":"b"})");
    CHECK(count(leo.hear(), "\"bad_field\"") == 1);
}

TEST_CASE("who begins a conversation pays for it as for a room, who is written to pays nothing") {
    protocol::limits most = without_rate();
    most.rooms_per_user = 2;
    place p{3, most};
    talker ana{p.loop, p.at, "?name=ana"};
    talker leo{p.loop, p.at, "?name=leo"};
    talker bea{p.loop, p.at, "?name=bea"};
    talker eve{p.loop, p.at, "?name=eve"};
    for (talker* t : {&ana, &leo, &bea, &eve}) (void)t->hear();
    ana.say(words("@leo", "x"));
    ana.say(words("@bea", "x"));
    CHECK(count(ana.hear(), "\"ok\"") == 2);
    ana.say(words("@eve", "x"));
    CHECK(count(ana.hear(), "\"too_many_rooms\"") == 1);
    bea.say(words("@leo", "x"));
    eve.say(words("@leo", "x"));
    p.loop.settle();
    (void)leo.hear();
    leo.say(words("@ana", "an answer costs nothing"));
    CHECK(count(leo.hear(), "\"ok\",\"id\"") == 1);
    for (const char* room : {"one", "two"}) {
        leo.say(command("join", room));
        CHECK(count(leo.hear(), "\"joined\",\"id\"") == 1);
    }
}

TEST_CASE("in the line format: /msg leo words") {
    place p{5};
    talker ana{p.loop, p.at, "?name=ana&format=text&room=lobby"};
    talker leo{p.loop, p.at, "?name=leo&format=text"};
    (void)ana.hear();
    (void)leo.hear();
    ana.say("/msg leo are you there?");
    CHECK(count(leo.hear(), "[@ana+leo] ana: are you there?") == 1);
    ana.say("words without a slash stay in the lobby");
    CHECK(count(ana.hear(), "[lobby] ana: words") == 1);
    leo.say("/to @ana");
    leo.say("yes");
    CHECK(count(ana.hear(), "[@ana+leo] leo: yes") == 1);
    for (const char* wrong : {"/msg", "/msg leo", "/msg l+e words"}) {
        ana.say(wrong);
        CHECK(count(ana.hear(), "! bad_field") == 1);
    }
}

TEST_CASE("a guest that was written to keeps its name, for the conversation is called by it") {
    place p{7};
    talker ana{p.loop, p.at, "?name=ana"};
    talker leo{p.loop, p.at, "?name=leo"};
    (void)ana.hear();
    (void)leo.hear();
    ana.say(words("@leo", "x"));
    (void)leo.hear();
    leo.say(R"({"type":"hello","name":"lea","id":"h"})");
    CHECK(count(leo.hear(), "\"forbidden\"") == 1);
}

TEST_CASE("only a message joins both: who is no member can neither react nor set a topic") {
    place p{8};
    talker ana{p.loop, p.at, "?name=ana"};
    talker leo{p.loop, p.at, "?name=leo"};
    (void)ana.hear();
    (void)leo.hear();
    ana.say(words("@leo", "x"));
    (void)ana.hear();
    (void)leo.hear();
    leo.say(command("leave", "@ana"));
    (void)leo.hear();
    leo.say(command("react", "@ana", R"(,"target":1,"emoji":"x","on":true)"));
    CHECK(count(leo.hear(), "\"not_joined\"") == 1);
    ana.say(command("topic", "@leo", R"(,"topic":"us")"));
    CHECK(count(ana.hear(), R"("ok","id":"x","room":"@ana+leo","seq":2)") == 1);
    CHECK(leo.hear().empty());
}

TEST_CASE("what one wrote one may take back, also from who blocks one") {
    place p{9};
    talker ana{p.loop, p.at, "?name=ana"};
    talker leo{p.loop, p.at, "?name=leo"};
    (void)ana.hear();
    (void)leo.hear();
    ana.say(words("@leo", "x"));
    (void)ana.hear();
    leo.say(R"({"type":"block","user":"ana","on":true})");
    (void)leo.hear();
    ana.say(command("edit", "@leo", R"(,"target":1,"text":"y")"));
    CHECK(count(ana.hear(), "\"forbidden\"") == 1);
    ana.say(command("delete", "@leo", R"(,"target":1)"));
    CHECK(count(ana.hear(), R"("ok","id":"x","room":"@ana+leo","seq":2)") == 1);
}

TEST_CASE("in the line format text goes nowhere when the conversation it went to is over") {
    under_seeds([](place& p) {
        talker ana{p.loop, p.at, "?name=ana&format=text"};
        {
            talker leo{p.loop, p.at, "?name=leo"};
            (void)leo.hear();
            ana.say("/msg leo psst");
            ana.say("/to @leo");
            (void)ana.hear();
            leo.vanish();
        }
        for (int third = 0; third < 33; ++third) {
            p.loop.advance(20s);
            ana.say("/who");
        }
        CHECK(count(ana.hear(), "no longer in @ana+leo") == 1);
        talker other{p.loop, p.at, "?name=leo"};
        (void)other.hear();
        ana.say("meant for another");
        CHECK(count(ana.hear(), "! not_joined") == 1);
        CHECK(count(other.hear(), "meant for another") == 0);
    });
}

TEST_CASE("who has joined a conversation keeps its name, for its log is open under it") {
    place p{10};
    talker ana{p.loop, p.at, "?name=ana"};
    talker leo{p.loop, p.at, "?name=leo"};
    (void)ana.hear();
    (void)leo.hear();
    ana.say(command("join", "@leo"));
    (void)ana.hear();
    ana.say(R"({"type":"hello","name":"anna","id":"h"})");
    CHECK(count(ana.hear(), "\"forbidden\"") == 1);
}

TEST_CASE("who is written to in the moment of its hello is welcomed first") {
    std::size_t joined = 0;
    under_seeds([&](place& p) {
        talker ana{p.loop, p.at, "?name=ana"};
        talker leo{p.loop, p.at, "?name=leo"};
        talker again{p.loop, p.at, ""};
        const std::string token = token_of(leo.hear());
        for (talker* t : {&ana, &again}) (void)t->hear();
        again.say(R"({"type":"hello","token":")" + token + "\"}");
        // What she asks for first lets her message be some turns late, so that it meets the hello on its way.
        for (std::size_t i = 0; i < p.loop.seed() % 4; ++i) ana.say(R"({"type":"rooms"})");
        ana.say(words("@leo", "psst"));
        const auto heard = again.hear();
        REQUIRE_FALSE(heard.empty());
        CHECK(heard[0].find("\"welcome\"") != std::string::npos);
        joined += count(heard, "\"joined\"");
    });
    CHECK(joined > 0);
}
