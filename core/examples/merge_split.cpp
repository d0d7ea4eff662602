// core/examples/merge_split.cpp: three streams into one, and that into the even and the odd.
// Thread: one.
// Owner: the program.
#include "core/examples/run.hpp"
#include "core/fan.hpp"

namespace {

// [merge_split]
core::task<> print(core::context& ctx, const char* what, core::stream<int> numbers) {
    auto over = co_await core::for_each(ctx, std::move(numbers), [what](int n) { std::printf("%s: %d\n", what, n); });
    if (!over) std::printf("%s ended early\n", what);
}

core::task<> sort_out(core::context& ctx) {
    core::scope s{ctx, "merge and split"};
    auto merged = core::merge(core::from(s, {1, 4, 7}), core::from(s, {2, 5, 8}), core::from(s, {3, 6, 9}));
    auto [even, odd] = core::split(std::move(merged), [](int n) { return n % 2 == 0; });
    s.spawn("even", print(s.ctx(), "even", std::move(even)));
    s.spawn("odd", print(s.ctx(), "odd", std::move(odd)));
    auto ended = co_await s.join();
    if (!ended) std::printf("%s\n", ended.error().detail.c_str());
}
// [end]

}  // namespace

core::task<> example(core::context& ctx) {
    co_await sort_out(ctx);
}
