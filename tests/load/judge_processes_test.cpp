// tests/load/judge_processes_test.cpp: what several processes judge, added up, is what one would have found.
// Thread: one.
// Owner: load_tests.
#include "tests/load/judge.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <vector>

using namespace tertulia::load;

namespace {

constexpr std::uint32_t run = 77;

// Two rooms of three members, one of each posts, shared by two processes.
layout who(std::uint32_t process) {
    options o;
    o.rooms = 2;
    o.members = 3;
    o.publishers = 1;
    o.processes = 2;
    return layout{o, process};
}

void check_faults(const tally& t, std::uint64_t lost, std::uint64_t duplicated, std::uint64_t out_of_order,
                  std::uint64_t misrouted) {
    CHECK(t.lost == lost);
    CHECK(t.duplicated == duplicated);
    CHECK(t.out_of_order == out_of_order);
    CHECK(t.misrouted == misrouted);
}

struct two {
    judge a{run, who(0)};  // members: room 0 places 0 and 2, room 1 place 1
    judge b{run, who(1)};  // members: room 0 place 1, room 1 places 0 and 2

    two() {
        for (std::uint32_t m = 0; m < 3; ++m) {
            a.joined(m, 1);
            b.joined(m, 1);
        }
    }

    static bool gets(judge& j, std::uint32_t member, std::uint64_t seq, std::uint32_t number) {
        return j.arrived(member, 0, seq, marker{.run = run, .room = 0, .publisher = 0, .number = number, .due_ns = 0});
    }

    void post(std::uint32_t count) {
        for (std::uint32_t i = 0; i < count; ++i) {
            const auto number = a.sent(0, 0);
            CHECK(a.acknowledged(0, 0, number, number + 1));
        }
    }

    // As the director does it.
    tally finish() {
        for (auto* from : {&a, &b})
            for (auto* to : {&a, &b}) to->expect(from->newest());
        auto sum = a.finish();
        sum += b.finish();
        const std::vector<std::vector<room_account>> all = {a.accounts(), b.accounts()};
        sum += reconcile(all);
        return sum;
    }
};

}  // namespace

TEST_CASE("processes that share a room judge it as one would") {
    two t;
    t.post(3);
    for (std::uint32_t n = 0; n < 3; ++n)
        for (const std::uint32_t m : {0u, 1u}) CHECK(two::gets(t.a, m, n + 1, n));

    SUBCASE("everything once and in order is no fault") {
        for (std::uint32_t n = 0; n < 3; ++n) CHECK(two::gets(t.b, 0, n + 1, n));
        const auto all = t.finish();
        check_faults(all, 0, 0, 0, 0);
        CHECK(all.deliveries == 9);
        CHECK(t.a.caught_up());
        CHECK(t.b.caught_up());
    }
    SUBCASE("an end that only the other process knows of is lost") {
        CHECK(two::gets(t.b, 0, 1, 0));
        CHECK(t.b.caught_up());
        check_faults(t.finish(), 2, 0, 0, 0);
        CHECK_FALSE(t.b.caught_up());
    }
    SUBCASE("nothing at all is lost whole") {
        check_faults(t.finish(), 3, 0, 0, 0);
    }
    SUBCASE("another order than in the other process is out of order") {
        CHECK(two::gets(t.b, 0, 1, 1));
        CHECK(two::gets(t.b, 0, 2, 0));
        CHECK(two::gets(t.b, 0, 3, 2));
        check_faults(t.finish(), 0, 0, 2, 0);
    }
    SUBCASE("a message that no process has posted is told") {
        for (std::uint32_t n = 0; n < 2; ++n) CHECK(two::gets(t.b, 0, n + 1, n));
        CHECK(two::gets(t.b, 0, 3, 2));
        CHECK(two::gets(t.b, 0, 4, 7));  // here nobody can know yet
        t.a.gone(0);
        t.a.gone(1);
        CHECK(t.finish().unsent == 1);
    }
}
