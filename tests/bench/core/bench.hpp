// tests/bench/core/bench.hpp: what is measured by script/bench core, ours and Asio's, and how a figure is told.
// Thread: the program's; where it needs two it makes them.
// Owner: main.cpp, asio_main.cpp.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <span>

namespace core_bench {

/// A program to measure: gives its figure, less is better.
struct program {
    const char* name;
    const char* unit;
    double (*run)();
};

/// Counts time from when it is made.
class stopwatch {
public:
    /// Nanoseconds for each of `n` things.
    [[nodiscard]] double each(std::size_t n) const {
        const std::chrono::duration<double, std::nano> took = std::chrono::steady_clock::now() - begun_;
        return took.count() / static_cast<double>(n);
    }

private:
    std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
};

/// Ends the process where a measured program did not do its work: a figure of it would mean nothing.
inline void must(bool holds, const char* what) {
    if (holds) return;
    std::fprintf(stderr, "bench: %s\n", what);
    std::abort();
}

/// Runs what the arguments name, all where there are none, and prints `name value unit` for each.
inline int run_named(std::span<const program> programs, int count, char** names) {
    for (const program& p : programs) {
        bool wanted = count < 2;
        for (int i = 1; i < count; ++i) wanted = wanted || std::strcmp(names[i], p.name) == 0;
        if (!wanted) continue;
        std::printf("%s %.1f %s\n", p.name, p.run(), p.unit);
        std::fflush(stdout);
    }
    return 0;
}

double pingpong();
double stream_unbuffered();
double stream_buffered();
double stream_two_threads();
double select_two();
double select_two_ready();
double fanin();
double semaphore_three_of_ten();
double sieve_plain();
double sieve_with_done();
double spawn_join();
double parked_task();
double context_cancel();
double context_timeout();
double cancel_children();
double cancel_waiters();

}  // namespace core_bench
