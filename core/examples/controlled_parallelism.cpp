// core/examples/controlled_parallelism.cpp: a hundred items, four at a time, in their order.
// Thread: one.
// Owner: the program.
#include "core/examples/run.hpp"
#include "core/generator.hpp"
#include "core/parallel.hpp"
#include "core/sleep.hpp"

core::task<> example(core::context& ctx) {
    const auto start = ctx.on().now();
    // [controlled_parallelism]
    core::scope s{ctx, "parallel"};
    const auto square = [](core::context& c, int n) -> core::task<int> {
        auto slept = co_await core::sleep_for(c, 100ms);
        co_return slept ? n* n : 0;
    };
    auto squares = co_await core::collect(ctx, core::from(s, core::count(1, 100)) | core::parallel_ordered(4, square));
    auto ended = co_await s.join();
    // [end]
    if (!squares || !ended) co_return;
    const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(ctx.on().now() - start);
    std::printf("%zu items in %d ms, the last is %d\n", squares->size(), static_cast<int>(took.count()),
                squares->back());
}
