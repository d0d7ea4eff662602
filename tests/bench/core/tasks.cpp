// tests/bench/core/tasks.cpp: tasks that come and go or wait, and contexts; each as in tests/bench/go/tasks.go.
// Thread: the caller's.
// Owner: main.cpp.
#include "core/asio_loop.hpp"
#include "core/channel.hpp"
#include "core/scope.hpp"
#include "core/sleep.hpp"
#include "tests/bench/core/bench.hpp"

#include <unistd.h>

#include <deque>
#include <fstream>
#include <vector>

namespace core_bench {

namespace {

using core::channel;
using core::context;
using core::scope;
using core::task;

double on_a_loop(task<> (*f)(context&, double&)) {
    const core::system_clock machine;
    core::asio_loop loop{machine};
    context root{loop};
    double figure = 0;
    auto ran = loop.run(f(root, figure));
    must(ran.has_value(), "the loop ended by an error");
    return figure;
}

/// The resident memory of this process, in bytes.
double resident() {
    std::ifstream statm{"/proc/self/statm"};
    double all = 0;
    double pages = 0;
    statm >> all >> pages;
    return pages * static_cast<double>(sysconf(_SC_PAGESIZE));
}

task<> nothing() {
    co_return;
}

task<> spawn_and_join(context& ctx, double& figure) {
    constexpr int n = 1'000'000;
    const stopwatch watch;
    for (int i = 0; i < n; ++i) {
        scope s{ctx, "one"};
        s.spawn("task", nothing());
        co_await s.join();
    }
    figure = watch.each(n);
}

task<> wait_for_ever(channel<int>& never, context& ctx) {
    auto got = co_await never.receive(ctx);
    must(!got, "something came");
}

task<> park(context& ctx, double& figure) {
    constexpr int n = 100'000;
    channel<int> never{0};
    scope s{ctx, "parked"};
    const double before = resident();
    for (int i = 0; i < n; ++i) s.spawn("waits", wait_for_ever(never, s.ctx()));
    auto turn = co_await core::yield(ctx);
    must(turn.has_value(), "no turn");
    figure = (resident() - before) / n;
    never.close();
    co_await s.join();
}

task<> make_and_cancel(context& ctx, double& figure) {
    constexpr int n = 5'000'000;
    const stopwatch watch;
    for (int i = 0; i < n; ++i) {
        context c{ctx};
        c.cancel();
        must(c.done(), "not done");
    }
    figure = watch.each(n);
    co_return;
}

task<> make_and_cancel_timed(context& ctx, double& figure) {
    constexpr int n = 5'000'000;
    const stopwatch watch;
    for (int i = 0; i < n; ++i) {
        core::timed_context c{ctx, std::chrono::hours{1}};
        c.cancel();
        must(c.done(), "not done");
    }
    figure = watch.each(n);
    co_return;
}

constexpr std::size_t crowd = 10'000;

task<> cancel_a_crowd(context& ctx, double& figure) {
    constexpr int rounds = 100;
    for (int r = 0; r < rounds; ++r) {
        context root{ctx};
        std::deque<context> children;
        for (std::size_t i = 0; i < crowd; ++i) children.emplace_back(root);
        const stopwatch watch;
        root.cancel();
        figure += watch.each(crowd * rounds);
    }
    co_return;
}

task<> cancel_those_who_wait(context& ctx, double& figure) {
    constexpr int rounds = 20;
    for (int r = 0; r < rounds; ++r) {
        channel<int> never{0};
        scope s{ctx, "crowd"};
        for (std::size_t i = 0; i < crowd; ++i) s.spawn("waits", wait_for_ever(never, s.ctx()));
        for (int i = 0; i < 3; ++i) {
            auto turn = co_await core::yield(ctx);
            must(turn.has_value(), "no turn");
        }
        const stopwatch watch;
        s.cancel();
        co_await s.join();
        figure += watch.each(crowd * rounds);
    }
}

}  // namespace

double spawn_join() {
    return on_a_loop(spawn_and_join);
}
double parked_task() {
    return on_a_loop(park);
}
double context_cancel() {
    return on_a_loop(make_and_cancel);
}
double context_timeout() {
    return on_a_loop(make_and_cancel_timed);
}
double cancel_children() {
    return on_a_loop(cancel_a_crowd);
}
double cancel_waiters() {
    return on_a_loop(cancel_those_who_wait);
}

}  // namespace core_bench
