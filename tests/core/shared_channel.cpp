// tests/core/shared_channel.cpp: what core/shared_channel.hpp promises, on two threads; under TSan as well.
// Thread: two loops, each on its own.
// Owner: core_tests.
#include "core/shared_channel.hpp"

#include "core/asio_loop.hpp"
#include "core/select.hpp"
#include "core/sleep.hpp"
#include "core/stop_flag.hpp"
#include "tests/core/support.hpp"

#include <atomic>
#include <deque>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

using namespace core_test;
using core::asio_loop;
using core::receive_case;
using core::send_case;
using core::shared_channel;

namespace {

const core::system_clock machine;

/// Runs what each function gives, on a loop and a thread of its own; false: one ended by an exception.
bool on_threads(const std::vector<std::function<task<>(context&)>>& all) {
    std::atomic<bool> well{true};
    std::vector<std::thread> threads;
    threads.reserve(all.size());
    for (const auto& f : all) {
        threads.emplace_back([&f, &well] {
            asio_loop loop{machine};
            context root{loop};
            if (!loop.run(f(root))) well = false;
        });
    }
    for (auto& t : threads) t.join();
    return well;
}

task<> send_range(shared_channel<int>& to, context& ctx, int first, int last, bool& well) {
    for (int i = first; i <= last; ++i) {
        auto sent = co_await to.send(ctx, i);
        well = well && sent.has_value();
    }
}

task<> receive_into(shared_channel<int>& from, context& ctx, std::vector<int>& got) {
    while (auto value = co_await from.receive(ctx)) got.push_back(*value);
}

/// A test loop that counts how often it is woken.
struct counting_loop final : core::scheduler {
    explicit counting_loop(const core::clock& time) : scheduler(time) {}
    void wake() noexcept override { ++wakes; }
    void turn() {
        turn_begins();
        while (core::job* j = take_ready()) resume(*j);
        turn_ends();
    }
    int wakes = 0;
};

}  // namespace

TEST_CASE("a channel across threads keeps the rules of one within a shard") {
    for_seeds(1000, [](test_loop& loop) {
        shared_channel<int> c{loop.random()() % 3};
        std::vector<int> got;
        bool well = true;
        loop.spawn("receives", receive_into(c, loop.ctx(), got));
        loop.run(send_range(c, loop.ctx(), 1, 50, well));
        CHECK(c.close());
        CHECK(c.close().error().code == errc::closed);
        loop.settle();
        CHECK(well);
        REQUIRE(got.size() == 50);
        CHECK(std::is_sorted(got.begin(), got.end()));
        CHECK(c.try_send(1).error().code == errc::closed);
        CHECK(c.try_receive().error().code == errc::closed);
        CHECK(loop.running() == 0);
    });
}

TEST_CASE("C5: of several threads each value comes exactly once") {
    for (const std::size_t capacity : {std::size_t{0}, std::size_t{1}, std::size_t{64}}) {
        CAPTURE(capacity);
        constexpr int each = 5'000;
        shared_channel<int> c{capacity};
        std::atomic<int> sending{2};
        std::vector<std::vector<int>> got(2);
        std::vector<std::function<task<>(context&)>> all;
        for (int s = 0; s < 2; ++s) {
            all.emplace_back([&c, &sending, s](context& ctx) -> task<> {
                return [](shared_channel<int>& to, context& on, int first, std::atomic<int>& left) -> task<> {
                    bool well = true;
                    co_await send_range(to, on, first, first + each - 1, well);
                    if (left.fetch_sub(1) == 1) to.close();
                }(c, ctx, s * each, sending);
            });
            all.emplace_back([&c, &to = got[static_cast<std::size_t>(s)]](context& ctx) -> task<> {
                return receive_into(c, ctx, to);
            });
        }
        CHECK(on_threads(all));
        std::vector<int> sum = got[0];
        sum.insert(sum.end(), got[1].begin(), got[1].end());
        std::sort(sum.begin(), sum.end());
        REQUIRE(sum.size() == 2 * each);
        for (int i = 0; i < 2 * each; ++i) CHECK(sum[static_cast<std::size_t>(i)] == i);
    }
}

