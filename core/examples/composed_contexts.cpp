// core/examples/composed_contexts.cpp: a deadline, a value and an end by hand, one below the other.
// Thread: one.
// Owner: the program.
#include "core/context_value.hpp"
#include "core/examples/run.hpp"
#include "core/scope.hpp"
#include "core/sleep.hpp"

namespace {

// [composed_contexts]
struct user_id {
    using type = int;
};

core::task<> work(core::context& ctx) {
    auto slept = co_await core::sleep_for(ctx, 1s);
    if (!slept) co_return;
    if (const int* id = core::value<user_id>(ctx)) std::printf("user %d\n", *id);
    ctx.cancel();
}

core::task<> composed(core::context& root) {
    core::timed_context limited{root, 5s};
    core::value_context<user_id> named{limited, 123};
    core::context by_hand{named};
    core::scope s{by_hand, "work"};
    s.spawn("work", work(by_hand));
    auto ended = co_await s.join();
    std::printf("below: %s; above: %s\n", by_hand.done() ? "ended" : "goes on", named.done() ? "ended" : "goes on");
    if (!ended) std::printf("%s\n", ended.error().detail.c_str());
}
// [end]

}  // namespace

core::task<> example(core::context& ctx) {
    co_await composed(ctx);
}
