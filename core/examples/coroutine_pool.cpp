// core/examples/coroutine_pool.cpp: jobs that only have to wait: five at a time, their results a stream.
// Thread: one.
// Owner: the program.
#include "core/examples/run.hpp"
#include "core/generator.hpp"
#include "core/parallel.hpp"
#include "core/sleep.hpp"

core::task<> example(core::context& ctx) {
    // [coroutine_pool]
    core::scope s{ctx, "workers"};
    const auto work = [](core::context& c, int id) -> core::task<core::result<int>> {
        auto slept = co_await core::sleep_for(c, 100ms);
        if (!slept) co_return core::result<int>{core::fail(slept.error().code)};
        co_return core::result<int>{2 * id};
    };
    int sum = 0;
    const auto start = ctx.on().now();
    auto results = core::from(s, core::count(0, 19)) | core::parallel(5, work);
    auto over =
        co_await core::for_each(ctx, std::move(results), [&](const core::result<int>& r) { sum += r.value_or(0); });
    auto ended = co_await s.join();
    // [end]
    const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(ctx.on().now() - start);
    if (over && ended) std::printf("the sum of all results: %d, after %d ms\n", sum, static_cast<int>(took.count()));
}
