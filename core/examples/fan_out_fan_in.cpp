// core/examples/fan_out_fan_in.cpp: three workers share the numbers, and their squares come as they are done.
// Thread: one.
// Owner: the program.
#include "core/examples/run.hpp"
#include "core/fan.hpp"
#include "core/generator.hpp"
#include "core/stages.hpp"

#include <numeric>

core::task<> example(core::context& ctx) {
    // [fan_out_fan_in]
    core::scope s{ctx, "squares"};
    auto numbers = core::from(s, core::count(1, 10));
    auto workers = core::fan_out(std::move(numbers), 3, core::map([](int n) { return n * n; }));
    auto squares = co_await core::collect(ctx, core::merge(std::move(workers)));  // in any order
    auto ended = co_await s.join();
    // [end]
    if (squares && ended)
        std::printf("%zu squares, sum %d\n", squares->size(), std::reduce(squares->begin(), squares->end()));
}
