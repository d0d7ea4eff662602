// tests/core/channel.cpp: what core/channel.hpp promises of order, waiting, closing and fairness.
// Thread: one.
// Owner: core_tests.
#include "core/channel.hpp"

#include "core/sleep.hpp"
#include "tests/core/channel.hpp"

#include <array>
#include <map>
#include <memory>
#include <numeric>
#include <vector>

using namespace core_test;

namespace {

task<> send_range(channel<int>& to, context& ctx, int first, int last) {
    for (int i = first; i <= last; ++i) {
        auto sent = co_await to.send(ctx, i);
        REQUIRE(sent);
    }
}

task<> receive_into(channel<int>& from, context& ctx, std::vector<int>& got) {
    while (auto value = co_await from.receive(ctx)) got.push_back(*value);
}

std::vector<int> range(int first, int last) {
    std::vector<int> all(static_cast<std::size_t>(last - first + 1));
    std::iota(all.begin(), all.end(), first);
    return all;
}

constexpr std::array<std::size_t, 7> capacities{0, 1, 2, 3, 7, 64, 200};

}  // namespace

TEST_CASE("C1, C3, C8: a receive from an empty channel waits and a send to a full one too") {
    for (const std::size_t capacity : capacities) {
        CAPTURE(capacity);
        test_loop loop;
        channel<int> c{capacity};
        CHECK(c.size() == 0);
        CHECK(c.capacity() == capacity);
        for (std::size_t i = 0; i < capacity; ++i) {
            auto sent = loop.spawn("sends", send(c, loop.ctx(), static_cast<int>(i)));
            loop.settle();
            CHECK(sent.done());
            CHECK(c.size() == i + 1);
        }
        auto waits = loop.spawn("waits", send(c, loop.ctx(), 1000));
        loop.settle();
        CHECK_FALSE(waits.done());
        CHECK(c.size() == capacity);  // who waits is not counted

        for (std::size_t i = 0; i < capacity; ++i) CHECK(*loop.run(receive(c, loop.ctx())) == static_cast<int>(i));
        CHECK(*loop.run(receive(c, loop.ctx())) == 1000);
        loop.settle();
        CHECK(waits.done());
        auto empty = loop.spawn("receives", receive(c, loop.ctx()));
        loop.settle();
        CHECK_FALSE(empty.done());
        REQUIRE(c.try_send(5));
        loop.settle();
        CHECK(empty.get().value() == 5);
    }
}

TEST_CASE("C2: without a buffer a send ends only when a receiver has the value") {
    for_seeds(1000, [](test_loop& loop) {
        channel<int> c{0};
        bool received = false;
        loop.spawn("sends", [](channel<int>& ch, context& ctx, const bool& has_it) -> task<> {
            auto sent = co_await ch.send(ctx, 1);
            CHECK(sent);
            CHECK(has_it);
        }(c, loop.ctx(), received));
        loop.settle();
        received = true;
        CHECK(c.try_receive().value() == 1);
        loop.settle();
        CHECK(loop.running() == 0);
    });
}

TEST_CASE("C4, C18: values arrive in the order of their sends and the loop over a channel ends when it is closed") {
    for (const std::size_t capacity : capacities) {
        CAPTURE(capacity);
        for_seeds(1000, [&](test_loop& loop) {
            channel<int> c{capacity};
            std::vector<int> got;
            loop.spawn("receives", receive_into(c, loop.ctx(), got));
            loop.run([](channel<int>& ch, context& ctx) -> task<> {
                co_await send_range(ch, ctx, 1, 100);
                CHECK(ch.close());
            }(c, loop.ctx()));
            loop.settle();
            CHECK(got == range(1, 100));
            CHECK(loop.running() == 0);
        });
    }
}

TEST_CASE("C5: of several senders and receivers each value comes exactly once and each sender's in order") {
    for (const std::size_t capacity : {std::size_t{0}, std::size_t{1}, std::size_t{10}}) {
        CAPTURE(capacity);
        for_seeds(1000, [&](test_loop& loop) {
            channel<int> c{capacity};
            const int each = loop.seed() <= 10 ? 1000 : 50;
            std::array<std::vector<int>, 4> got;
            for (auto& g : got) loop.spawn("receives", receive_into(c, loop.ctx(), g));
            for (int s = 0; s < 4; ++s) {
                loop.spawn("sends", send_range(c, loop.ctx(), s * each, s * each + each - 1));
            }
            loop.settle();
            CHECK(c.close());
            loop.settle();
            CHECK(loop.running() == 0);
            std::vector<int> all;
            for (auto& g : got) all.insert(all.end(), g.begin(), g.end());
            std::sort(all.begin(), all.end());
            CHECK(all == range(0, 4 * each - 1));
            for (auto& g : got) {
                for (int s = 0; s < 4; ++s) {
                    std::vector<int> of_one;
                    std::copy_if(g.begin(), g.end(), std::back_inserter(of_one), [&](int v) { return v / each == s; });
                    CHECK(std::is_sorted(of_one.begin(), of_one.end()));
                }
            }
        });
    }
}

