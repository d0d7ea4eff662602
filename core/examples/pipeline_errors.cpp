// core/examples/pipeline_errors.cpp: errors are values that pass the stages behind, each in its place.
// Thread: one.
// Owner: the program.
#include "core/examples/run.hpp"
#include "core/stages.hpp"

#include <string>

namespace {

// [pipeline_errors]
core::result<int> doubled(int n) {
    if (n < 0) return core::fail(core::errc::failed, "a negative number: " + std::to_string(n));
    return n * 2;
}

core::result<int> plus_one(int n) {
    if (n > 10) return core::fail(core::errc::failed, "too large: " + std::to_string(n));
    return n + 1;
}

core::task<> both(core::context& ctx) {
    core::scope s{ctx, "errors"};
    auto items = core::from(s, {1, 2, -3, 4, 6}) | core::and_then(doubled) | core::and_then(plus_one);
    auto over = co_await core::for_each(ctx, std::move(items), [](const core::result<int>& item) {
        if (item) std::printf("value: %d\n", *item);
        if (!item) std::printf("error: %s\n", item.error().detail.c_str());
    });
    auto ended = co_await s.join();
    if (!over || !ended) std::printf("it did not end well\n");
}
// [end]

}  // namespace

core::task<> example(core::context& ctx) {
    co_await both(ctx);
}
