// tests/core/select.cpp: what core/select.hpp promises: one case happens, the others leave no trace.
// Thread: one.
// Owner: core_tests.
#include "core/select.hpp"

#include "core/sleep.hpp"
#include "tests/core/channel.hpp"

#include <algorithm>
#include <array>
#include <deque>
#include <memory>
#include <set>
#include <vector>

using namespace core_test;
using core::receive_case;
using core::select;
using core::send_case;
using core::timer_case;
using core::try_select;

namespace {

task<> send_range(channel<int>& to, context& ctx, int first, int last) {
    for (int i = first; i <= last; ++i) {
        auto sent = co_await to.send(ctx, i);
        CHECK(sent);
    }
}

/// Selects over two channels until it has `n` values.
task<> receive_from_two(channel<int>& a, channel<int>& b, context& ctx, std::size_t n, std::vector<int>& got) {
    receive_case from_a{a};
    receive_case from_b{b};
    while (got.size() < n) {
        auto which = co_await select(ctx, from_a, from_b);
        REQUIRE(which);
        auto value = *which == 0 ? from_a.value() : from_b.value();
        got.push_back(*value);
    }
}

task<result<std::size_t>> select_one(channel<int>& a, channel<int>& b, context& ctx, int& got) {
    receive_case from_a{a};
    receive_case from_b{b};
    auto which = co_await select(ctx, from_a, from_b);
    if (which) got = (*which == 0 ? from_a.value() : from_b.value()).value_or(-1);
    co_return which;
}

task<result<std::size_t>> select_nothing(context& ctx) {
    auto which = co_await select(ctx);
    co_return which;
}

}  // namespace

TEST_CASE("S1: a value that is offered to four channels arrives in one") {
    for_seeds(1000, [](test_loop& loop) {
        std::deque<channel<int>> all;
        for (int i = 0; i < 4; ++i) all.emplace_back(loop.random()() % 2);
        std::vector<int> got;
        for (auto& c : all) {
            loop.spawn("receives", [](channel<int>& from, context& ctx, std::vector<int>& to) -> task<> {
                while (auto value = co_await from.receive(ctx)) to.push_back(*value);
            }(c, loop.ctx(), got));
        }
        loop.run([](std::deque<channel<int>>& to, context& ctx) -> task<> {
            send_case a{to[0]};
            send_case b{to[1]};
            send_case c{to[2]};
            send_case d{to[3]};
            for (int i = 0; i < 100; ++i) {
                a.offer(i);
                b.offer(i);
                c.offer(i);
                d.offer(i);
                auto which = co_await select(ctx, a, b, c, d);
                REQUIRE(which);
            }
            for (auto& ch : to) CHECK(ch.close());
        }(all, loop.ctx()));
        loop.settle();
        std::sort(got.begin(), got.end());
        REQUIRE(got.size() == 100);
        for (int i = 0; i < 100; ++i) CHECK(got[static_cast<std::size_t>(i)] == i);
    });
}

TEST_CASE("S2: a select over two receives loses nothing") {
    for (const std::size_t capacity : {std::size_t{0}, std::size_t{1}, std::size_t{1024}}) {
        CAPTURE(capacity);
        for_seeds(1000, [&](test_loop& loop) {
            const int each = loop.seed() <= 5 ? 10'000 : 50;
            channel<int> a{capacity};
            channel<int> b{capacity};
            std::vector<int> got;
            loop.spawn("a", send_range(a, loop.ctx(), 0, each - 1));
            loop.spawn("b", send_range(b, loop.ctx(), each, 2 * each - 1));
            loop.run(receive_from_two(a, b, loop.ctx(), static_cast<std::size_t>(2 * each), got));
            loop.settle();
            CHECK(std::set<int>(got.begin(), got.end()).size() == got.size());
            CHECK(a.size() + b.size() == 0);
        });
    }
}

