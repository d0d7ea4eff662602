// tests/core/select_more.cpp: select's values, crowds, timers, priority, and channels that are none.
// Thread: one.
// Owner: core_tests.
#include "core/select.hpp"
#include "core/sleep.hpp"
#include "tests/core/channel.hpp"

#include <array>
#include <deque>
#include <memory>
#include <vector>

using namespace core_test;
using core::receive_case;
using core::select;
using core::send_case;
using core::timer_case;
using core::try_select;

namespace {

template <class View>
concept sends = requires(View v, context& ctx) {
    v.send(ctx, 1);
};
template <class View>
concept receives = requires(View v, context& ctx) {
    v.receive(ctx);
};

}  // namespace

TEST_CASE("S12: what is to be sent is made once, and a value is there only where its case was chosen") {
    test_loop loop;
    int made = 0;
    const auto make = [&] { return std::make_unique<int>(++made); };
    channel<std::unique_ptr<int>> a{1};
    channel<std::unique_ptr<int>> b{0};
    send_case to_a{a, make()};
    send_case to_b{b, make()};
    CHECK(made == 2);
    REQUIRE(try_select(loop.ctx(), to_a, to_b).value() == 0);
    CHECK(made == 2);
    REQUIRE(to_b.value());
    CHECK(**to_b.value() == 2);  // it stays for the next select
    CHECK(**a.try_receive() == 1);
}

TEST_CASE("S12: a value that came to a case and was not asked for dies with it") {
    test_loop loop;
    auto held = std::make_shared<int>(1);
    channel<std::shared_ptr<int>> c{2};
    CHECK(c.try_send(std::shared_ptr<int>{held}));
    CHECK(c.try_send(std::shared_ptr<int>{held}));
    {
        receive_case from{c};
        CHECK(try_select(loop.ctx(), from));
        CHECK(try_select(loop.ctx(), from));
        CHECK(held.use_count() == 2);
    }
    CHECK(held.use_count() == 1);
}

TEST_CASE("S13: the losers of a select over many are taken out in about linear time") {
    CHECK(growth(500, [](std::size_t n) {
              test_loop loop{1};
              std::deque<channel<int>> all;
              for (std::size_t i = 0; i < n; ++i) all.emplace_back(0U);
              std::deque<receive_case<channel<int>>> cases;
              std::vector<core::select_case*> pointers;
              for (auto& c : all) pointers.push_back(&cases.emplace_back(c));
              auto waits = loop.spawn(
                  "selects", [](context& ctx, const std::vector<core::select_case*>& of) -> task<result<std::size_t>> {
                      auto which = co_await select(ctx, std::span<core::select_case* const>{of});
                      co_return which;
                  }(loop.ctx(), pointers));
              loop.settle();
              const auto took = timed([&] {
                  CHECK(all[n / 2].try_send(7));
                  loop.settle();
              });
              CHECK(waits.get().value() == n / 2);
              CHECK(cases[n / 2].value().value() == 7);
              for (auto& c : all) CHECK(c.try_send(1).error().code == errc::full);
              return took;
          }) < about_linear);
}

TEST_CASE("S13: a crowd that selects on a channel does not slow it for others") {
    CHECK(growth(500, [](std::size_t n) {
              test_loop loop{1};
              channel<int> busy{0};
              channel<int> never{0};
              context crowd{loop.ctx()};
              for (std::size_t i = 0; i < n; ++i) {
                  loop.spawn("waits", [](channel<int>& a, channel<int>& b, context& ctx) -> task<> {
                      send_case to{a, 1};
                      receive_case from{b};
                      auto which = co_await select(ctx, to, from);
                      (void)which;
                  }(busy, never, crowd));
              }
              loop.settle();
              const auto took = timed([&] {
                  for (std::size_t i = 0; i < n; ++i) CHECK(busy.try_receive().value() == 1);
              });
              loop.settle();
              CHECK(loop.running() == 0);
              return took;
          }) < about_linear);
}

TEST_CASE("S14: of two sends on one channel each is chosen over time") {
    test_loop loop{7};
    channel<int> c{1};
    std::array<int, 2> times{};
    send_case zero{c};
    send_case one{c};
    for (int i = 0; i < 100; ++i) {
        zero.offer(0);
        one.offer(1);
        REQUIRE(try_select(loop.ctx(), zero, one));
        ++times[static_cast<std::size_t>(*c.try_receive())];
    }
    CHECK(times[0] > 10);
    CHECK(times[1] > 10);
}

