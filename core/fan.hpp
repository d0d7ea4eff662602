// core/fan.hpp: one stream into several and several into one: fan_out, merge, split, round_robin, copy.
// Thread: the scope's scheduler.
// Owner: the stream's scope runs them.
#pragma once

#include "core/stream.hpp"

#include <algorithm>
#include <array>

namespace core {

namespace detail {

template <class T>
task<> forward(context& ctx, stream<T> in, writer<T> out) {
    while (!out.closed()) {
        auto item = co_await in.receive(ctx);
        if (!item) co_return out.end(item.error());
        auto sent = co_await out.send(ctx, std::move(*item));
        if (!sent) co_return;
    }
}

template <class T>
bool nobody_reads(const std::vector<writer<T>>& outs) {
    return std::all_of(outs.begin(), outs.end(), [](const writer<T>& w) { return w.closed(); });
}

template <class T>
void end_all(std::vector<writer<T>>& outs, const error& why) {
    for (writer<T>& w : outs) w.end(why);
}

template <class T, class P>
task<> split(context& ctx, stream<T> in, std::vector<writer<T>> outs, P yes) {
    while (!nobody_reads(outs)) {
        auto item = co_await in.receive(ctx);
        if (!item) co_return end_all(outs, item.error());
        writer<T>& to = outs[yes(std::as_const(*item)) ? 0 : 1];
        auto sent = co_await to.send(ctx, std::move(*item));
        if (!sent && ctx.done()) co_return;
    }
}

template <class T>
task<> round_robin(context& ctx, stream<T> in, std::vector<writer<T>> outs) {
    for (std::size_t turn = 0; !nobody_reads(outs);) {
        auto item = co_await in.receive(ctx);
        if (!item) co_return end_all(outs, item.error());
        for (bool sent = false; !sent && !nobody_reads(outs) && !ctx.done();) {
            writer<T>& to = outs[turn];
            turn = (turn + 1) % outs.size();
            if (to.closed()) continue;
            auto done = co_await to.send(ctx, *item);
            sent = done.has_value();
        }
    }
}

template <class T>
task<> copy(context& ctx, stream<T> in, std::vector<writer<T>> outs) {
    while (!nobody_reads(outs)) {
        auto item = co_await in.receive(ctx);
        if (!item) co_return end_all(outs, item.error());
        for (writer<T>& to : outs) {
            auto sent = co_await to.send(ctx, *item);
            if (!sent && ctx.done()) co_return;
        }
    }
}

/// Starts a stage with `n` outputs.
template <class T, class Body, class... Args>
std::vector<stream<T>> spread(const char* name, stream<T> in, std::size_t n, Body body, Args... args) {
    scope& s = in.in();
    std::vector<stream<T>> all;
    std::vector<writer<T>> outs;
    for (std::size_t i = 0; i < n; ++i) {
        auto [from, to] = pipe<T>(s);
        all.push_back(std::move(from));
        outs.push_back(std::move(to));
    }
    s.spawn(name, body(s.ctx(), std::move(in), std::move(outs), std::move(args)...));
    return all;
}

}  // namespace detail

/// `n` times the same operation, side by side: each item goes to one of them, to the first that is free.
template <class T, class Operation>
[[nodiscard]] auto fan_out(stream<T> in, std::size_t n, Operation op) {
    std::vector<decltype(in | op)> all;
    for (std::size_t i = 0; i < n; ++i) all.push_back(in | op);
    return all;
}

/// Fan-in: the items of all as they come, each stream's in its order. Ends when all have ended; with an error, at the
/// first that ends by it. `ins` is not empty.
template <class T>
[[nodiscard]] stream<T> merge(std::vector<stream<T>> ins) {
    scope& s = ins.front().in();
    auto [from, to] = pipe<T>(s);
    for (stream<T>& in : ins) s.spawn("merge", detail::forward<T>(s.ctx(), std::move(in), to));
    return std::move(from);
}
template <class T, std::same_as<stream<T>>... Others>
[[nodiscard]] stream<T> merge(stream<T> first, Others... others) {
    return merge(std::vector<stream<T>>{std::move(first), std::move(others)...});
}

/// First the items for which `yes(item)` holds, second the others. Both ends are to be read at the same time; what a
/// side would get that nobody reads any more is dropped.
template <class T, class P>
[[nodiscard]] std::array<stream<T>, 2> split(stream<T> in, P yes) {
    auto both =
        detail::spread(static_cast<const char*>("split"), std::move(in), 2, detail::split<T, P>, std::move(yes));
    return {std::move(both[0]), std::move(both[1])};
}

/// Each item to the next of `n` streams, in turn; passes by those that nobody reads any more. Waits for the one whose
/// turn it is.
template <class T>
[[nodiscard]] std::vector<stream<T>> round_robin(stream<T> in, std::size_t n) {
    return detail::spread("round_robin", std::move(in), n, detail::round_robin<T>);
}

/// Each item to all of `n` streams; the slowest reader sets the pace. For readers that may lag use a broadcast.
template <class T>
[[nodiscard]] std::vector<stream<T>> copy(stream<T> in, std::size_t n) {
    return detail::spread("copy", std::move(in), n, detail::copy<T>);
}

}  // namespace core
