// tests/core/support.hpp: what the tests of core share: many orders, deaths, heap in use, times as ratios.
// Thread: one.
// Owner: core_tests.
#pragma once

#include "core/test_loop.hpp"
#include "tests/heap.hpp"

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string>

namespace core_test {

using core::context;
using core::errc;
using core::result;
using core::task;
using core::test_loop;
using tertulia::test::heap_bytes;
using namespace std::chrono_literals;

/// Runs `f` under many orders: one drawn anew (or TERTULIA_SEED), then `seeds` that stay. The seed is told on failure.
template <class F>
void for_seeds(std::uint64_t seeds, F f) {
    for (std::uint64_t seed = 0; seed <= seeds; ++seed) {
        test_loop loop{seed};
        CAPTURE(loop.seed());
        f(loop);
    }
}

/// What `f` said on stderr before it aborted, in a process of its own; empty where it did not abort.
template <class F>
std::string last_words(F f) {
    int ends[2];
    REQUIRE(pipe(ends) == 0);
    std::fflush(nullptr);
    const pid_t child = fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        std::signal(SIGABRT, SIG_DFL);  // doctest's report is not wanted
        dup2(ends[1], STDERR_FILENO);
        f();
        _exit(0);
    }
    close(ends[1]);
    std::string said;
    char piece[512];
    for (ssize_t n = 0; (n = read(ends[0], piece, sizeof piece)) > 0;) said.append(piece, static_cast<std::size_t>(n));
    close(ends[0]);
    int status = 0;
    REQUIRE(waitpid(child, &status, 0) == child);
    return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT ? "aborted: " + said : "";
}

inline bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

/// The processor's time that `f()` takes, in this thread: what else runs on the machine does not count.
template <class F>
std::chrono::nanoseconds timed(F f) {
    const auto used = [] {
        timespec t{};
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
        return std::chrono::seconds{t.tv_sec} + std::chrono::nanoseconds{t.tv_nsec};
    };
    const auto before = used();
    f();
    return used() - before;
}

/// The k of the power that `f`'s time follows, n^k, from `f(n)` to `f(32 * n)`: 1 where it is linear, 2 where it is
/// quadratic. `f` gives the time of the part that counts; the best of some runs. What fits into the processor's caches
/// at n and no longer at 32 n may take five times as long for each, which is 1.5.
template <class F>
double growth(std::size_t n, F f) {
    constexpr std::size_t more = 32;
    auto small = std::chrono::nanoseconds::max();
    auto big = small;
    double power = 0;
    // Where others use the caches meanwhile, five runs may all have been disturbed.
    for (int i = 0; i < 5 || (i < 30 && power > 1.3); ++i) {
        small = std::min(small, f(n));
        big = std::min(big, f(more * n));
        const auto times =
            static_cast<double>(big.count()) / static_cast<double>(std::max<std::int64_t>(small.count(), 1));
        power = std::log(times) / std::log(static_cast<double>(more));
    }
    return power;
}

/// What `growth` is under where time is about linear: the middle of what the caches may do and what is quadratic.
inline constexpr double about_linear = 1.7;

}  // namespace core_test