TEST_CASE("S15: a message that comes together with the time is received or stays, and is never lost") {
    int late = 0;
    for_seeds(2000, [&](test_loop& loop) {
        channel<int> c{1};
        loop.spawn("sends", [](channel<int>& to, context& ctx) -> task<> {
            auto slept = co_await core::sleep_for(ctx, 1s);
            auto sent = co_await to.send(ctx, 7);
            CHECK(slept);
            CHECK(sent);
        }(c, loop.ctx()));
        const bool got = loop.run([](channel<int>& from, context& ctx) -> task<bool> {
            receive_case message{from};
            timer_case time{ctx.on(), 1s};
            auto which = co_await select(ctx, message, time);
            REQUIRE(which);
            if (*which == 0) CHECK(message.value().value() == 7);
            co_return *which == 0;
        }(c, loop.ctx()));
        loop.settle();
        CHECK(c.size() == (got ? 0 : 1));
        late += got ? 0 : 1;
        CHECK(loop.timers() == 0);
    });
    CHECK(late > 0);
}

TEST_CASE("S16: where asked for the case that stands first is chosen") {
    for_seeds(1000, [](test_loop& loop) {
        channel<int> c{1};
        CHECK(c.try_send(1));
        context done{loop.ctx()};
        done.cancel();
        auto which =
            loop.spawn("selects", [](channel<int>& from, context& ctx, context& o) -> task<result<std::size_t>> {
                core::done_case over{o};
                receive_case message{from};
                auto chosen = co_await core::select_first(ctx, over, message);
                co_return chosen;
            }(c, loop.ctx(), done));
        loop.settle();
        CHECK(which.get().value() == 0);
        CHECK(c.size() == 1);
    });
}

TEST_CASE("C19: a channel that is none is never ready, alone or in a select") {
    for_seeds(1000, [](test_loop& loop) {
        const core::receiver<int> none_in;
        const core::sender<int> none_out;
        CHECK_FALSE(none_in);
        CHECK(none_in.try_receive().error().code == errc::empty);
        CHECK(none_out.try_send(1).error().code == errc::full);
        channel<int> good{1};
        CHECK(good.try_send(1));
        receive_case never{none_in};
        send_case never_too{none_out, 1};
        receive_case ready{good};
        CHECK(try_select(loop.ctx(), never, never_too, ready).value() == 2);
        CHECK(ready.value().value() == 1);

        context asking{loop.ctx()};
        auto alone = loop.spawn("selects", [](context& ctx) -> task<result<std::size_t>> {
            receive_case from{core::receiver<int>{}};
            send_case to{core::sender<int>{}, 1};
            auto which = co_await select(ctx, from, to);
            co_return which;
        }(asking));
        auto receives = loop.spawn("receives", [](context& ctx) -> task<result<int>> {
            auto got = co_await core::receiver<int>{}.receive(ctx);
            co_return got;
        }(asking));
        auto sends = loop.spawn("sends", [](context& ctx) -> task<result<>> {
            auto sent = co_await core::sender<int>{}.send(ctx, 1);
            co_return sent;
        }(asking));
        loop.advance(1h);
        CHECK_FALSE(alone.done());
        CHECK_FALSE(receives.done());
        CHECK_FALSE(sends.done());
        asking.cancel();
        loop.settle();
        CHECK(alone.get().error().code == errc::cancelled);
        CHECK(receives.get().error().code == errc::cancelled);
        CHECK(sends.get().error().code == errc::cancelled);
    });
}

TEST_CASE("a view sends or receives and nothing else") {
    test_loop loop;
    channel<int> c{2};
    const core::sender out{c};
    const core::receiver in{c};
    CHECK(loop.run([](core::sender<int> to, context& ctx) -> task<result<>> {
        auto sent = co_await to.send(ctx, 1);
        co_return sent;
    }(out, loop.ctx())));
    CHECK(out.try_send(2));
    CHECK(loop.run([](core::receiver<int> from, context& ctx) -> task<result<int>> {
                  auto got = co_await from.receive(ctx);
                  co_return got;
              }(in, loop.ctx()))
              .value() == 1);
    CHECK(in.try_receive().value() == 2);
    CHECK(out.close());
    CHECK(c.closed());
    static_assert(sends<core::sender<int>> && !sends<core::receiver<int>>);
    static_assert(receives<core::receiver<int>> && !receives<core::sender<int>>);
}

TEST_CASE("a select that can never end is told with its cases") {
    test_loop loop;
    channel<int> jobs{0, "jobs"};
    loop.spawn("pump", [](channel<int>& c, context& ctx) -> task<> {
        receive_case from{c};
        core::done_case over{ctx};
        auto which = co_await select(ctx, from, over);
        CHECK_FALSE(which);
    }(jobs, loop.ctx()));
    CHECK_THROWS_WITH_AS(loop.run_until([] { return false; }),
                         "nothing is ready, no timer is set: test/pump waits in select of channel<int> "
                         "\"jobs\"::receive, the end of a context",
                         std::logic_error);
    loop.stop();
}
