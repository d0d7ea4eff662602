// tests/core/generator.cpp: what core/generator.hpp promises.
// Thread: one.
// Owner: core_tests.
#include "core/generator.hpp"

#include "tests/core/support.hpp"

#include <memory>
#include <ranges>
#include <stdexcept>
#include <string>
#include <vector>

using core::generator;

namespace {

generator<int> count(int from, int to) {
    for (int n = from; n <= to; ++n) co_yield n;
}

struct living {
    explicit living(int& n) : count(n) { ++count; }
    living(const living&) = delete;
    living& operator=(const living&) = delete;
    ~living() { --count; }
    int& count;
};

}  // namespace

TEST_CASE("P7: a generator gives its values in order, as the text's does") {
    std::vector<int> got;
    for (int n : count(1, 5)) got.push_back(n);
    CHECK(got == std::vector{1, 2, 3, 4, 5});
    for (int n : count(1, 0)) FAIL("nothing is yielded: " << n);
}

TEST_CASE("a generator computes no more than is read, and what it holds goes with it") {
    int alive = 0;
    int made = 0;
    const auto endless = [](int& lives, int& steps) -> generator<int> {
        const living held{lives};
        for (;;) co_yield ++steps;
    };
    {
        auto numbers = endless(alive, made);
        CHECK(made == 0);  // lazy
        for (int n : numbers) {
            CHECK(alive == 1);
            if (n == 7) break;
        }
    }
    CHECK(made == 7);
    CHECK(alive == 0);
}

TEST_CASE("a generator gives away what can only be moved, and copies what it keeps") {
    const auto owned = []() -> generator<std::unique_ptr<int>> {
        for (int n = 1; n <= 3; ++n) co_yield std::make_unique<int>(n);
    };
    int sum = 0;
    for (auto p : owned()) sum += *p;
    CHECK(sum == 6);

    const auto twice = []() -> generator<std::string> {
        const std::string kept = "a long enough text to be on the heap";
        co_yield kept;
        co_yield kept;
    };
    for (std::string s : twice()) CHECK(s == "a long enough text to be on the heap");
}

TEST_CASE("an exception in a generator comes out where it is read") {
    const auto fails = []() -> generator<int> {
        co_yield 1;
        throw std::runtime_error{"no"};
    };
    int last = 0;
    CHECK_THROWS_WITH(
        [&] {
            for (int n : fails()) last = n;
        }(),
        "no");
    CHECK(last == 1);
}

TEST_CASE("a generator is a range of the standard library") {
    static_assert(std::ranges::input_range<generator<int>>);
    auto numbers = count(1, 10);
    std::vector<int> even;
    std::ranges::copy_if(numbers, std::back_inserter(even), [](int n) { return n % 2 == 0; });
    CHECK(even == std::vector{2, 4, 6, 8, 10});
}