TEST_CASE("S3: of several that are ready each is as likely") {
    test_loop loop{7};
    const auto fair = [&](auto... others) {
        channel<int> a{1};
        channel<int> b{1};
        const bool shut = loop.random()() % 2 == 0;
        std::array<int, 4> times{};
        receive_case from_a{a};
        receive_case from_b{b};
        if (shut) {
            CHECK(a.close());
            CHECK(b.close());
        }
        for (int i = 0; i < 10'000; ++i) {
            if (!shut) {
                (void)a.try_send(1);
                (void)b.try_send(1);
            }
            auto which = try_select(loop.ctx(), *others..., from_a, from_b);
            REQUIRE(which);
            ++times[*which];
        }
        CHECK(times[sizeof...(others)] >= 5000 - 245);
        CHECK(times[sizeof...(others)] <= 5000 + 245);
    };
    channel<int> never{0};
    receive_case first{never};
    send_case second{never, 1};
    for (int i = 0; i < 4; ++i) {
        fair();
        fair(&first, &second);
    }
}

TEST_CASE("a time that is used again counts from the beginning of each select") {
    test_loop loop;
    const auto begun = loop.now();
    loop.run([](context& ctx) -> task<> {
        timer_case late{ctx.on(), 5s};
        for (int i = 0; i < 3; ++i) {
            auto which = co_await select(ctx, late);
            CHECK(which);
        }
    }(loop.ctx()));
    CHECK(loop.now() == begun + 15s);
}

TEST_CASE("S4: where none is ready the first to become ready wins") {
    for_seeds(1000, [](test_loop& loop) {
        channel<int> a{0};
        channel<int> b{0};
        context other{loop.ctx()};
        bool came = false;
        auto waits = loop.spawn("waits",
                                [](channel<int>& x, channel<int>& y, context& ctx, context& o,
                                   bool& value_came) -> task<result<std::size_t>> {
                                    receive_case from_x{x};
                                    send_case to_y{y, 7};
                                    timer_case late{ctx.on(), 5s};
                                    core::done_case over{o};
                                    auto which = co_await select(ctx, from_x, to_y, late, over);
                                    if (which && *which == 0) value_came = from_x.value().has_value();
                                    if (which && *which == 1) CHECK(to_y.sent());
                                    co_return which;
                                }(a, b, loop.ctx(), other, came));
        loop.settle();
        CHECK_FALSE(waits.done());
        std::size_t wanted = loop.random()() % 5;
        const bool sent = wanted == 0;
        switch (wanted) {
            case 0: CHECK(a.try_send(1)); break;
            case 1: CHECK(b.try_receive().value() == 7); break;
            case 2: loop.advance(5s); break;
            case 3: other.cancel(); break;
            default: CHECK(a.close()); wanted = 0;
        }
        other.cancel();
        (void)a.close();
        loop.advance(10s);
        CHECK(waits.get().value() == wanted);
        CHECK(came == sent);
        CHECK(loop.timers() == 0);
        CHECK(b.try_receive().error().code == errc::empty);
    });
}

TEST_CASE("S5, S6: otherwise is taken only where nothing was ready at one moment") {
    for (int round = 0; round < 1000; ++round) {
        test_loop loop{static_cast<std::uint64_t>(round) + 1};
        channel<int> a{1};
        channel<int> b{1};
        CHECK(a.try_send(1));
        const bool by_close = round % 2 == 0;
        loop.spawn("moves", [](channel<int>& x, channel<int>& y, context& ctx, bool shut) -> task<> {
            auto slept = co_await core::yield(ctx);
            CHECK(slept);
            if (shut) {
                CHECK(y.close());
            } else {
                CHECK(y.try_send(2));
            }
            (void)x.try_receive();
        }(a, b, loop.ctx(), by_close));
        loop.spawn("looks", [](channel<int>& x, channel<int>& y, context& ctx) -> task<> {
            receive_case from_x{x};
            receive_case from_y{y};
            for (int i = 0; i < 100; ++i) {
                auto which = try_select(ctx, from_x, from_y);
                CHECK(which);
                if (which && *which == 0) CHECK(x.try_send(1));  // put back what it took
                if (which && *which == 1 && !y.closed()) CHECK(y.try_send(2));
                if (i % 10 == 0) {
                    auto slept = co_await core::yield(ctx);
                    CHECK(slept);
                }
            }
        }(a, b, loop.ctx()));
        loop.settle();
    }
    test_loop loop;
    channel<int> empty{1};
    receive_case none{empty};
    CHECK(try_select(loop.ctx(), none).error().code == errc::empty);
    CHECK(try_select(loop.ctx()).error().code == errc::empty);
    context ended{loop.ctx()};
    ended.cancel();
    CHECK(try_select(ended, none).error().code == errc::cancelled);
}

