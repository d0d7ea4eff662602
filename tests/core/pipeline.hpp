// tests/core/pipeline.hpp: what the tests of streams share.
// Thread: one.
// Owner: core_tests.
#pragma once

#include "core/generator.hpp"
#include "core/stream.hpp"
#include "tests/core/support.hpp"

#include <utility>
#include <vector>

namespace core_test {

using core::scope;
using core::stream;

/// From `from` to `to`, both of them.
inline core::generator<int> count(int from, int to) {
    for (int n = from; n <= to; ++n) co_yield n;
}

/// Runs `body(ctx, scope)` and joins the scope, whose outcome it gives.
template <class F>
result<> in_scope(test_loop& loop, F body) {
    return loop.run([](context& ctx, F f) -> task<result<>> {
        scope s{ctx, "pipeline"};
        co_await f(ctx, s);
        auto joined = co_await s.join();
        co_return joined;
    }(loop.ctx(), std::move(body)));
}

/// Reads all into `to`, in a task of its own, for streams that are to be read at the same time.
template <class T>
void read_into(scope& s, stream<T> items, std::vector<T>& to) {
    s.spawn("reads", [](context& ctx, stream<T> in, std::vector<T>& all) -> task<result<>> {
        auto over = co_await core::for_each(ctx, std::move(in), [&all](T item) { all.push_back(std::move(item)); });
        co_return over;
    }(s.ctx(), std::move(items), to));
}

}  // namespace core_test
