// tests/bench/core/asio_main.cpp: the same programs with Asio's experimental channel, where it has what they need.
// Thread: main.
// Owner: script/bench core; by hand: build/release/tertulia-asio-bench [NAME…].
#include "tests/bench/core/bench.hpp"

#include <asio/awaitable.hpp>
#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/experimental/as_tuple.hpp>
#include <asio/experimental/channel.hpp>
#include <asio/io_context.hpp>
#include <asio/use_awaitable.hpp>

#include <deque>

namespace {

using asio::awaitable;
using core_bench::must;
using core_bench::stopwatch;
using channel = asio::experimental::channel<void(asio::error_code, int)>;
constexpr auto as_error = asio::experimental::as_tuple(asio::use_awaitable);

/// Runs `f(context, figure)` to its end.
template <class F>
double on_a_loop(F f) {
    asio::io_context io{1};
    double figure = 0;
    asio::co_spawn(io, f(io, figure), [](std::exception_ptr e) { must(e == nullptr, "an exception"); });
    io.run();
    return figure;
}

awaitable<void> send_some(channel& to, int n) {
    for (int i = 0; i < n; ++i) co_await to.async_send(asio::error_code{}, i, as_error);
}

awaitable<void> answer(channel& in, channel& out, int n) {
    for (int i = 0; i < n; ++i) {
        auto [failed, value] = co_await in.async_receive(as_error);
        if (failed) co_return;
        co_await out.async_send(asio::error_code{}, value, as_error);
    }
}

double pingpong() {
    return on_a_loop([](asio::io_context& io, double& figure) -> awaitable<void> {
        constexpr int rounds = 200'000;
        channel ping{io, 0};
        channel pong{io, 0};
        asio::co_spawn(io, answer(ping, pong, rounds), asio::detached);
        const stopwatch watch;
        for (int i = 0; i < rounds; ++i) {
            co_await ping.async_send(asio::error_code{}, i, as_error);
            auto [failed, value] = co_await pong.async_receive(as_error);
            must(!failed && value == i, "a ball was lost");
        }
        figure = watch.each(2 * rounds);
    });
}

template <std::size_t Capacity>
double stream() {
    return on_a_loop([](asio::io_context& io, double& figure) -> awaitable<void> {
        constexpr int n = 500'000;
        channel c{io, Capacity};
        const stopwatch watch;
        asio::co_spawn(io, send_some(c, n), asio::detached);
        long sum = 0;
        for (int i = 0; i < n; ++i) {
            auto [failed, value] = co_await c.async_receive(as_error);
            sum += failed ? 0 : value;
        }
        must(sum == static_cast<long>(n) * (n - 1) / 2, "a value was lost");
        figure = watch.each(n);
    });
}

double spawn_join() {
    return on_a_loop([](asio::io_context& io, double& figure) -> awaitable<void> {
        constexpr int n = 500'000;
        const stopwatch watch;
        for (int i = 0; i < n; ++i) {
            co_await asio::co_spawn(
                io, []() -> awaitable<void> { co_return; }(), asio::use_awaitable);
        }
        figure = watch.each(n);
    });
}

double fanin() {
    return on_a_loop([](asio::io_context& io, double& figure) -> awaitable<void> {
        constexpr int inputs = 100;
        constexpr int n = 2'000;
        channel out{io, 0};
        std::deque<channel> in;
        const stopwatch watch;
        for (int i = 0; i < inputs; ++i) {
            channel& c = in.emplace_back(io, 0U);
            asio::co_spawn(io, send_some(c, n), asio::detached);
            asio::co_spawn(io, answer(c, out, n), asio::detached);
        }
        for (int i = 0; i < inputs * n; ++i) {
            auto [failed, value] = co_await out.async_receive(as_error);
            must(!failed && value < n, "a value was lost");
        }
        figure = watch.each(std::size_t{inputs} * n);
    });
}

}  // namespace

int main(int count, char** names) {
    static constexpr core_bench::program all[] = {
        {"pingpong_unbuffered", "ns", pingpong},
        {"stream_unbuffered", "ns", stream<0>},
        {"stream_buffered_1024", "ns", stream<1024>},
        {"spawn_join", "ns", spawn_join},
        {"fanin_100", "ns", fanin},
    };
    return core_bench::run_named(all, count, names);
}
