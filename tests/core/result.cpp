// tests/core/result.cpp: what core/result.hpp promises.
// Thread: one.
// Owner: core_tests.
#include "core/result.hpp"

#include <doctest/doctest.h>

#include <set>
#include <string_view>

TEST_CASE("a result is a value or the error that says why there is none") {
    const core::result<int> good = 7;
    const core::result<int> bad = core::fail(core::errc::full, "ask again");
    CHECK(good.value() == 7);
    REQUIRE_FALSE(bad);
    CHECK(bad.error() == core::error{core::errc::full});
    CHECK(bad.error().detail == "ask again");
    CHECK(core::to_string(bad.error().code) == "full");
}

TEST_CASE("each code has a name of its own") {
    std::set<std::string_view> names;
    for (std::size_t i = 0; i < core::errc_count; ++i) names.insert(core::to_string(static_cast<core::errc>(i)));
    CHECK(names.size() == core::errc_count);
    CHECK(core::to_string(core::errc::deadline) == "deadline exceeded");
}