TEST_CASE("S7: without cases it waits for the end of its context") {
    test_loop loop;
    context asking{loop.ctx()};
    auto waits = loop.spawn("waits", select_nothing(asking));
    loop.settle();
    CHECK_FALSE(waits.done());
    asking.cancel();
    loop.settle();
    CHECK(waits.get().error().code == errc::cancelled);
}

TEST_CASE("S8: a case on a closed channel is ready with closed") {
    for_seeds(1000, [](test_loop& loop) {
        channel<int> shut{1};
        CHECK(shut.close());
        channel<int> good{1};
        CHECK(good.try_send(1));
        receive_case from{shut};
        send_case to{shut, 5};
        receive_case other{good};
        REQUIRE(try_select(loop.ctx(), from).value() == 0);
        CHECK(from.value().error().code == errc::closed);
        REQUIRE(try_select(loop.ctx(), to).value() == 0);
        CHECK(to.sent().error().code == errc::closed);
        CHECK(to.value() == 5);
        const auto which = try_select(loop.ctx(), from, other, to);
        REQUIRE(which);
        if (*which == 1) CHECK(other.value().value() == 1);
        if (*which != 1) CHECK(good.size() == 1);
    });
}

TEST_CASE("S9: one channel may stand in two cases and nobody receives from itself") {
    for_seeds(1000, [](test_loop& loop) {
        channel<int> c{0};
        int sent = 0;
        int received = 0;
        const auto plays = [](channel<int>& ch, context& ctx, int me, int& out, int& in) -> task<> {
            send_case to{ch};
            send_case to_too{ch};
            receive_case from{ch};
            receive_case from_too{ch};
            for (int i = 0; i < 20; ++i) {
                to.offer(me);
                to_too.offer(me);
                auto which = co_await select(ctx, to, from, to_too, from_too);
                if (!which) co_return;
                if (*which == 1) CHECK(from.value().value() != me);
                if (*which == 3) CHECK(from_too.value().value() != me);
                ++(*which % 2 == 0 ? out : in);
            }
        };
        loop.spawn("one", plays(c, loop.ctx(), 1, sent, received));
        loop.spawn("two", plays(c, loop.ctx(), 2, sent, received));
        loop.settle();
        CHECK(loop.running() == 0);
        CHECK(sent == 20);
        CHECK(received == 20);
        receive_case alone{c};
        send_case self{c, 3};
        CHECK(try_select(loop.ctx(), alone, self).error().code == errc::empty);
    });
}

TEST_CASE("S11: a case that lost is not served later") {
    for_seeds(1000, [](test_loop& loop) {
        channel<int> a{0};
        channel<int> b{0};
        int got = 0;
        auto waits = loop.spawn("selects", select_one(a, b, loop.ctx(), got));
        loop.settle();
        CHECK(b.try_send(2));
        CHECK(a.try_send(1).error().code == errc::full);  // at once, though it has not run yet
        auto sender = loop.spawn("sends", send(a, loop.ctx(), 3));
        loop.settle();
        CHECK(waits.get().value() == 1);
        CHECK(got == 2);
        CHECK_FALSE(sender.done());
        CHECK(a.try_receive().value() == 3);
        loop.settle();
        CHECK(sender.done());
    });
}

TEST_CASE("S11, C20: a select that is cancelled leaves no trace and nothing moved") {
    for_seeds(1000, [](test_loop& loop) {
        channel<int> a{0};
        channel<int> b{0};
        context asking{loop.ctx()};
        int got = 0;
        auto waits = loop.spawn("selects", select_one(a, b, asking, got));
        loop.settle();
        const bool first = loop.random()() % 2 == 0;
        if (first) CHECK(a.try_send(1));
        asking.cancel();
        CHECK(a.try_send(2).error().code == errc::full);
        CHECK(b.try_send(2).error().code == errc::full);
        loop.settle();
        CHECK(waits.get().has_value() == first);
        CHECK(got == (first ? 1 : 0));
    });
}
