// core/examples/barrier.cpp: five workers that begin each phase together.
// Thread: one.
// Owner: the program.
#include "core/barrier.hpp"

#include "core/examples/run.hpp"
#include "core/scope.hpp"
#include "core/sleep.hpp"

namespace {

// [barrier]
core::task<> work(core::context& ctx, core::barrier& all_there, int id) {
    for (int phase = 1; phase <= 2; ++phase) {
        auto slept = co_await core::sleep_for(ctx, std::chrono::milliseconds{(id * phase * 70) % 100});
        if (!slept) co_return all_there.leave();
        std::printf("worker %d waits at barrier %d\n", id, phase);
        auto passed = co_await all_there.arrive(ctx);
        if (!passed) co_return;  // its context has ended, and it has left
        std::printf("worker %d has passed it\n", id);
    }
}

core::task<> five(core::context& ctx) {
    core::barrier all_there{5, [] { std::printf("all are there\n"); }};
    core::scope s{ctx, "workers"};
    for (int id = 1; id <= 5; ++id) s.spawn("worker", work(s.ctx(), all_there, id));
    auto ended = co_await s.join();
    if (ended) std::printf("all phases are over\n");
}
// [end]

}  // namespace

core::task<> example(core::context& ctx) {
    co_await five(ctx);
}