TEST_CASE("C6: those who wait are served in the order they came") {
    for_seeds(1000, [](test_loop& loop) {
        channel<int> c{loop.random()() % 3};
        std::vector<test_loop::spawned<result<int>>> receivers;
        for (int i = 0; i < 10; ++i) {
            receivers.push_back(loop.spawn("receives", receive(c, loop.ctx())));
            loop.settle();
        }
        for (int i = 0; i < 10; ++i) REQUIRE(c.try_send(int{i}));
        loop.settle();
        for (int i = 0; i < 10; ++i) CHECK(receivers[static_cast<std::size_t>(i)].get().value() == i);

        std::vector<test_loop::spawned<result<>>> senders;
        for (int i = 0; i < 10; ++i) {
            senders.push_back(loop.spawn("sends", send(c, loop.ctx(), i)));
            loop.settle();
        }
        for (int i = 0; i < 10; ++i) {
            CHECK(c.try_receive().value() == i);
            loop.settle();
            const auto done = static_cast<std::size_t>(
                std::count_if(senders.begin(), senders.end(), [](auto& s) { return s.done(); }));
            CHECK(done == std::min<std::size_t>(10, static_cast<std::size_t>(i) + 1 + c.capacity()));
        }
    });
}

TEST_CASE("C7: a value handed to one who waits can't be stolen before he has run") {
    test_loop loop;
    channel<int> c{4};
    auto first = loop.spawn("receives", receive(c, loop.ctx()));
    loop.settle();
    CHECK(c.try_send(1));
    CHECK(c.size() == 0);
    CHECK(c.try_receive().error().code == errc::empty);
    auto second = loop.spawn("receives", receive(c, loop.ctx()));
    loop.settle();
    CHECK(first.get().value() == 1);
    CHECK_FALSE(second.done());
    CHECK(c.close());
    loop.settle();
}

TEST_CASE("C9: try_send and try_receive never wait and tell full from empty from closed") {
    test_loop loop;
    SUBCASE("with a buffer") {
        channel<std::unique_ptr<int>> c{1};
        CHECK(c.try_receive().error().code == errc::empty);
        CHECK(c.try_send(std::make_unique<int>(1)));
        auto kept = std::make_unique<int>(2);
        CHECK(c.try_send(std::move(kept)).error().code == errc::full);
        CHECK(kept != nullptr);  // not sent, so not moved
        CHECK(**c.try_receive() == 1);
        CHECK(c.close());
        CHECK(c.try_send(std::move(kept)).error().code == errc::closed);
        CHECK(kept != nullptr);
        CHECK(c.try_receive().error().code == errc::closed);
    }
    SUBCASE("without one it takes a partner who waits") {
        channel<int> c{0};
        CHECK(c.try_send(1).error().code == errc::full);
        CHECK(c.try_receive().error().code == errc::empty);
        auto receiver = loop.spawn("receives", receive(c, loop.ctx()));
        loop.settle();
        CHECK(c.try_send(1));
        CHECK(c.try_send(2).error().code == errc::full);
        loop.settle();
        CHECK(receiver.get().value() == 1);
        auto sender = loop.spawn("sends", send(c, loop.ctx(), 3));
        loop.settle();
        CHECK(c.size() == 0);
        CHECK(c.try_receive().value() == 3);
        CHECK(c.try_receive().error().code == errc::empty);
        loop.settle();
        CHECK(sender.get());
    }
}

TEST_CASE("C11, C14, C15: after close what is buffered can be received and then it is closed again and again") {
    for (const std::size_t n : {std::size_t{0}, std::size_t{1}, std::size_t{10}}) {
        CAPTURE(n);
        test_loop loop;
        channel<int> c{10};
        for (std::size_t i = 0; i < n; ++i) CHECK(c.try_send(static_cast<int>(i)));
        CHECK_FALSE(c.closed());
        CHECK(c.close());
        CHECK(c.closed());
        CHECK(c.try_send(1).error().code == errc::closed);
        CHECK(loop.run(send(c, loop.ctx(), 1)).error().code == errc::closed);
        for (std::size_t i = 0; i < n; ++i) CHECK(*loop.run(receive(c, loop.ctx())) == static_cast<int>(i));
        for (int i = 0; i < 3; ++i) CHECK(loop.run(receive(c, loop.ctx())).error().code == errc::closed);
        CHECK(c.close().error().code == errc::closed);
    }
}

