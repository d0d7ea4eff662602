// tests/load/schedule_test.cpp: the rate is kept exactly and evenly, and rooms are known by their names.
// Thread: one.
// Owner: load_tests.
#include "tests/load/schedule.hpp"

#include "tests/load/names.hpp"

#include <doctest/doctest.h>

#include <vector>

using namespace tertulia::load;

TEST_CASE("every publisher posts at its rate, in order of time, evenly spread") {
    schedule s{{0, 1, 2, 3}, 4, 10, 1'000, 1'000 + 2'000'000'000};
    std::vector<int> posts(4);
    std::int64_t before = 1'000 - 25'000'000;
    for (; !s.over(); s.pop()) {
        CHECK(s.next().at_ns - before == 25'000'000);  // 40 a second in all
        before = s.next().at_ns;
        ++posts[s.next().publisher];
    }
    CHECK(posts == std::vector<int>{20, 20, 20, 20});
}

TEST_CASE("a rate that does not divide a second keeps its count over an hour") {
    schedule s{{0}, 1, 7, 0, 3'600'000'000'000};
    int posts = 0;
    for (; !s.over(); s.pop()) ++posts;
    CHECK(posts == 7 * 3600);
}

TEST_CASE("processes that share the publishers post as one would") {
    schedule whole{{0, 1, 2, 3}, 4, 10, 0, 1'000'000'000};
    schedule even{{0, 2}, 4, 10, 0, 1'000'000'000};
    schedule odd{{1, 3}, 4, 10, 0, 1'000'000'000};
    for (bool from_even = true; !whole.over(); whole.pop(), from_even = !from_even) {
        auto& part = from_even ? even : odd;
        REQUIRE_FALSE(part.over());
        CHECK(part.next().at_ns == whole.next().at_ns);
        CHECK(part.next().publisher == whole.next().publisher / 2);
        part.pop();
    }
    CHECK(even.over());
    CHECK(odd.over());
}

TEST_CASE("a run without publishers is over at once") {
    CHECK(schedule{{}, 0, 5, 0, 1'000'000'000}.over());
}

TEST_CASE("a room is known by its name, and no other is") {
    const room_names names{0xbeef, 12};
    CHECK(names.of(11) == "load-beef-11");
    CHECK(names.number("load-beef-11") == 11);
    CHECK(names.number("load-beef-0") == 0);
    for (const char* other : {"load-beef-12", "load-beef-", "load-beef-01", "load-beef-1x", "load-bee-1", "lobby", ""})
        CHECK_FALSE(names.number(other));
    CHECK(names.query(3, 7) == "?name=mbeef-3-7&room=load-beef-3");
}
