// core/batch.hpp: items of a stream gathered by number and by time.
// Thread: the scope's scheduler.
// Owner: the stream's scope runs it.
#pragma once

#include "core/stream.hpp"

namespace core {

namespace detail {

/// Receives until `items` has `size` of them or `until` ends. @return how the stream ended, where it has
template <class T>
task<std::optional<error>> gather(context& until, stream<T>& in, std::vector<T>& items, std::size_t size) {
    while (items.size() < size) {
        auto next = co_await in.receive(until);
        if (next) {
            items.push_back(std::move(*next));
        } else if (until.done()) {
            break;  // the time is over; what else there is shows at the next step
        } else {
            co_return std::optional<error>{next.error()};
        }
    }
    co_return std::optional<error>{};
}

template <class T>
task<> batched(context& ctx, stream<T> in, writer<std::vector<T>> out, std::size_t size, std::optional<duration> wait) {
    while (!out.closed()) {
        auto first = co_await in.receive(ctx);
        if (!first) co_return out.end(first.error());
        std::vector<T> items;
        items.reserve(size);
        items.push_back(std::move(*first));
        std::optional<error> ended;
        if (wait) {
            timed_context until{ctx, *wait};
            ended = co_await gather(until, in, items, size);
        } else {
            ended = co_await gather(ctx, in, items, size);
        }
        auto sent = co_await out.send(ctx, std::move(items));
        if (ended) co_return out.end(*ended);
        if (!sent) co_return;
    }
}

}  // namespace detail

/// Vectors of `size` items (at least 1), in order; what is left at the stream's end comes as a smaller one.
[[nodiscard]] inline auto batch(std::size_t size) {
    return [size]<class T>(stream<T> in) {
        return stage<std::vector<T>>("batch", 0, detail::batched<T>, std::move(in), size, std::optional<duration>{});
    };
}

/// The same, and none is older than `wait` when it is offered: that long after its first item it goes, full or not.
[[nodiscard]] inline auto batch(std::size_t size, duration wait) {
    return [size, wait]<class T>(stream<T> in) {
        return stage<std::vector<T>>("batch", 0, detail::batched<T>, std::move(in), size, std::optional{wait});
    };
}

}  // namespace core
