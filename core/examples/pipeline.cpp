// core/examples/pipeline.cpp: doubled, plus one, squared.
// Thread: one.
// Owner: the program.
#include "core/examples/run.hpp"
#include "core/stages.hpp"

core::task<> example(core::context& ctx) {
    // [pipeline]
    core::scope s{ctx, "pipeline"};
    auto squares = core::from(s, {1, 2, 3, 4, 5}) | core::map([](int n) { return n * 2; }) |
                   core::map([](int n) { return n + 1; }) | core::map([](int n) { return n * n; });
    for (;;) {
        auto n = co_await squares.receive(ctx);
        if (!n) break;  // closed, or why it ended
        std::printf("%d\n", *n);
    }
    auto ended = co_await s.join();
    // [end]
    if (!ended) std::printf("%s\n", ended.error().detail.c_str());
}
