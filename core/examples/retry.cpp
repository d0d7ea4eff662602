// core/examples/retry.cpp: a service that answers at the third attempt.
// Thread: one.
// Owner: the program.
#include "core/retry.hpp"

#include "core/examples/run.hpp"

#include <random>

namespace {

// [retry]
core::task<core::result<int>> ask(core::context&, int& attempts) {
    if (++attempts < 3) co_return core::fail(core::errc::unavailable);
    co_return 7;
}

core::task<> until_it_answers(core::context& ctx) {
    std::mt19937_64 random{1};  // given, so that a test can give its own
    int attempts = 0;
    const core::retry_policy policy{.attempts = 5, .time = 10s};
    const auto once = [&attempts](core::context& c) { return ask(c, attempts); };
    auto answer = co_await core::retry(ctx, policy, random, once);
    if (answer) std::printf("%d, at attempt %d\n", *answer, attempts);
}
// [end]

}  // namespace

core::task<> example(core::context& ctx) {
    co_await until_it_answers(ctx);
}
