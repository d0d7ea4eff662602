// core/stream.hpp: a channel with two owners, its reading end and its writing end, of which either may go first.
// Thread: its scope's scheduler.
// Owner: the ends, shared; both are gone before the scope dies, where the stages that hold them run.
#pragma once

#include "core/channel.hpp"
#include "core/scope.hpp"

#include <concepts>
#include <initializer_list>
#include <memory>
#include <optional>
#include <ranges>
#include <utility>
#include <vector>

namespace core {

namespace detail {

/// What the two ends share.
template <class T>
struct passage {
    passage(scope& s, std::size_t capacity) : in(s), items(capacity) {}

    /// @param why nullptr: regularly
    void close(const error* why) {
        if (items.closed()) return;
        if (why != nullptr) cause = *why;
        static_cast<void>(items.close());
    }

    scope& in;
    channel<T> items;
    std::optional<error> cause{};
};

template <class T>
struct reading_end {
    explicit reading_end(std::shared_ptr<passage<T>> p) noexcept : to(std::move(p)) {}
    reading_end(const reading_end&) = delete;
    reading_end& operator=(const reading_end&) = delete;
    ~reading_end() { to->close(nullptr); }
    std::shared_ptr<passage<T>> to;
};

template <class T>
struct writing_end {
    explicit writing_end(std::shared_ptr<passage<T>> p) noexcept : to(std::move(p)) {}
    writing_end(const writing_end&) = delete;
    writing_end& operator=(const writing_end&) = delete;
    ~writing_end() {
        context& ctx = to->in.ctx();
        to->close(ctx.done() ? &ctx.why() : nullptr);  // who ends because its scope ends has not come to its end
    }
    std::shared_ptr<passage<T>> to;
};

}  // namespace detail

template <class T>
class stream;
template <class T>
class writer;
template <class T>
std::pair<stream<T>, writer<T>> pipe(scope& in, std::size_t capacity = 0);

/// The reading end. Copies read the same items, each of them once. When the last copy is gone the stream is closed: who
/// writes to it gets `closed` at its next item, ends, and lets go of what it reads itself. So a pipeline whose reader
/// has enough ends from below, stage by stage, at the latest with the next item that comes through.
template <class T>
class [[nodiscard]] stream {
public:
    using value_type = T;

    /// What receive() gives to co_await.
    class receive_awaiter {
    public:
        receive_awaiter(detail::passage<T>& of, context& ctx) : of_(of), inner_(of.items.receive(ctx)) {}
        bool await_ready() { return inner_.await_ready(); }
        auto await_suspend(std::coroutine_handle<> h) { return inner_.await_suspend(h); }
        [[nodiscard]] result<T> await_resume() {
            result<T> got = inner_.await_resume();
            if (!got && got.error().code == errc::closed && of_.cause) return tl::unexpected<error>(*of_.cause);
            return got;
        }

    private:
        detail::passage<T>& of_;
        decltype(std::declval<channel<T>&>().receive(std::declval<context&>())) inner_;
    };

    /// Waits for an item. Errors: closed, where all that wrote have come to their end; what else ended them (a
    /// cancelled scope says why); the context's own.
    [[nodiscard]] receive_awaiter receive(context& ctx) { return {*end_->to, ctx}; }

    /// Where its stages run.
    [[nodiscard]] scope& in() const noexcept { return end_->to->in; }

private:
    friend std::pair<stream<T>, writer<T>> pipe<T>(scope& in, std::size_t capacity);
    explicit stream(std::shared_ptr<detail::passage<T>> p)
        : end_(std::make_shared<detail::reading_end<T>>(std::move(p))) {}
    std::shared_ptr<detail::reading_end<T>> end_;
};

/// The writing end. Copies write to the same stream, which closes when the last of them is gone. Movable to where it is
/// used up, as a rule a stage's frame.
template <class T>
class [[nodiscard]] writer {
public:
    /// Waits until a reader takes it or there is a place. Errors: closed (nobody reads any more), or the context's.
    [[nodiscard]] auto send(context& ctx, T value) { return end_->to->items.send(ctx, std::move(value)); }
    /// Never waits. Errors: full, closed. `value` is moved from only where it was sent.
    result<> try_send(T&& value) { return end_->to->items.try_send(std::move(value)); }
    /// Whether nobody reads any more.
    [[nodiscard]] bool closed() const noexcept { return end_->to->items.closed(); }

