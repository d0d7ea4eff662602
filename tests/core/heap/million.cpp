// tests/core/heap/million.cpp: a million coroutines that wait on channels, and their end.
// Thread: one.
// Owner: core_heap_tests.
#include "core/asio_loop.hpp"
#include "core/channel.hpp"
#include "core/scope.hpp"
#include "core/sleep.hpp"
#include "tests/core/support.hpp"

#include <sys/resource.h>

#include <memory>
#include <vector>

using namespace core_test;
using core::channel;

namespace {

#ifdef UNDER_SANITIZER
constexpr std::size_t crowd = 10'000;  // of frames ten times as large
#else
constexpr std::size_t crowd = 1'000'000;
#endif

task<> wait_for_ever(channel<int>& never, context& ctx, std::size_t& ended) {
    auto got = co_await never.receive(ctx);
    ended += got ? 0 : 1;
}

/// Lets `n` wait, cancels their root, and gives the time that this took.
std::chrono::nanoseconds come_and_go(std::size_t n, std::size_t& ended) {
    const core::system_clock machine;
    core::asio_loop loop{machine};
    context root{loop};
    std::vector<std::unique_ptr<channel<int>>> channels;
    for (int i = 0; i < 1000; ++i) channels.push_back(std::make_unique<channel<int>>(0U));
    std::chrono::nanoseconds took{};
    CHECK(loop.run([](context& ctx, auto& all, std::size_t many, std::size_t& over, auto& time) -> task<> {
        core::scope s{ctx, "crowd"};
        for (std::size_t i = 0; i < many; ++i) {
            s.spawn("waits", wait_for_ever(*all[i % all.size()], s.ctx(), over));
            if (i % 1000 == 0) {
                auto turn = co_await core::yield(ctx);
                CHECK(turn);
            }
        }
        for (int i = 0; i < 3; ++i) {
            auto turn = co_await core::yield(ctx);
            CHECK(turn);
        }
        const auto begun = std::chrono::steady_clock::now();
        s.cancel();
        auto joined = co_await s.join();
        CHECK(joined);
        time = std::chrono::steady_clock::now() - begun;
    }(root, channels, n, ended, took)));
    return took;
}

}  // namespace

TEST_CASE("a million coroutines wait on channels in 512 MB, and cancelling their root ends all of them") {
    std::size_t ended = 0;
    come_and_go(crowd, ended);
    CHECK(ended == crowd);
    rusage used{};
    REQUIRE(getrusage(RUSAGE_SELF, &used) == 0);
#ifndef UNDER_SANITIZER
    CHECK(used.ru_maxrss < 512 * 1024);  // KiB, at the highest
#endif
}

TEST_CASE("waiting coroutines end in time linear in their number") {
    CHECK(growth(crowd / 64, [](std::size_t n) {
              std::size_t ended = 0;
              return come_and_go(n, ended);
          }) < about_linear);
}
