// tests/load/judge_test.cpp: each way in which a server can go wrong is seen, under its own name, and nothing else is.
// Thread: one.
// Owner: load_tests.
#include "tests/load/judge.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <initializer_list>
#include <optional>

using namespace tertulia::load;

namespace {

constexpr std::uint32_t run = 77;

// Two rooms of three members, one of each posts. Members 0, 1, 2 are in room 0; 3, 4, 5 in room 1.
layout who() {
    options o;
    o.rooms = 2;
    o.members = 3;
    o.publishers = 1;
    return layout{o};
}

struct table {
    judge j{run, who()};

    table() {
        for (std::uint32_t m = 0; m < 6; ++m) j.joined(m, 1);
    }

    // `count` messages of room 0, acknowledged as 1, 2, ...
    void post(std::uint32_t count, std::uint32_t room = 0) {
        for (std::uint32_t i = 0; i < count; ++i) {
            const auto number = j.sent(room, 0);
            CHECK(j.acknowledged(room, 0, number, number + 1));
        }
    }

    // Message `number` of room 0 reaches `member` as `seq`.
    bool gets(std::uint32_t member, std::uint64_t seq, std::uint32_t number) {
        return j.arrived(member, 0, seq, marker{.run = run, .room = 0, .publisher = 0, .number = number, .due_ns = 0});
    }

    // What stands where it should: seq n carries number n - 1.
    void gets(std::uint32_t member, std::initializer_list<std::uint64_t> seqs) {
        for (const auto seq : seqs) gets(member, seq, static_cast<std::uint32_t>(seq - 1));
    }
};

void check_faults(const tally& t, std::uint64_t lost, std::uint64_t duplicated, std::uint64_t out_of_order,
                  std::uint64_t misrouted) {
    CHECK(t.lost == lost);
    CHECK(t.duplicated == duplicated);
    CHECK(t.out_of_order == out_of_order);
    CHECK(t.misrouted == misrouted);
    CHECK(t.unsent == 0);
}

}  // namespace

TEST_CASE("everything once and in order is no fault") {
    table t;
    t.post(3);
    CHECK_FALSE(t.j.caught_up());
    for (const std::uint32_t m : {0u, 1u, 2u}) t.gets(m, {1, 2, 3});
    CHECK(t.j.caught_up());
    check_faults(t.j.finish(), 0, 0, 0, 0);
    CHECK(t.j.finish().deliveries == 9);
}

TEST_CASE("events may come before their acknowledgement") {
    table t;
    const auto number = t.j.sent(0, 0);
    t.gets(1, {1});
    CHECK(t.j.acknowledged(0, 0, number, 1));
    t.gets(0, {1});
    t.gets(2, {1});
    check_faults(t.j.finish(), 0, 0, 0, 0);
}

TEST_CASE("a gap is lost") {
    table t;
    t.post(4);
    t.gets(0, {1, 2, 3, 4});
    t.gets(1, {1, 4});
    t.gets(2, {1, 2, 3, 4});
    CHECK_FALSE(t.j.caught_up());
    check_faults(t.j.finish(), 2, 0, 0, 0);
}

TEST_CASE("an end that never comes is lost") {
    table t;
    t.post(3);
    t.gets(0, {1, 2, 3});
    t.gets(1, {1, 2, 3});
    t.gets(2, {1});
    check_faults(t.j.finish(), 2, 0, 0, 0);

    SUBCASE("but not for one whose connection ended") {
        t.j.gone(2);
        CHECK(t.j.caught_up());
        check_faults(t.j.finish(), 0, 0, 0, 0);
    }
}

TEST_CASE("an acknowledged message that nobody got is lost for everyone") {
    table t;
    t.post(1);
    check_faults(t.j.finish(), 3, 0, 0, 0);
}

TEST_CASE("a message that one member never gets is lost even if its seqs are made to look whole") {
    table t;
    t.post(3);
    t.gets(0, {1, 2, 3});
    t.gets(1, 1, 0);
    t.gets(1, 2, 2);  // number 1 is left out and number 2 takes its seq
    t.gets(2, {1, 2, 3});
    const auto all = t.j.finish();
    CHECK(all.lost == 1);
    CHECK(all.out_of_order == 1);
    CHECK(all.deliveries == 7);
}

