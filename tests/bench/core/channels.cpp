// tests/bench/core/channels.cpp: values through channels, selects, a fan-in; each as in tests/bench/go/channels.go.
// Thread: the caller's; two where the name says so.
// Owner: main.cpp.
#include "core/asio_loop.hpp"
#include "core/channel.hpp"
#include "core/scope.hpp"
#include "core/select.hpp"
#include "core/semaphore.hpp"
#include "core/shared_channel.hpp"
#include "core/sleep.hpp"
#include "tests/bench/core/bench.hpp"

#include <deque>
#include <thread>

namespace core_bench {

namespace {

using core::channel;
using core::context;
using core::scope;
using core::task;

const core::system_clock machine;

/// Runs `f(ctx)` on a loop of its own and gives what it gives.
double on_a_loop(task<double> (*f)(context&)) {
    core::asio_loop loop{machine};
    context root{loop};
    double figure = 0;
    auto ran =
        loop.run([](task<double> work, double& to) -> task<> { to = co_await std::move(work); }(f(root), figure));
    must(ran.has_value(), "the loop ended by an error");
    return figure;
}

template <class Channel>
task<> send_all(Channel& to, context& ctx, int n) {
    for (int i = 0; i < n; ++i) {
        auto sent = co_await to.send(ctx, i);
        if (!sent) co_return;
    }
    to.close();
}

template <class Channel>
task<long> sum_of_all(Channel& from, context& ctx) {
    long sum = 0;
    while (auto value = co_await from.receive(ctx)) sum += *value;
    co_return sum;
}

task<double> play_pingpong(context& ctx) {
    constexpr int rounds = 500'000;
    channel<int> ping{0};
    channel<int> pong{0};
    scope s{ctx, "pingpong"};
    s.spawn("pong", [](channel<int>& in, channel<int>& out, context& c) -> task<> {
        while (auto value = co_await in.receive(c)) {
            auto sent = co_await out.send(c, *value);
            if (!sent) co_return;
        }
    }(ping, pong, s.ctx()));
    const stopwatch watch;
    for (int i = 0; i < rounds; ++i) {
        auto sent = co_await ping.send(ctx, i);
        auto got = co_await pong.receive(ctx);
        must(sent && got && *got == i, "a ball was lost");
    }
    const double took = watch.each(2 * rounds);
    ping.close();
    co_await s.join();
    co_return took;
}

task<double> stream(context& ctx, std::size_t capacity, int n) {
    channel<int> c{capacity};
    scope s{ctx, "stream"};
    const stopwatch watch;
    s.spawn("sends", send_all(c, s.ctx(), n));
    const long sum = co_await sum_of_all(c, ctx);
    must(sum == static_cast<long>(n) * (n - 1) / 2, "a value was lost");
    const double took = watch.each(static_cast<std::size_t>(n));
    co_await s.join();
    co_return took;
}

task<> send_some(channel<int>& to, context& ctx, int n) {
    for (int i = 0; i < n; ++i) {
        auto sent = co_await to.send(ctx, i);
        if (!sent) co_return;
    }
}

task<double> select_two_senders(context& ctx) {
    constexpr int n = 500'000;
    channel<int> a{0};
    channel<int> b{0};
    scope s{ctx, "select"};
    const stopwatch watch;
    s.spawn("a", send_some(a, s.ctx(), n));
    s.spawn("b", send_some(b, s.ctx(), n));
    core::receive_case from_a{a};
    core::receive_case from_b{b};
    long sum = 0;
    for (int i = 0; i < 2 * n; ++i) {
        auto which = co_await core::select(ctx, from_a, from_b);
        auto value = *which == 0 ? from_a.value() : from_b.value();
        sum += *value;
    }
    must(sum == static_cast<long>(n) * (n - 1), "a value was lost");
    const double took = watch.each(2 * n);
    co_await s.join();
    co_return took;
}

task<double> select_of_full_ones(context& ctx) {
    constexpr int rounds = 500;
    constexpr int full = 1024;
    channel<int> a{full};
    channel<int> b{full};
    core::receive_case from_a{a};
    core::receive_case from_b{b};
    double took = 0;
    for (int r = 0; r < rounds; ++r) {
        for (int i = 0; i < full; ++i) {
            a.try_send(int{i});
            b.try_send(int{i});
        }
        const stopwatch watch;
        long sum = 0;
        for (int i = 0; i < full; ++i) {
            auto which = co_await core::select(ctx, from_a, from_b);
            auto value = *which == 0 ? from_a.value() : from_b.value();
            sum += *value;
        }
        took += watch.each(full * rounds);
        must(sum >= 0, "no sum of these");
        while (a.try_receive()) {
        }
        while (b.try_receive()) {
        }
    }
    co_return took;
}

task<> pass_on(channel<int>& from, channel<int>& to, context& ctx, int& passing) {
    while (auto value = co_await from.receive(ctx)) {
        auto sent = co_await to.send(ctx, *value);
        if (!sent) break;
    }
    if (--passing == 0) to.close();
}

task<double> fan_in_of_hundred(context& ctx) {
    constexpr int inputs = 100;
    constexpr int n = 10'000;
    channel<int> out{0};
    std::deque<channel<int>> in;
    scope s{ctx, "fanin"};
    int passing = inputs;
    const stopwatch watch;
    for (int i = 0; i < inputs; ++i) {
        channel<int>& c = in.emplace_back(0U);
        s.spawn("sends", send_all(c, s.ctx(), n));
        s.spawn("passes", pass_on(c, out, s.ctx(), passing));
    }
    std::size_t got = 0;
    while (auto value = co_await out.receive(ctx)) ++got;
    must(got == std::size_t{inputs} * n, "a value was lost");
    const double took = watch.each(got);
    co_await s.join();
    co_return took;
}

task<double> semaphore_of_three(context& ctx) {
    constexpr int tasks = 10;
    constexpr int n = 100'000;
    core::semaphore permits{3};
    scope s{ctx, "semaphore"};
    const stopwatch watch;
    for (int t = 0; t < tasks; ++t) {
        s.spawn("works", [](core::semaphore& of, context& on) -> task<> {
            for (int i = 0; i < n; ++i) {
                auto mine = co_await of.acquire(on);
                auto turn = co_await core::yield(on);
                must(mine && turn, "no permit");
            }
        }(permits, s.ctx()));
    }
    co_await s.join();
    co_return watch.each(std::size_t{tasks} * n);
}

}  // namespace

double pingpong() {
    return on_a_loop(play_pingpong);
}
double stream_unbuffered() {
    return on_a_loop([](context& ctx) { return stream(ctx, 0, 1'000'000); });
}
double stream_buffered() {
    return on_a_loop([](context& ctx) { return stream(ctx, 1024, 4'000'000); });
}
double select_two() {
    return on_a_loop(select_two_senders);
}
double select_two_ready() {
    return on_a_loop(select_of_full_ones);
}
double fanin() {
    return on_a_loop(fan_in_of_hundred);
}
double semaphore_three_of_ten() {
    return on_a_loop(semaphore_of_three);
}

double stream_two_threads() {
    constexpr int n = 4'000'000;
    core::shared_channel<int> c{1024};
    const auto on_its_own = [](auto f) {
        core::asio_loop loop{machine};
        context root{loop};
        auto ran = loop.run(f(root));
        must(ran.has_value(), "a loop ended by an error");
    };
    long sum = 0;
    const stopwatch watch;
    std::thread sends{[&] { on_its_own([&](context& ctx) { return send_all(c, ctx, n); }); }};
    on_its_own([&](context& ctx) {
        return [](core::shared_channel<int>& from, context& on, long& to) -> task<> {
            to = co_await sum_of_all(from, on);
        }(c, ctx, sum);
    });
    const double took = watch.each(n);
    sends.join();
    must(sum == static_cast<long>(n) * (n - 1) / 2, "a value was lost");
    return took;
}

}  // namespace core_bench