    /// Lets go of it before it dies. With `closed` that is all; any other error is what the readers get behind the
    /// items that are under way, whoever else still writes. A second time it does nothing.
    void end(const error& why) {
        if (end_ != nullptr && why.code != errc::closed) end_->to->close(&why);
        end_.reset();
    }

private:
    friend std::pair<stream<T>, writer<T>> pipe<T>(scope& in, std::size_t capacity);
    explicit writer(std::shared_ptr<detail::passage<T>> p)
        : end_(std::make_shared<detail::writing_end<T>>(std::move(p))) {}
    std::shared_ptr<detail::writing_end<T>> end_;
};

/// Both ends of a new stream, to be unpacked: `auto [from, to] = core::pipe<int>(scope);`
/// @param capacity how many items may be under way; 0: a writer goes on when its item was taken
template <class T>
[[nodiscard]] std::pair<stream<T>, writer<T>> pipe(scope& in, std::size_t capacity) {
    auto p = std::make_shared<detail::passage<T>>(in, capacity);
    return {stream<T>{p}, writer<T>{p}};
}

/// Starts a stage: spawns `body(ctx, in, out, args…)`, a coroutine, into the scope of `in`, and gives what it writes.
template <class U, class T, class Body, class... Args>
stream<U> stage(const char* name, std::size_t capacity, Body body, stream<T> in, Args... args) {
    scope& s = in.in();
    auto [from, to] = pipe<U>(s, capacity);
    s.spawn(name, body(s.ctx(), std::move(in), std::move(to), std::move(args)...));
    return std::move(from);
}

/// `in | map(f) | filter(p)`: an operation is a function from a stream to whatever.
template <class T, class Operation>
requires std::invocable<Operation, stream<T>>
auto operator|(stream<T> in, Operation op) {
    return std::move(op)(std::move(in));
}

namespace detail {

/// What a container holds is ours and moved, what a view shows is another's.
template <class Range, class Item>
auto take_from(Item& item) {
    using item_type = std::ranges::range_value_t<Range>;
    if constexpr (std::ranges::view<Range>) {
        return item_type(item);
    } else {
        return item_type(std::move(item));
    }
}

template <class T, class Range>
task<> emit(context& ctx, writer<T> out, Range range) {
    for (auto&& item : range) {
        T one = take_from<Range>(item);
        auto sent = co_await out.send(ctx, std::move(one));
        if (!sent) co_return;
    }
}

}  // namespace detail

/// The items of a range (a container, a view, a generator), which it keeps; it is read no further than the stream is.
template <std::ranges::input_range Range>
[[nodiscard]] auto from(scope& in, Range range, std::size_t capacity = 0) {
    using item = std::ranges::range_value_t<Range>;
    auto [out, to] = pipe<item>(in, capacity);
    in.spawn("from", detail::emit<item, Range>(in.ctx(), std::move(to), std::move(range)));
    return std::move(out);
}
template <class T>
[[nodiscard]] stream<T> from(scope& in, std::initializer_list<T> items) {
    return from(in, std::vector<T>(items));
}

/// Calls `f(item)` for each, until the stream ends. Errors: what else ended it, or the context's.
template <class T, class F>
[[nodiscard]] task<result<>> for_each(context& ctx, stream<T> items, F f) {
    for (;;) {
        auto item = co_await items.receive(ctx);
        if (!item && item.error().code == errc::closed) co_return result<>{};
        if (!item) co_return result<>{tl::unexpected<error>(item.error())};
        f(std::move(*item));
    }
}

/// All items, once the stream has ended; a bounded one. Errors: as for_each, and then the items are lost.
template <class T>
[[nodiscard]] task<result<std::vector<T>>> collect(context& ctx, stream<T> items) {
    std::vector<T> all;
    auto ended = co_await for_each(ctx, std::move(items), [&all](T item) { all.push_back(std::move(item)); });
    if (!ended) co_return result<std::vector<T>>{tl::unexpected<error>(ended.error())};
    co_return result<std::vector<T>>{std::move(all)};
}

}  // namespace core
