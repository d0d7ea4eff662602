// core/examples/resource_pool.cpp: five who need a connection, of which there are two; one will not wait that long.
// Thread: one.
// Owner: the program.
#include "core/resource_pool.hpp"

#include "core/examples/run.hpp"
#include "core/scope.hpp"
#include "core/sleep.hpp"

#include <string>

namespace {

struct connection {};
using pool = core::resource_pool<connection>;

core::task<core::result<std::unique_ptr<connection>>> connect(core::context& ctx) {
    auto slept = co_await core::sleep_for(ctx, 10ms);
    if (!slept) co_return core::fail(slept.error().code);
    co_return std::make_unique<connection>();
}

// [resource_pool]
core::task<> query(core::context& ctx, pool& all, int id, core::duration patience) {
    core::timed_context limited{ctx, patience};
    auto mine = co_await all.acquire(limited, "query");
    if (!mine) {
        std::printf("query %d: %s\n", id, std::string{core::to_string(mine.error().code)}.c_str());
        co_return;
    }
    auto slept = co_await core::sleep_for(ctx, 100ms);  // asks its question
    if (slept) std::printf("query %d is answered\n", id);
}

core::task<> five(core::context& ctx) {
    pool all{ctx.on(), {.most = 2, .idle = 1min}, connect};
    core::scope s{ctx, "queries"};
    for (int id = 1; id <= 5; ++id) s.spawn("query", query(s.ctx(), all, id, id == 4 ? 50ms : 1s));
    auto ended = co_await s.join();
    auto closed = co_await all.close(ctx);
    if (ended && closed) std::printf("%d connections were made\n", static_cast<int>(all.counts().made));
}
// [end]

}  // namespace

core::task<> example(core::context& ctx) {
    co_await five(ctx);
}
