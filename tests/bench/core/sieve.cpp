// tests/bench/core/sieve.cpp: the prime sieve of channels, as in tests/bench/go/channels.go.
// Thread: the caller's.
// Owner: main.cpp.
#include "core/asio_loop.hpp"
#include "core/channel.hpp"
#include "core/scope.hpp"
#include "core/select.hpp"
#include "tests/bench/core/bench.hpp"

#include <deque>

namespace core_bench {

namespace {

using core::channel;
using core::context;
using core::task;

constexpr int primes = 2000;
constexpr int last_prime = 17'389;

/// A stage: passes on what `prime` doesn't divide.
task<> filter(channel<int>& in, channel<int>& out, int prime, context& ctx) {
    while (auto value = co_await in.receive(ctx)) {
        if (*value % prime == 0) continue;
        auto sent = co_await out.send(ctx, *value);
        if (!sent) co_return;
    }
}

task<> count_up(channel<int>& out, context& ctx) {
    for (int i = 2;; ++i) {
        auto sent = co_await out.send(ctx, i);
        if (!sent) co_return;
    }
}

/// The same where each wait is a select with the end of another context, as Go has to write it.
task<> filter_with_done(channel<int>& in, channel<int>& out, int prime, context& ctx, context& done) {
    core::receive_case from{in};
    core::send_case to{out};
    core::done_case over{done};
    for (;;) {
        auto got = co_await core::select(ctx, from, over);
        if (!got || *got == 1) co_return;
        const int value = *from.value();
        if (value % prime == 0) continue;
        to.offer(value);
        auto sent = co_await core::select(ctx, to, over);
        if (!sent || *sent == 1) co_return;
    }
}

task<> count_up_with_done(channel<int>& out, context& ctx, context& done) {
    core::send_case to{out};
    core::done_case over{done};
    for (int i = 2;; ++i) {
        to.offer(i);
        auto sent = co_await core::select(ctx, to, over);
        if (!sent || *sent == 1) co_return;
    }
}

task<> run_sieve(context& ctx, bool with_done, double& took_ms) {
    context done{ctx};
    core::scope stages{done, "sieve"};
    std::deque<channel<int>> all;
    const stopwatch watch;
    channel<int>* in = &all.emplace_back(0U);
    stages.spawn("counts", with_done ? count_up_with_done(*in, ctx, stages.ctx()) : count_up(*in, stages.ctx()));
    int last = 0;
    for (int i = 0; i < primes; ++i) {
        auto prime = co_await in->receive(ctx);
        last = *prime;
        channel<int>* out = &all.emplace_back(0U);
        stages.spawn("filters", with_done ? filter_with_done(*in, *out, last, ctx, stages.ctx())
                                          : filter(*in, *out, last, stages.ctx()));
        in = out;
    }
    took_ms = watch.each(1'000'000);
    must(last == last_prime, "no prime");
    stages.cancel();
    co_await stages.join();
}

double sieve(bool with_done) {
    const core::system_clock machine;
    core::asio_loop loop{machine};
    context root{loop};
    double took_ms = 0;
    auto ran = loop.run(run_sieve(root, with_done, took_ms));
    must(ran.has_value(), "the loop ended by an error");
    return took_ms;
}

}  // namespace

double sieve_plain() {
    return sieve(false);
}
double sieve_with_done() {
    return sieve(true);
}

}  // namespace core_bench
