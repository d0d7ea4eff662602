// tests/server/identity.cpp: tokens, and the directory of guests.
// Thread: one.
// Owner: server_tests.
#include "core/test_loop.hpp"
#include "server/chat/directory.hpp"

#include <doctest/doctest.h>

using namespace tertulia;
using namespace std::chrono_literals;
using protocol::code;

namespace {

/// One shard whose letters are kept.
class kept_letters final : public chat::post_office {
public:
    void send(std::uint32_t, chat::letter l) override { all.push_back(std::move(l)); }
    [[nodiscard]] std::uint32_t shards() const noexcept override { return 1; }
    std::vector<chat::letter> all;
};

struct fixture {
    chat::answer_value ask(chat::directory_command what) {
        who.take({{0, 1}, std::move(what)});
        auto a = std::move(std::get<chat::answer>(mail.all.back()).what);
        mail.all.pop_back();
        return a;
    }
    chat::answer_value hello(std::optional<std::string> name, std::optional<std::string> token = {},
                             std::uint64_t renaming = 0, bool or_made_up = false) {
        chat::say_hello_letter h;
        h.what.name = std::move(name);
        h.what.token = std::move(token);
        h.renaming = renaming;
        h.or_made_up = or_made_up;
        return ask(std::move(h));
    }
    static chat::welcomed& welcome(chat::answer_value& a) { return std::get<chat::welcomed>(a); }
    static code refused(chat::answer_value& a) {
        return std::get<protocol::refusal>(std::get<protocol::reply>(a)).what;
    }

    core::test_loop loop;
    kept_letters mail;
    chat::token_signer tokens;
    protocol::limits most{.rooms_per_user = 2, .guest_s = 600s};
    chat::directory who{loop, mail, tokens, most, loop.random()};
};

}  // namespace

TEST_CASE("a token is read by who signed it, and proves nothing elsewhere") {
    const chat::token_signer ours;
    const chat::token_signer others;
    const std::string token = ours.sign(1234567890123, "añá");
    CHECK(token.starts_with("g."));
    REQUIRE(ours.read(token));
    CHECK(ours.read(token)->genuine);
    CHECK(ours.read(token)->identity == 1234567890123);
    CHECK(ours.read(token)->name == "añá");
    REQUIRE(others.read(token));
    CHECK_FALSE(others.read(token)->genuine);
    for (std::size_t i = 2; i < token.size(); ++i) {
        CAPTURE(i);
        std::string forged = token;
        forged[i] = forged[i] == 'A' ? 'B' : 'A';
        const auto claim = ours.read(forged);
        // The last letter has bits that mean nothing; strict base64 refuses those that are set.
        CHECK((!claim || !claim->genuine));
    }
    for (const char* none : {"", "g.", "x", "g.AAAA", "g.!!", "t.AAAA"}) CHECK_FALSE(ours.read(none));
}

TEST_CASE("a name is one guest's while its life lasts") {
    fixture f;
    auto ana = f.hello("ana");
    const auto id = f.welcome(ana).who.id;
    auto other = f.hello("ANA");
    CHECK(f.refused(other) == code::name_taken);
    auto made_up = f.hello("ana", {}, 0, true);
    CHECK(f.welcome(made_up).who.name.view().starts_with("guest-"));

    SUBCASE("the token is the same guest, also beside the first connection") {
        auto again = f.hello({}, f.welcome(ana).token);
        CHECK(f.welcome(again).who.id == id);
        CHECK(f.welcome(again).resumed);
    }
    SUBCASE("for ten minutes after the last connection") {
        f.who.take({{}, chat::goodbye{id, true}});
        f.loop.advance(599s);
        auto again = f.hello({}, f.welcome(ana).token);
        CHECK(f.welcome(again).resumed);
        f.who.take({{}, chat::goodbye{id, true}});
        f.loop.advance(600s);
        auto late = f.hello({}, f.welcome(ana).token);
        CHECK_FALSE(f.welcome(late).resumed);
        CHECK(f.welcome(late).who.name == "ana");
        CHECK(f.welcome(late).who.id != id);
    }
    SUBCASE("one that took no name and no room is forgotten at once") {
        const auto before = f.who.size();
        f.who.take({{}, chat::goodbye{f.welcome(made_up).who.id, false}});
        CHECK(f.who.size() == before - 1);
    }
    SUBCASE("what is no guest's token is refused") {
        auto bad = f.hello({}, std::string{"nonsense"});
        CHECK(f.refused(bad) == code::bad_token);
    }
}

TEST_CASE("more guests than may be kept: the longest gone is forgotten early") {
    fixture f;
    const auto come_and_go = [&](std::size_t i) {
        auto a = f.hello("n" + std::to_string(i));
        f.who.take({{}, chat::goodbye{f.welcome(a).who.id, true}});
        return f.welcome(a).token;
    };
    const std::string first = come_and_go(0);
    const std::string second = come_and_go(1);
    for (std::size_t i = 2; i <= chat::directory::gone_most; ++i) (void)come_and_go(i);
    CHECK(f.who.size() == chat::directory::gone_most);
    auto again = f.hello({}, second);
    CHECK(f.welcome(again).resumed);
    auto forgotten = f.hello({}, first);
    CHECK_FALSE(f.welcome(forgotten).resumed);
}

TEST_CASE("a guest that has posted nothing takes another name") {
    fixture f;
    auto ana = f.hello("ana");
    const auto id = f.welcome(ana).who.id;
    auto claimed = f.ask(chat::claim_room{id, "lobby"});
    auto bea = f.hello("bea", {}, id);
    CHECK(f.welcome(bea).who.id == id);
    REQUIRE(f.mail.all.size() == 1);  // the room is told
    CHECK(std::get<chat::rename_member>(std::get<chat::to_room>(f.mail.all[0]).what).name == "bea");
    f.mail.all.clear();
    auto ana_again = f.hello("ana");
    auto taken = f.hello("ana", {}, id);
    CHECK(f.refused(taken) == code::name_taken);
    f.welcome(bea).who.shared->posted = true;
    auto late = f.hello("carl", {}, id);
    CHECK(f.refused(late) == code::forbidden);
}

TEST_CASE("memberships are counted, and end with the guest's life") {
    fixture f;
    auto ana = f.hello("ana");
    const auto id = f.welcome(ana).who.id;
    const auto claim = [&](const char* room) { return f.ask(chat::claim_room{id, room}); };
    auto first = claim("a");
    CHECK(std::holds_alternative<protocol::ok>(std::get<protocol::reply>(first)));
    auto again = claim("a");  // counted once
    CHECK(std::holds_alternative<protocol::ok>(std::get<protocol::reply>(again)));
    auto second = claim("b");
    CHECK(std::holds_alternative<protocol::ok>(std::get<protocol::reply>(second)));
    auto third = claim("c");
    CHECK(f.refused(third) == code::too_many_rooms);
    f.who.take({{}, chat::release_room{id, "a"}});
    auto now = claim("c");
    CHECK_FALSE(std::holds_alternative<protocol::refusal>(std::get<protocol::reply>(now)));

    f.who.take({{}, chat::goodbye{id, false}});
    CHECK(f.mail.all.empty());
    f.loop.advance(600s);
    REQUIRE(f.mail.all.size() == 2);
    CHECK(std::get<chat::to_room>(f.mail.all[0]).room == "b");
    CHECK(std::holds_alternative<chat::end_membership>(std::get<chat::to_room>(f.mail.all[1]).what));
    CHECK(f.who.size() == 0);
}