TEST_CASE("an event that comes again is duplicated") {
    table t;
    t.post(2);
    t.gets(0, {1, 1, 2});
    t.gets(1, {1, 2, 1});
    t.gets(2, {1, 2});
    check_faults(t.j.finish(), 0, 2, 0, 0);
    CHECK(t.j.finish().deliveries == 6);
}

TEST_CASE("a message that stands in the log twice is duplicated for each who gets it") {
    table t;
    t.post(1);
    for (const std::uint32_t m : {0u, 1u, 2u}) {
        CHECK(t.gets(m, 1, 0));
        CHECK_FALSE(t.gets(m, 2, 0));
    }
    check_faults(t.j.finish(), 0, 3, 0, 0);
}

TEST_CASE("an event after a later one is out of order, and not lost") {
    table t;
    t.post(5);
    t.gets(0, {1, 2, 3, 4, 5});
    t.gets(1, {1, 5, 3, 2, 4});
    t.gets(2, {1, 2, 3, 4, 5});
    CHECK(t.j.caught_up());
    check_faults(t.j.finish(), 0, 0, 3, 0);
    CHECK(t.j.finish().deliveries == 15);
}

TEST_CASE("another message where the others saw this one is out of order") {
    table t;
    t.post(2);
    t.gets(0, {1, 2});
    t.gets(2, {1, 2});
    CHECK_FALSE(t.gets(1, 1, 1));
    CHECK_FALSE(t.gets(1, 2, 0));
    check_faults(t.j.finish(), 0, 0, 2, 0);
}

TEST_CASE("an acknowledgement that names another seq than the event is out of order") {
    table t;
    const auto number = t.j.sent(0, 0);
    for (const std::uint32_t m : {0u, 1u, 2u}) t.gets(m, {1});
    CHECK(t.j.acknowledged(0, 0, number, 2));
    CHECK(t.j.finish().out_of_order == 1);
}

TEST_CASE("an event of another room is misrouted") {
    table t;
    t.post(1);
    t.gets(0, {1});
    t.gets(1, {1});
    t.gets(2, {1});
    SUBCASE("when it names that room") {
        t.gets(4, 1, 0);
    }
    SUBCASE("when it names a room that is none of ours") {
        t.j.arrived(4, std::nullopt, 1, std::nullopt);
    }
    SUBCASE("when it names the member's room and carries the other's message") {
        t.j.arrived(3, 1, 1, marker{.run = run, .room = 0, .publisher = 0, .number = 0, .due_ns = 0});
        t.j.gone(4);
        t.j.gone(5);
    }
    check_faults(t.j.finish(), 0, 0, 0, 1);
    CHECK(t.j.finish().deliveries == 3);
}

TEST_CASE("lagged excuses what it names and no more") {
    table t;
    t.post(9);
    t.gets(0, {1, 2, 3, 4, 5, 6, 7, 8, 9});
    t.gets(2, {1, 2, 3, 4, 5, 6, 7, 8, 9});
    t.gets(1, {1});

    SUBCASE("the gap whole") {
        t.j.lagged(1, 0, 2, 7);
        t.gets(1, {8, 9});
        check_faults(t.j.finish(), 0, 0, 0, 0);
        CHECK(t.j.finish().passed_over == 6);
        CHECK(t.j.caught_up());
    }
    SUBCASE("a part of it") {
        t.j.lagged(1, 0, 4, 7);
        t.gets(1, {8, 9});
        check_faults(t.j.finish(), 2, 0, 0, 0);
    }
    SUBCASE("also when it comes after the gap") {
        t.gets(1, {8, 9});
        t.j.lagged(1, 0, 2, 6);
        check_faults(t.j.finish(), 1, 0, 0, 0);
        CHECK(t.j.finish().passed_over == 5);
    }
    SUBCASE("and what it named must not come then") {
        t.j.lagged(1, 0, 2, 7);
        t.gets(1, {5, 8, 9});
        check_faults(t.j.finish(), 0, 1, 0, 0);
    }
    SUBCASE("and of another room it says nothing to this member") {
        t.j.lagged(1, 1, 2, 7);
        t.gets(1, {8, 9});
        check_faults(t.j.finish(), 6, 0, 0, 1);
    }
    CHECK(t.j.finish().lagged <= 1);
}

