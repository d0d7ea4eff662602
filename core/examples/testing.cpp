// core/examples/testing.cpp: a stream tested without waiting: in virtual time, under a hundred orders.
// Thread: one.
// Owner: the program.
#include "core/stages.hpp"
#include "core/test_loop.hpp"

#include <cstdio>

namespace {

// [testing]
core::stream<int> doubled(core::scope& s, std::vector<int> items) {
    return core::from(s, std::move(items)) | core::map([](int n) { return 2 * n; });
}

core::task<bool> gives_all(core::context& ctx) {
    core::timed_context soon{ctx, std::chrono::seconds{1}};  // a second that takes no time
    core::scope s{soon, "doubled"};
    auto items = doubled(s, {1, 2, 3, 4, 5});
    auto all = co_await core::collect(soon, std::move(items));
    auto ended = co_await s.join();
    const std::vector expected{2, 4, 6, 8, 10};
    co_return ended&& all&&* all == expected;
}

int failures() {
    int failed = 0;
    for (std::uint64_t seed = 1; seed <= 100; ++seed) {
        core::test_loop loop{seed};  // at its end every coroutine has ended, or it says which has not
        if (!loop.run(gives_all(loop.ctx()))) std::printf("it fails with seed %d\n", static_cast<int>(seed)), ++failed;
    }
    return failed;
}
// [end]

}  // namespace

int main() {
    const int failed = failures();
    std::printf("%d of 100 orders failed\n", failed);
    return failed == 0 ? 0 : 1;
}
