// core/parallel.hpp: a stage that waits for several of its items at once: parallel, parallel_ordered.
// Thread: the scope's scheduler; to use several processors let `f` await a worker_pool.
// Owner: a scope of the stage's own, inside the stream's, in which the calls run.
#pragma once

#include "core/oneshot.hpp"
#include "core/stream.hpp"

#include <memory>

namespace core {

namespace detail {

template <class Task>
struct task_value;
template <class U>
struct task_value<task<U>> {
    using type = U;
};
template <class F, class T>
using awaited_t = typename task_value<std::invoke_result_t<F&, context&, T>>::type;

/// One of the coroutines that share the items.
template <class U, class T, class F>
task<result<>> work(context& ctx, stream<T> in, writer<U> out, F& f) {
    for (;;) {
        auto item = co_await in.receive(ctx);
        if (!item && item.error().code == errc::closed) co_return result<>{};
        if (!item) co_return result<>{tl::unexpected<error>(item.error())};
        U made = co_await f(ctx, std::move(*item));
        auto sent = co_await out.send(ctx, std::move(made));
        if (!sent) co_return sent;  // nobody reads any more: ends the others too
    }
}

template <class U, class T, class F>
task<result<>> unordered(context& ctx, stream<T> in, writer<U> out, std::size_t at_once, F f) {
    scope workers{ctx, "parallel"};
    for (std::size_t i = 0; i < at_once; ++i) workers.spawn("worker", work<U, T, F>(workers.ctx(), in, out, f));
    auto ended = co_await workers.join();
    if (ended) co_return ended;
    out.end(ended.error());
    if (ended.error().code != errc::failed) co_return result<>{};  // of the stream, and told to its reader
    co_return ended;
}

/// A place in the line of results.
template <class U>
using promised = std::shared_ptr<oneshot<U>>;

template <class U, class T, class F>
task<> fulfil(context& ctx, promised<U> to, T item, F& f) {
    U made = co_await f(ctx, std::move(item));
    to->set(std::move(made));
}

/// Starts a call for each item, once it has a place in the line.
template <class U, class T, class F>
task<> start_calls(scope& calls, stream<T> in, writer<promised<U>> line, F& f) {
    for (;;) {
        auto item = co_await in.receive(calls.ctx());
        if (!item) co_return line.end(item.error());
        auto place = std::make_shared<oneshot<U>>();
        auto sent = co_await line.send(calls.ctx(), place);
        if (!sent) co_return;
        calls.spawn("call", fulfil<U, T, F>(calls.ctx(), std::move(place), std::move(*item), f));
    }
}

template <class U, class T, class F>
task<result<>> ordered(context& ctx, stream<T> in, writer<U> out, std::size_t at_once, F f) {
    scope calls{ctx, "parallel_ordered"};
    {
        auto [line, to] = pipe<promised<U>>(calls, at_once - 1);  // and one that is waited for
        calls.spawn("starts calls", start_calls<U, T, F>(calls, std::move(in), std::move(to), f));
        for (;;) {
            auto next = co_await line.receive(calls.ctx());
            if (!next) {
                out.end(next.error());
                break;
            }
            auto made = co_await (*next)->wait(calls.ctx());
            if (!made) break;
            auto sent = co_await out.send(calls.ctx(), std::move(*made));
            if (!sent) break;
        }
    }
    calls.cancel();
    auto ended = co_await calls.join();
    if (!ended) out.end(ended.error());
    co_return ended;
}

}  // namespace detail

/// Passes on what `f(ctx, item)`, a task, gives, as it comes, with up to `at_once` (at least 1) of them under way.
/// Where its reader goes, those under way are cancelled as soon as one has something to give. An exception ends the
/// scope.
template <class F>
[[nodiscard]] auto parallel(std::size_t at_once, F f) {
    return [at_once, f = std::move(f)]<class T>(stream<T> in) mutable {
        using made = detail::awaited_t<F, T>;
        return stage<made>("parallel", 0, detail::unordered<made, T, F>, std::move(in), at_once, std::move(f));
    };
}

/// The same in the order of the items. What is done but waits for one before it counts as under way.
template <class F>
[[nodiscard]] auto parallel_ordered(std::size_t at_once, F f) {
    return [at_once, f = std::move(f)]<class T>(stream<T> in) mutable {
        using made = detail::awaited_t<F, T>;
        return stage<made>("parallel_ordered", 0, detail::ordered<made, T, F>, std::move(in), at_once, std::move(f));
    };
}

}  // namespace core