TEST_CASE("C12, C13: close ends all who wait with closed") {
    for_seeds(1000, [](test_loop& loop) {
        channel<int> c{loop.random()() % 2};
        std::vector<test_loop::spawned<result<int>>> receivers;
        receivers.reserve(10);
        for (int i = 0; i < 10; ++i) receivers.push_back(loop.spawn("receives", receive(c, loop.ctx())));
        loop.settle();
        CHECK(c.close());
        loop.settle();
        for (auto& r : receivers) CHECK(r.get().error().code == errc::closed);

        channel<int> full{loop.random()() % 2};
        const bool has_one = full.try_send(0).has_value();
        std::vector<test_loop::spawned<result<>>> senders;
        for (int i = 1; i <= 3; ++i) senders.push_back(loop.spawn("sends", send(full, loop.ctx(), i)));
        loop.settle();
        CHECK(full.close());
        if (has_one) CHECK(full.try_receive().value() == 0);
        CHECK(full.try_receive().error().code == errc::closed);  // what they wanted to send is nowhere
        loop.settle();
        for (auto& s : senders) CHECK(s.get().error().code == errc::closed);
    });
}

TEST_CASE("C25: tasks that never have to wait don't keep others from running") {
    for_seeds(1000, [](test_loop& loop) {
        const auto full_of_work = [](channel<int>& c, context& ctx, const bool& stop) -> task<> {
            while (!stop) {
                auto sent = co_await c.send(ctx, 1);
                CHECK(sent);
                auto got = co_await c.receive(ctx);
                CHECK(got);
            }
        };
        const auto fails_at_once = [](channel<int>& c, context& ctx, const bool& stop) -> task<> {
            while (!stop) {
                auto got = co_await c.receive(ctx);
                CHECK_FALSE(got);
            }
        };
        channel<int> c{8};
        channel<int> closed{8};
        CHECK(closed.close());
        bool stop = false;
        int count = 0;
        loop.spawn("works", full_of_work(c, loop.ctx(), stop));
        loop.spawn("works", full_of_work(c, loop.ctx(), stop));
        loop.spawn("fails", fails_at_once(closed, loop.ctx(), stop));
        loop.spawn("counts", [](context& ctx, int& n, bool& over) -> task<> {
            for (; n < 5; ++n) {
                auto slept = co_await core::yield(ctx);
                CHECK(slept);
            }
            over = true;
        }(loop.ctx(), count, stop));
        loop.settle();
        CHECK(count == 5);
        CHECK(loop.running() == 0);
    });
}

TEST_CASE("two who throw a ball don't keep a third from running") {
    test_loop loop;
    channel<int> ping{0};
    channel<int> pong{0};
    int balls = 0;
    loop.spawn("ping", [](channel<int>& out, channel<int>& in, context& ctx, int& n) -> task<> {
        while (auto sent = co_await out.send(ctx, n)) {
            auto got = co_await in.receive(ctx);
            CHECK(*got == n++);
        }
    }(ping, pong, loop.ctx(), balls));
    loop.spawn("pong", [](channel<int>& in, channel<int>& out, context& ctx) -> task<> {
        while (auto got = co_await in.receive(ctx)) {
            auto sent = co_await out.send(ctx, *got);
            CHECK(sent);
        }
    }(ping, pong, loop.ctx()));
    auto counted = loop.spawn("counts", [](context& ctx) -> task<int> {
        int n = 0;
        for (; n < 1000; ++n) {
            auto slept = co_await core::yield(ctx);
            CHECK(slept);
        }
        co_return n;
    }(loop.ctx()));
    loop.run_until([&] { return counted.done(); });
    CHECK(balls > 100);
    CHECK(ping.close());
    loop.settle();
    CHECK(loop.running() == 0);
}

TEST_CASE("an unbounded channel never makes a sender wait and gives all in order") {
    test_loop loop;
    channel<int> c{channel<int>::unbounded};
    for (int i = 0; i < 100'000; ++i) REQUIRE(c.try_send(int{i}));
    CHECK(c.size() == 100'000);
    for (int i = 0; i < 100'000; ++i) REQUIRE(*c.try_receive() == i);
}

TEST_CASE("a channel at rest keeps no memory, and is a channel as before") {
    core::test_loop loop;
    core::channel<std::string> ch{core::channel<std::string>::unbounded};
    const std::size_t before = tertulia::test::heap_bytes();
    for (int i = 0; i < 1'000; ++i) CHECK(ch.try_send("x"));
    ch.rest();  // not empty: it keeps what is in it
    for (int i = 0; i < 1'000; ++i) CHECK(ch.try_receive().value() == "x");
    CHECK(tertulia::test::heap_bytes() > before + 10'000);
    ch.rest();
    CHECK(tertulia::test::heap_bytes() < before + 1'000);
    CHECK(ch.try_send("y"));
    CHECK(ch.try_receive().value() == "y");
}