TEST_CASE("C10: what is buffered can be taken though another thread closes just then") {
    constexpr int races = 10'000;
    std::deque<shared_channel<int>> all;
    for (int i = 0; i < races; ++i) REQUIRE(all.emplace_back(1U).try_send(7));
    // The two meet at each race, and neither begins the next before the other has ended this one.
    std::atomic<int> begun{0};
    std::atomic<int> closed{0};
    std::thread closes{[&] {
        for (int i = 0; i < races; ++i) {
            while (begun.load() <= i) std::this_thread::yield();
            all[static_cast<std::size_t>(i)].close();
            closed.store(i + 1);
        }
    }};
    int taken = 0;
    for (int i = 0; i < races; ++i) {
        begun.store(i + 1);
        taken += all[static_cast<std::size_t>(i)].try_receive().value_or(0) == 7 ? 1 : 0;
        while (closed.load() <= i) std::this_thread::yield();
    }
    closes.join();
    CHECK(taken == races);
}

TEST_CASE("C16: what was written before close is seen after it") {
    for (int i = 0; i < 100; ++i) {
        shared_channel<int> c{0};
        int plain = 0;
        int seen = 0;
        CHECK(on_threads({[&](context&) -> task<> {
                              return [](shared_channel<int>& ch, int& to) -> task<> {
                                  to = 7;
                                  ch.close();
                                  co_return;
                              }(c, plain);
                          },
                          [&](context& ctx) -> task<> {
                              return [](shared_channel<int>& ch, context& on, const int& from, int& to) -> task<> {
                                  auto got = co_await ch.receive(on);
                                  to = got ? -1 : from;
                              }(c, ctx, plain, seen);
                          }}));
        CHECK(seen == 7);
    }
}

