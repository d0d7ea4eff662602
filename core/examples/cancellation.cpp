// core/examples/cancellation.cpp: a worker is ended by hand, another by a deadline.
// Thread: one.
// Owner: the program.
#include "core/examples/run.hpp"
#include "core/sleep.hpp"
#include "core/stream.hpp"

#include <string>

namespace {

// [cancellation]
core::task<> count(core::context& ctx, core::writer<int> out) {
    for (int n = 0;; ++n) {
        auto sent = co_await out.send(ctx, n);
        if (!sent) break;
        auto slept = co_await core::sleep_for(ctx, 100ms);
        if (!slept) break;
    }
    std::printf("the worker ends: %s\n", std::string{core::to_string(ctx.why().code)}.c_str());
}

core::task<> by_hand(core::context& ctx) {
    core::scope s{ctx, "by hand"};
    auto [numbers, to] = core::pipe<int>(s);
    s.spawn("worker", count(s.ctx(), std::move(to)));
    for (int i = 0; i < 5; ++i) {
        auto n = co_await numbers.receive(ctx);
        if (n) std::printf("%d\n", *n);
    }
    s.cancel();
    auto ended = co_await s.join();  // no guess how long it may take to end
    if (!ended) std::printf("%s\n", ended.error().detail.c_str());
}

// [end]

// [timeout]
core::task<> by_deadline(core::context& ctx) {
    core::timed_context soon{ctx, 450ms};
    core::scope s{soon, "by deadline"};
    auto [numbers, to] = core::pipe<int>(s);
    s.spawn("worker", count(s.ctx(), std::move(to)));
    auto over = co_await core::for_each(ctx, std::move(numbers), [](int n) { std::printf("%d\n", n); });
    auto ended = co_await s.join();
    if (!over && ended) std::printf("the stream ends: %s\n", std::string{core::to_string(over.error().code)}.c_str());
}
// [end]

}  // namespace

core::task<> example(core::context& ctx) {
    co_await by_hand(ctx);
    co_await by_deadline(ctx);
}