TEST_CASE("a text that others posted is foreign, and no fault") {
    table t;
    for (const std::uint32_t m : {0u, 1u, 2u}) {
        CHECK_FALSE(t.j.arrived(m, 0, 1, std::nullopt));
        CHECK_FALSE(t.j.arrived(m, 0, 2, marker{.run = run + 1, .room = 0, .publisher = 0, .number = 0, .due_ns = 0}));
    }
    check_faults(t.j.finish(), 0, 0, 0, 0);
    CHECK(t.j.finish().foreign == 6);

    SUBCASE("but not where a message of ours belongs: that one was mangled") {
        const auto number = t.j.sent(0, 0);
        CHECK(t.j.acknowledged(0, 0, number, 3));
        t.j.arrived(0, 0, 3, std::nullopt);
        CHECK(t.j.finish().out_of_order == 1);
    }
}

TEST_CASE("a message that was never sent is told") {
    table t;
    t.post(1);
    t.gets(0, {1});
    CHECK_FALSE(t.gets(1, 1, 5));
    CHECK(t.j.finish().unsent == 1);
}

TEST_CASE("a second answer to one message is refused") {
    table t;
    const auto number = t.j.sent(0, 0);
    CHECK(t.j.acknowledged(0, 0, number, 1));
    CHECK_FALSE(t.j.acknowledged(0, 0, number, 1));
    CHECK_FALSE(t.j.acknowledged(0, 0, 99, 2));
}

TEST_CASE("an absurd seq is a fault and takes no memory") {
    table t;
    t.post(1);
    CHECK_FALSE(t.gets(0, UINT64_MAX, 0));
    CHECK_FALSE(t.gets(0, 0, 0));
    t.j.lagged(0, 0, 2, UINT64_MAX);
    for (const std::uint32_t m : {0u, 1u, 2u}) t.gets(m, {1});
    check_faults(t.j.finish(), 0, 0, 2, 0);
}

TEST_CASE("who comes back goes on where it was") {
    table t;
    t.post(5);
    t.gets(0, {1, 2, 3, 4, 5});
    t.gets(2, {1, 2, 3, 4, 5});
    t.gets(1, {1, 2});
    CHECK(t.j.next_of(1) == 3);

    SUBCASE("and nothing is missing") {
        t.j.returned(1, 3, true);
        t.gets(1, {3, 4, 5});
        check_faults(t.j.finish(), 0, 0, 0, 0);
        CHECK(t.j.finish().deliveries == 15);
    }
    SUBCASE("but what is left out although it was said to be recovered is lost") {
        t.j.returned(1, 5, true);
        t.gets(1, {5});
        check_faults(t.j.finish(), 2, 0, 0, 0);
    }
    SUBCASE("and what comes again is duplicated") {
        t.j.returned(1, 2, true);
        t.gets(1, {2, 3, 4, 5});
        check_faults(t.j.finish(), 0, 1, 0, 0);
    }
    SUBCASE("and never comes back: what it has not got is lost") {
        check_faults(t.j.finish(), 3, 0, 0, 0);
    }
    SUBCASE("or further on, where the server says so") {
        t.j.returned(1, 5, false);
        t.gets(1, {5});
        check_faults(t.j.finish(), 0, 0, 0, 0);
        CHECK(t.j.finish().passed_over == 2);
    }
    SUBCASE("or further back, where the server says so") {
        t.j.returned(1, 1, false);
        t.gets(1, {1, 2, 3, 4, 5});
        check_faults(t.j.finish(), 0, 0, 0, 0);
    }
    SUBCASE("and an end that nobody saw is expected of it") {
        t.j.returned(1, 9, true);
        CHECK(t.j.finish().lost > 0);
    }
}
