// tests/load/sizes_test.cpp: the sizes that are drawn are those that were asked for, in their shares.
// Thread: one.
// Owner: load_tests.
#include "tests/load/sizes.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace tertulia::load;

TEST_CASE("one size is always that") {
    std::mt19937_64 random{1};
    const auto mix = size_mix::read("300").value();
    for (int i = 0; i < 10; ++i) CHECK(mix.draw(random) == 300);
    CHECK(mix.mean() == 300);
    CHECK(mix.text() == "300");
}

TEST_CASE("a range is drawn from end to end") {
    std::mt19937_64 random{1};
    const auto mix = size_mix::read("100-103").value();
    bool seen[4] = {};
    for (int i = 0; i < 200; ++i) {
        const auto bytes = mix.draw(random);
        REQUIRE(bytes >= 100);
        REQUIRE(bytes <= 103);
        seen[bytes - 100] = true;
    }
    CHECK(std::all_of(std::begin(seen), std::end(seen), [](bool s) { return s; }));
    CHECK(mix.mean() == 101.5);
}

TEST_CASE("a mix keeps its shares") {
    std::mt19937_64 random{1};
    const auto mix = size_mix::read("64-256:9,4096:1").value();
    int large = 0;
    for (int i = 0; i < 10'000; ++i) large += mix.draw(random) == 4096;
    CHECK(large > 800);
    CHECK(large < 1200);
    CHECK(mix.mean() == doctest::Approx(160 * 0.9 + 409.6));
}

TEST_CASE("what is no size is refused and shown") {
    for (const char* text : {"", "x", "49", "4097", "200-100", "100-", "100:", "100:0", "100,", "100 200", "-5",
                             "99999999999", "100:4000000000"}) {
        CAPTURE(text);
        const auto mix = size_mix::read(text);
        REQUIRE_FALSE(mix);
        CHECK(mix.error().ends_with(text));
    }
}
