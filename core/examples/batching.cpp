// core/examples/batching.cpp: a buffered source, and batches of ten.
// Thread: one.
// Owner: the program.
#include "core/batch.hpp"
#include "core/examples/run.hpp"
#include "core/generator.hpp"
#include "core/stages.hpp"

core::task<> example(core::context& ctx) {
    // [batching]
    core::scope s{ctx, "batches"};
    auto batches = core::from(s, core::count(1, 100)) | core::buffer(100) | core::batch(10, 1s);
    auto over = co_await core::for_each(ctx, std::move(batches), [](const std::vector<int>& b) {
        std::printf("%zu items, %d to %d\n", b.size(), b.front(), b.back());
    });
    auto ended = co_await s.join();
    // [end]
    if (!over || !ended) std::printf("it did not end well\n");
}