TEST_CASE("C17: a channel of one guards plain data") {
    shared_channel<char> guard{1};
    int plain = 0;
    const auto adds = [&](context& ctx) -> task<> {
        return [](shared_channel<char>& g, context& on, int& to) -> task<> {
            for (int i = 0; i < 5'000; ++i) {
                auto mine = co_await g.send(on, 'x');
                if (!mine) co_return;
                ++to;
                auto free = g.try_receive();
                if (!free) co_return;
            }
        }(guard, ctx, plain);
    };
    CHECK(on_threads({adds, adds}));
    CHECK(plain == 10'000);
}

TEST_CASE("C26: each side resumes on its own thread") {
    for (const std::size_t capacity : {std::size_t{0}, std::size_t{2}}) {
        shared_channel<int> c{capacity};
        std::atomic<int> strangers{0};
        const auto check_here = [&strangers](std::thread::id home) {
            if (std::this_thread::get_id() != home) ++strangers;
        };
        CHECK(on_threads({[&](context& ctx) -> task<> {
                              return [](shared_channel<int>& to, context& on, auto check) -> task<> {
                                  const auto home = std::this_thread::get_id();
                                  for (int i = 0; i < 5'000; ++i) {
                                      auto sent = co_await to.send(on, i);
                                      check(home);
                                      if (!sent) co_return;
                                  }
                                  to.close();
                              }(c, ctx, check_here);
                          },
                          [&](context& ctx) -> task<> {
                              return [](shared_channel<int>& from, context& on, auto check) -> task<> {
                                  const auto home = std::this_thread::get_id();
                                  while (auto got = co_await from.receive(on)) check(home);
                                  check(home);
                              }(c, ctx, check_here);
                          }}));
        CHECK(strangers == 0);
    }
}

TEST_CASE("C27: ten thousand sends in one turn wake the other loop once") {
    core::manual_clock time;
    counting_loop sending{time};
    counting_loop receiving{time};
    context send_root{sending};
    context receive_root{receiving};
    shared_channel<int> c{shared_channel<int>::unbounded};
    std::vector<int> got;
    core::scope receivers{receive_root, "receives"};
    for (int i = 0; i < 100; ++i) receivers.spawn("receives", receive_into(c, receivers.ctx(), got));
    receiving.turn();
    CHECK(receiving.wakes == 0);
    core::scope senders{send_root, "sends"};
    bool well = true;
    senders.spawn("sends", send_range(c, senders.ctx(), 1, 10'000, well));
    sending.turn();
    CHECK(senders.running() == 0);
    CHECK(receiving.wakes == 1);
    CHECK(sending.wakes == 0);
    receiving.turn();
    CHECK(got.size() == 10'000);
    CHECK(c.close());
    receiving.turn();
    CHECK(receivers.running() == 0);
}

TEST_CASE("C21: across threads either the value has moved or the cancellation has won") {
    for (int round = 0; round < 300; ++round) {
        shared_channel<int> c{0};
        int sent = 0;
        std::vector<int> got;
        CHECK(on_threads({[&](context& ctx) -> task<> {
                              return [](shared_channel<int>& to, context& on, int& n) -> task<> {
                                  for (int i = 0; i < 20; ++i) {
                                      core::timed_context soon{on, std::chrono::microseconds{i * 3}};
                                      auto done = co_await to.send(soon, i);
                                      n += done ? 1 : 0;
                                  }
                                  to.close();
                              }(c, ctx, sent);
                          },
                          [&](context& ctx) -> task<> {
                              return [](shared_channel<int>& from, context& on, std::vector<int>& to) -> task<> {
                                  for (int i = 0;; ++i) {
                                      core::timed_context soon{on, std::chrono::microseconds{i % 50}};
                                      auto value = co_await from.receive(soon);
                                      if (value) to.push_back(*value);
                                      if (!value && value.error().code == errc::closed) co_return;
                                  }
                              }(c, ctx, got);
                          }}));
        CHECK(static_cast<int>(got.size()) == sent);
        CHECK(std::is_sorted(got.begin(), got.end()));
    }
}

TEST_CASE("S10: two selects on the same two channels in opposite order neither deadlock nor lose") {
    constexpr int rounds = 5'000;
    shared_channel<int> a{0};
    shared_channel<int> b{0};
    int sent = 0;
    int received = 0;
    const auto plays = [](shared_channel<int>& x, shared_channel<int>& y, context& ctx, int& out, int& in) -> task<> {
        send_case to{x};
        receive_case from{y};
        while (out + in < rounds) {
            to.offer(out);
            auto which = co_await core::select(ctx, to, from);
            if (!which || (*which == 0 && !to.sent()) || (*which == 1 && !from.value())) break;
            ++(*which == 0 ? out : in);
        }
        x.close();  // the other one may still want to
    };
    int one_out = 0;
    int one_in = 0;
    int two_out = 0;
    int two_in = 0;
    CHECK(on_threads({[&](context& ctx) { return plays(a, b, ctx, one_out, one_in); },
                      [&](context& ctx) { return plays(b, a, ctx, two_out, two_in); }}));
    sent = one_out + two_out;
    received = one_in + two_in;
    CHECK(sent == received);
    CHECK(one_out + one_in >= rounds - 1);
}

TEST_CASE("S1, S2: a select across threads over channels of both kinds loses and doubles nothing") {
    constexpr int each = 5'000;
    shared_channel<int> a{0};
    shared_channel<int> b{1};
    std::vector<int> got;
    bool well = true;
    CHECK(on_threads(
        {[&](context& ctx) { return send_range(a, ctx, 0, each - 1, well); },
         [&](context& ctx) -> task<> {
             return [](shared_channel<int>& x, shared_channel<int>& y, context& on, std::vector<int>& to) -> task<> {
                 core::channel<int> own{1};
                 bool sent_well = true;
                 core::scope s{on, "sends"};
                 s.spawn("b", send_range(y, s.ctx(), each, 2 * each - 1, sent_well));
                 receive_case from_x{x};
                 receive_case from_y{y};
                 receive_case from_own{own};
                 for (int i = 0; i < 2 * each + 1; ++i) {
                     if (i == each) (void)own.try_send(-1);
                     auto which = co_await core::select(on, from_x, from_own, from_y);
                     auto value = *which == 0 ? from_x.value() : *which == 1 ? from_own.value() : from_y.value();
                     to.push_back(*value);
                 }
                 auto joined = co_await s.join();
                 (void)joined;
             }(a, b, ctx, got);
         }}));
    std::sort(got.begin(), got.end());
    REQUIRE(got.size() == 2 * each + 1);
    for (int i = 0; i < 2 * each + 1; ++i) CHECK(got[static_cast<std::size_t>(i)] == i - 1);
}

TEST_CASE("X13: another thread sees the cause of a context whole or not yet") {
    for (int round = 0; round < 200; ++round) {
        core::manual_clock time;
        counting_loop loop{time};
        context ctx{loop};
        const core::stop_flag flag{ctx};
        std::string seen;
        std::thread polls{[&] {
            while (!flag.done()) {
            }
            seen = flag.why()->detail;
        }};
        ctx.cancel({errc::unavailable, "a cause that is long enough to be on the heap and to be seen half"});
        polls.join();
        CHECK(seen == "a cause that is long enough to be on the heap and to be seen half");
    }
    core::manual_clock time;
    counting_loop loop{time};
    context ctx{loop};
    const core::stop_flag open{ctx};
    CHECK(open.why() == nullptr);
    ctx.cancel();
    const core::stop_flag late{ctx};
    CHECK(late.why()->code == errc::cancelled);
}
