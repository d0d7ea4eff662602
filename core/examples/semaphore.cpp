// core/examples/semaphore.cpp: ten tasks, of which three work at a time.
// Thread: one.
// Owner: the program.
#include "core/semaphore.hpp"

#include "core/examples/run.hpp"
#include "core/scope.hpp"
#include "core/sleep.hpp"

namespace {

// [semaphore]
core::task<> work(core::context& ctx, core::semaphore& gate, int id) {
    auto permit = co_await gate.acquire(ctx);
    if (!permit) co_return;  // its context has ended
    std::printf("worker %d begins, %zu places left\n", id, gate.free());
    auto slept = co_await core::sleep_for(ctx, 1s);
    if (slept) std::printf("worker %d ends\n", id);
}

core::task<> ten(core::context& ctx) {
    core::semaphore gate{3};
    core::scope s{ctx, "workers"};
    for (int id = 0; id < 10; ++id) s.spawn("worker", work(s.ctx(), gate, id));
    auto ended = co_await s.join();
    if (ended) std::printf("%zu places left\n", gate.free());
}
// [end]

}  // namespace

core::task<> example(core::context& ctx) {
    co_await ten(ctx);
}
