// core/examples/worker_pool.cpp: twenty blocking jobs on five threads.
// Thread: one, and those of the pool.
// Owner: the program.
#include "core/worker_pool.hpp"

#include "core/asio_loop.hpp"
#include "core/scope.hpp"

#include <chrono>
#include <cstdio>

namespace {

// [worker_pool]
core::task<> ask(core::context& ctx, core::worker_pool& pool, int id, int& sum) {
    auto value = co_await pool.run(ctx, [id] { return 2 * id; });  // blocks a thread of the pool, not the loop
    if (value) sum += *value;                                      // and here we are on the loop again
}

core::task<> twenty(core::context& ctx, core::worker_pool& pool) {
    core::scope s{ctx, "jobs"};
    int sum = 0;
    for (int id = 0; id < 20; ++id) s.spawn("job", ask(s.ctx(), pool, id, sum));
    auto ended = co_await s.join();
    if (ended) std::printf("the sum of all results: %d\n", sum);
}
// [end]

}  // namespace

int main() {
    core::worker_pool pool{5, 20};
    const core::system_clock time;
    core::asio_loop loop{time};
    const auto ended = loop.run([](core::asio_loop& on, core::worker_pool& p) -> core::task<> {
        core::context root{on};
        co_await twenty(root, p);
    }(loop, pool));
    return ended ? 0 : 1;
}
