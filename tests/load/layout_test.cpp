// tests/load/layout_test.cpp: every member is in exactly one process, and each process has its share of every role.
// Thread: one.
// Owner: load_tests.
#include "tests/load/layout.hpp"

#include <doctest/doctest.h>

#include <map>
#include <set>

using namespace tertulia::load;

TEST_CASE("the members are dealt out whole and evenly") {
    options o;
    o.rooms = 7;
    o.members = 20;
    o.publishers = 2;
    o.reconnect_share = 0.5;
    o.slow_share = 0.2;
    o.stall = 1;
    o.processes = 3;
    std::set<std::uint32_t> seen;
    std::map<role, std::uint32_t> roles;
    for (std::uint32_t process = 0; process < 3; ++process) {
        const layout who{o, process};
        std::map<role, std::uint32_t> own;
        for (const auto s : who.seats()) {
            CHECK(seen.insert(who.number_of(s)).second);
            ++own[who.role_of(s)];
        }
        CHECK(own[role::publisher] >= 4);
        for (const auto& [r, count] : own) roles[r] += count;
    }
    CHECK(seen.size() == 140);
    CHECK(*seen.rbegin() == 139);
    CHECK(roles[role::publisher] == 14);
    CHECK(roles[role::returner] == 7 * 9);
    CHECK(roles[role::slow] == 7 * 4);
    CHECK(roles[role::stalled] == 7);
    CHECK(roles[role::listener] == 7 * 4);
}
