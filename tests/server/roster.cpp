// tests/server/roster.cpp: who is here, and when that is told.
// Thread: one.
// Owner: server_tests.
#include "server/chat/roster.hpp"

#include "core/test_loop.hpp"

#include <doctest/doctest.h>

using namespace tertulia;
using namespace std::chrono_literals;

namespace {

struct fixture {
    chat::member& enter(std::uint64_t id, const std::string& name) {
        chat::member& m = who.add(id, name);
        who.follow(m, client(id));
        return m;
    }
    static chat::client_ref client(std::uint64_t id) { return {0, static_cast<std::uint32_t>(id), 1}; }

    core::test_loop loop;
    std::vector<protocol::presence> told;
    chat::roster who{loop, 1, [this](const protocol::presence& p) { told.push_back(p); }};
};

using names = std::vector<std::string>;

}  // namespace

TEST_CASE("who comes together is told together, at most once a second") {
    fixture f;
    f.enter(1, "ana");
    f.enter(2, "leo");
    f.loop.advance(1s);
    REQUIRE(f.told.size() == 1);
    CHECK(f.told[0].entered == names{"ana", "leo"});
    CHECK(f.told[0].count == 2);
    f.enter(3, "eva");
    f.enter(4, "bea");
    f.loop.advance(1s);
    REQUIRE(f.told.size() == 2);
    CHECK(f.told[1].entered == names{"eva", "bea"});
    CHECK(f.who.names({}, 3) == names{"ana", "bea", "eva"});
    CHECK(f.who.names("bea", 9) == names{"eva", "leo"});
}

TEST_CASE("who comes back within ten seconds never left") {
    fixture f;
    chat::member& ana = f.enter(1, "ana");
    f.loop.advance(2s);
    f.who.unfollow(ana, f.client(1));
    CHECK_FALSE(f.who.followed_on(0));
    f.loop.advance(9'999ms);
    CHECK(f.who.here() == 1);
    SUBCASE("so nothing is told") {
        f.who.follow(ana, f.client(1));
        f.loop.advance(1min);
        CHECK(f.told.size() == 1);
        CHECK(f.who.here() == 1);
    }
    SUBCASE("and who does not has left exactly then") {
        f.loop.advance(1ms);
        CHECK(f.who.here() == 0);
        f.loop.advance(1s);
        REQUIRE(f.told.size() == 2);
        CHECK(f.told[1].left == names{"ana"});
        CHECK(f.told[1].count == 0);
        CHECK(f.who.members() == 1);
    }
}

TEST_CASE("the end of a membership is told at once, also of one who had just come") {
    fixture f;
    f.enter(1, "ana");
    f.loop.advance(2s);
    f.enter(2, "leo");
    CHECK(f.who.remove(2) == std::vector<chat::client_ref>{f.client(2)});
    f.loop.advance(1s);
    REQUIRE(f.told.size() == 2);
    CHECK(f.told[1].left == names{"leo"});
    CHECK(f.told[1].entered.empty());
    CHECK(f.who.remove(2).empty());
}

TEST_CASE("a user with two connections is here until the second is gone") {
    fixture f;
    chat::member& ana = f.enter(1, "ana");
    f.who.follow(ana, {0, 99, 1});
    f.who.unfollow(ana, f.client(1));
    f.loop.advance(1min);
    CHECK(f.who.here() == 1);
    f.who.unfollow(ana, {0, 99, 1});
    f.who.unfollow(ana, {0, 99, 1});
    f.loop.advance(11s);
    CHECK(f.who.here() == 0);
}

TEST_CASE("where more than a hundred are here only their number is told") {
    fixture f;
    for (std::uint64_t i = 0; i < 101; ++i) f.enter(i + 1, "user-" + std::to_string(i));
    f.loop.advance(2s);
    REQUIRE(f.told.size() == 1);
    CHECK(f.told[0].entered.empty());
    CHECK(f.told[0].count == 101);
}

TEST_CASE("another name is a coming and a going") {
    fixture f;
    f.enter(1, "ana");
    f.loop.advance(2s);
    f.who.rename(1, "anabel");
    f.loop.advance(1s);
    REQUIRE(f.told.size() == 2);
    CHECK(f.told[1].entered == names{"anabel"});
    CHECK(f.told[1].left == names{"ana"});
    CHECK(f.who.names({}, 9) == names{"anabel"});
}

TEST_CASE("who takes another name while it is away has left ten seconds after it went, whoever went behind it") {
    fixture f;
    chat::member& ana = f.enter(1, "ana");
    chat::member& leo = f.enter(2, "leo");
    f.who.unfollow(ana, f.client(1));
    f.loop.advance(5s);
    f.who.unfollow(leo, f.client(2));
    f.who.rename(1, "anabel");
    f.loop.advance(5s);
    CHECK(f.who.names({}, 9) == names{"leo"});
    f.loop.advance(5s);
    CHECK(f.who.here() == 0);
}
