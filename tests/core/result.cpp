// tests/core/result.cpp: what core/result.hpp promises.
// Thread: one.
// Owner: core_tests.
#include "core/result.hpp"

#include <doctest/doctest.h>

TEST_CASE("a result is a value or the error that says why there is none") {
    const core::result<int> good = 7;
    const core::result<int> bad = core::fail(core::errc::full, "ask again");
    CHECK(good.value() == 7);
    REQUIRE_FALSE(bad);
    CHECK(bad.error() == core::error{core::errc::full});
    CHECK(bad.error().detail == "ask again");
    CHECK(core::to_string(bad.error().code) == "full");
}
