// core/examples/no_leak.cpp: an endless stream of which one item is read; nothing of it is left.
// Thread: one.
// Owner: the program.
#include "core/examples/run.hpp"
#include "core/generator.hpp"
#include "core/stages.hpp"

namespace {

core::generator<int> endless() {
    for (int n = 0;; ++n) co_yield n;
}

// [no_leak]
core::task<> first_of_many(core::context& ctx) {
    core::scope s{ctx, "numbers"};
    {
        auto numbers = core::from(s, endless()) | core::map([](int n) { return n * 2; });
        auto first = co_await numbers.receive(ctx);
        if (first) std::printf("%d\n", *first);
    }  // the reader goes, so the stages end
    auto ended = co_await s.join();
    if (ended) std::printf("still running: %zu\n", s.running());
}
// [end]

}  // namespace

core::task<> example(core::context& ctx) {
    co_await first_of_many(ctx);
}
