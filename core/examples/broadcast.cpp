// core/examples/broadcast.cpp: a ring of four, a reader that keeps up and one that does not.
// Thread: one.
// Owner: the program.
#include "core/broadcast.hpp"

#include "core/examples/run.hpp"
#include "core/scope.hpp"
#include "core/sleep.hpp"

namespace {

// [broadcast]
core::task<> read(core::context& ctx, core::broadcast<int>::subscription from, const char* who, core::duration pace) {
    for (;;) {
        auto item = co_await from.receive(ctx);
        if (!item) co_return;  // closed, and all read
        if (item->missed > 0) std::printf("%s missed %d\n", who, static_cast<int>(item->missed));
        std::printf("%s: %d\n", who, item->value);
        auto slept = co_await core::sleep_for(ctx, pace);
        if (!slept) co_return;
    }
}

core::task<> two_readers(core::context& ctx) {
    core::broadcast<int> news{4};
    core::scope s{ctx, "readers"};
    s.spawn("quick", read(s.ctx(), news.subscribe(), "quick", 0s));
    s.spawn("slow", read(s.ctx(), news.subscribe(), "slow", 1s));
    for (int n = 1; n <= 8; ++n) {
        auto sent = news.send(n);
        auto slept = co_await core::sleep_for(ctx, 10ms);
        if (!sent || !slept) break;
    }
    news.close();
    auto ended = co_await s.join();
    if (!ended) std::printf("%s\n", ended.error().detail.c_str());
}
// [end]

}  // namespace

core::task<> example(core::context& ctx) {
    co_await two_readers(ctx);
}
