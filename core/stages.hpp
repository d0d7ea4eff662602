// core/stages.hpp: stages of a pipeline that take one item at a time: map, filter, and_then, take, buffer, throttle.
// Thread: the scope's scheduler.
// Owner: the stream's scope runs them; a stage ends when its input ends, its reader goes, or its scope ends.
#pragma once

#include "core/rate_limit.hpp"
#include "core/sleep.hpp"
#include "core/stream.hpp"

#include <type_traits>

namespace core {

namespace detail {

/// What a step makes of an item: nothing, or what is passed on.
template <class U, class T, class Step>
task<> step_by_step(context& ctx, stream<T> in, writer<U> out, Step step) {
    while (!out.closed()) {  // also where it lets nothing through
        auto item = co_await in.receive(ctx);
        if (!item) co_return out.end(item.error());
        std::optional<U> made = step(std::move(*item));
        if (!made) continue;
        auto sent = co_await out.send(ctx, std::move(*made));
        if (!sent) co_return;
    }
}

template <class U, class Step, class T>
stream<U> stepwise(const char* name, stream<T> in, Step step, std::size_t capacity = 0) {
    return stage<U>(name, capacity, step_by_step<U, T, Step>, std::move(in), std::move(step));
}

template <class T>
struct carried {  // what a stream of values, or of results, carries
    using type = T;
};
template <class T>
struct carried<result<T>> {
    using type = T;
};

}  // namespace detail

/// Passes on `f(item)`, in order. An exception of `f` ends the scope.
template <class F>
[[nodiscard]] auto map(F f) {
    return [f = std::move(f)]<class T>(stream<T> in) mutable {
        using made = std::remove_cvref_t<std::invoke_result_t<F&, T>>;
        return detail::stepwise<made>("map", std::move(in), [f = std::move(f)](T item) mutable {
            return std::optional<made>{f(std::move(item))};
        });
    };
}

/// Passes on the items for which `p(item)` holds.
template <class P>
[[nodiscard]] auto filter(P p) {
    return [p = std::move(p)]<class T>(stream<T> in) mutable {
        return detail::stepwise<T>("filter", std::move(in), [p = std::move(p)](T item) mutable {
            return p(std::as_const(item)) ? std::optional<T>{std::move(item)} : std::nullopt;
        });
    };
}

/// Passes on the result `f(value)`; errors of the stages before pass by it, in their place in the order.
template <class F>
[[nodiscard]] auto and_then(F f) {
    return [f = std::move(f)]<class T>(stream<T> in) mutable {
        using made = std::invoke_result_t<F&, typename detail::carried<T>::type>;
        return detail::stepwise<made>("and_then", std::move(in), [f = std::move(f)](T item) mutable {
            if constexpr (std::is_same_v<typename detail::carried<T>::type, T>) {
                return std::optional<made>{f(std::move(item))};
            } else {
                if (!item) return std::optional<made>{tl::unexpected<error>(std::move(item).error())};
                return std::optional<made>{f(std::move(*item))};
            }
        });
    };
}

namespace detail {

template <class T>
task<> take_some(context& ctx, stream<T> in, writer<T> out, std::size_t n) {
    for (; n > 0; --n) {
        auto item = co_await in.receive(ctx);
        if (!item) co_return out.end(item.error());
        auto sent = co_await out.send(ctx, std::move(*item));
        if (!sent) co_return;
    }
}

template <class T>
task<> throttled(context& ctx, stream<T> in, writer<T> out, rate at_most) {
    rate_limit limit;
    while (!out.closed()) {
        auto item = co_await in.receive(ctx);
        if (!item) co_return out.end(item.error());
        while (const auto wait = limit.take(ctx.on().now(), at_most)) {
            auto slept = co_await sleep_for(ctx, *wait);
            if (!slept) co_return;
        }
        auto sent = co_await out.send(ctx, std::move(*item));
        if (!sent) co_return;
    }
}

}  // namespace detail

/// The first `n` items; what comes before it ends then.
[[nodiscard]] inline auto take(std::size_t n) {
    return [n]<class T>(stream<T> in) { return stage<T>("take", 0, detail::take_some<T>, std::move(in), n); };
}

/// Lets the stages before it be up to `n` items ahead.
[[nodiscard]] inline auto buffer(std::size_t n) {
    return [n]<class T>(stream<T> in) {
        return detail::stepwise<T>(
            "buffer", std::move(in), [](T item) { return std::optional<T>{std::move(item)}; }, n);
    };
}

/// Passes on no more than `at_most` allows; the others wait in front of it.
[[nodiscard]] inline auto throttle(rate at_most) {
    return [at_most]<class T>(stream<T> in) {
        return stage<T>("throttle", 0, detail::throttled<T>, std::move(in), at_most);
    };
}

}  // namespace core
