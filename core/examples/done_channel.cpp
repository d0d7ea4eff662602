// core/examples/done_channel.cpp: a worker that ends when a channel is closed, without a context.
// Thread: one.
// Owner: the program.
#include "core/channel.hpp"
#include "core/examples/run.hpp"
#include "core/scope.hpp"
#include "core/select.hpp"
#include "core/sleep.hpp"

namespace {

struct nothing {};

// [done_channel]
core::task<> count(core::context& ctx, core::channel<nothing>& done, core::channel<int>& out) {
    core::receive_case ended{done};
    for (int n = 0;; ++n) {
        core::send_case next{out, n};
        auto which = co_await core::select(ctx, ended, next);
        if (!which || *which == 0) break;
        auto slept = co_await core::sleep_for(ctx, 100ms);
        if (!slept) break;
    }
    static_cast<void>(out.close());
    std::printf("the worker ends\n");
}
// [end]

}  // namespace

core::task<> example(core::context& ctx) {
    core::channel<nothing> done{0};
    core::channel<int> numbers{0};
    core::scope s{ctx, "done channel"};
    s.spawn("worker", count(s.ctx(), done, numbers));
    for (int i = 0; i < 5; ++i) {
        auto n = co_await numbers.receive(ctx);
        if (n) std::printf("%d\n", *n);
    }
    static_cast<void>(done.close());
    auto ended = co_await s.join();
    if (!ended) std::printf("%s\n", ended.error().detail.c_str());
}
