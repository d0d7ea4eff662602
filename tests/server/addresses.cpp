// tests/server/addresses.cpp: how many sockets one address may have, and how many may wait for their refusal.
// Thread: one.
// Owner: server_tests.
#include "server/addresses.hpp"

#include <doctest/doctest.h>

using namespace tertulia;
using verdict = addresses::verdict;

TEST_CASE("past its bound an address is refused, and far past it closed at once, until others of it are gone") {
    addresses from{2};
    for (int i = 0; i < 2; ++i) CHECK(from.accept("a") == verdict::served);
    for (std::uint32_t i = 0; i < refusals_at_once; ++i) CHECK(from.accept("a") == verdict::refused);
    for (int i = 0; i < 1'000; ++i) CHECK(from.accept("a") == verdict::closed);
    CHECK(from.accept("b") == verdict::served);
    from.gone("a");
    CHECK(from.accept("a") == verdict::refused);
    CHECK(from.accept("a") == verdict::closed);
    for (std::uint32_t i = 0; i < refusals_at_once + 1; ++i) from.gone("a");
    CHECK(from.accept("a") == verdict::served);
    for (int i = 0; i < 2; ++i) from.gone("a");
    from.gone("b");
    CHECK(from.size() == 0);
}

TEST_CASE("one whose address is told later is counted whatever the answer") {
    addresses from{1};
    CHECK(from.enter("a"));
    CHECK_FALSE(from.enter("a"));
    from.gone("a");
    CHECK(from.accept("a") == verdict::refused);
    for (int i = 0; i < 2; ++i) from.gone("a");
    CHECK(from.size() == 0);
}

TEST_CASE("0 is no bound") {
    addresses from{0};
    for (int i = 0; i < 1'000; ++i) CHECK(from.accept("a") == verdict::served);
    CHECK(from.enter("a"));
}
