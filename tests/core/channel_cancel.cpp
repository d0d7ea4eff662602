// tests/core/channel_cancel.cpp: what core/channel.hpp promises of cancellation, and of the values it carries.
// Thread: one.
// Owner: core_tests.
#include "core/sleep.hpp"
#include "tests/core/channel.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

using namespace core_test;

namespace {

/// Counts how many of it live.
struct counted {
    explicit counted(int& living) : count(&living) { ++*count; }
    counted(counted&& other) noexcept : count(std::exchange(other.count, nullptr)) {}
    counted& operator=(counted&& other) noexcept {
        std::swap(count, other.count);
        return *this;
    }
    ~counted() {
        if (count != nullptr) --*count;
    }
    int* count;
};

struct nothing {};

/// As the widest registers want it; told where it is not.
struct alignas(32) wide {
    explicit wide(int n) : number(n) {}
    bool operator==(const wide& other) const {
        CHECK(reinterpret_cast<std::uintptr_t>(this) % alignof(wide) == 0);
        return number == other.number;
    }
    int number;
};

struct no_default {
    explicit no_default(int n) : number(n) {}
    int number;
};

template <class T, class Make>
void passes_whole(Make make) {
    for (const std::size_t capacity : {std::size_t{0}, std::size_t{2}}) {
        for_seeds(1000, [&](test_loop& loop) {
            channel<T> c{capacity};
            loop.spawn("sends", [](channel<T>& ch, context& ctx, Make one) -> task<> {
                for (int i = 0; i < 100; ++i) {
                    auto sent = co_await ch.send(ctx, one(i));
                    CHECK(sent);
                }
            }(c, loop.ctx(), make));
            loop.run([](channel<T>& ch, context& ctx, Make one) -> task<> {
                for (int i = 0; i < 100; ++i) {
                    auto got = co_await ch.receive(ctx);
                    REQUIRE(got);
                    if constexpr (std::equality_comparable<T>) CHECK(*got == one(i));
                }
            }(c, loop.ctx(), make));
            loop.settle();
        });
    }
}

}  // namespace

TEST_CASE("C23: a channel carries what has no default constructor or is large, empty, wide or can only be moved") {
    passes_whole<nothing>([](int) { return nothing{}; });
    passes_whole<wide>([](int i) { return wide{i}; });
    passes_whole<no_default>([](int i) { return no_default{i}; });
    passes_whole<std::string>([](int i) { return std::string(static_cast<std::size_t>(i), 'x'); });
    passes_whole<std::array<int, 256>>([](int i) {
        std::array<int, 256> kib{};
        kib.fill(i);
        return kib;
    });
    passes_whole<std::unique_ptr<int>>([](int) { return std::unique_ptr<int>{}; });
    passes_whole<std::optional<int>>([](int i) { return i % 2 == 0 ? std::optional<int>{} : std::optional<int>{i}; });

    test_loop loop;
    channel<std::unique_ptr<int>> c{1};
    CHECK(loop.run(send(c, loop.ctx(), std::make_unique<int>(7))));
    CHECK(*loop.run([](channel<std::unique_ptr<int>>& from, context& ctx) -> task<std::unique_ptr<int>> {
        auto got = co_await from.receive(ctx);
        co_return std::move(*got);
    }(c, loop.ctx())) == 7);
}

TEST_CASE("a channel carries results and errors among them stay values") {
    test_loop loop;
    channel<result<int>> c{1};
    auto waits =
        loop.spawn("receives", [](channel<result<int>>& from, context& ctx) -> task<std::optional<result<int>>> {
            auto got = co_await from.receive(ctx);
            co_return got ? std::optional<result<int>>{*got} : std::nullopt;
        }(c, loop.ctx()));
    loop.settle();
    CHECK(c.try_send(core::fail(errc::unavailable)));  // to one who waits
    loop.settle();
    REQUIRE(waits.get().has_value());
    CHECK(waits.get()->error().code == errc::unavailable);
    CHECK(c.try_send(core::fail(errc::unavailable)));  // and through the buffer
    auto got = c.try_receive();
    REQUIRE(got.has_value());
    CHECK(got->error().code == errc::unavailable);
}

TEST_CASE("C20: a wait ends with its context and its error and leaves nothing in the channel") {
    test_loop loop;
    channel<int> c{0};
    context asking{loop.ctx()};
    SUBCASE("a receive: the next sender waits still") {
        auto receiver = loop.spawn("receives", receive(c, asking));
        loop.settle();
        asking.cancel({errc::deadline, "late"});
        CHECK(c.try_send(1).error().code == errc::full);  // at once, though the receiver has not run yet
        loop.settle();
        REQUIRE(receiver.done());
        CHECK(receiver.get().error().code == errc::deadline);
        CHECK(receiver.get().error().detail == "late");
    }
    SUBCASE("a send: the next receiver finds nothing") {
        auto sender = loop.spawn("sends", send(c, asking, 1));
        loop.settle();
        asking.cancel();
        CHECK(c.try_receive().error().code == errc::empty);
        loop.settle();
        CHECK(sender.get().error().code == errc::cancelled);
    }
    SUBCASE("by its deadline: exactly then") {
        core::timed_context timed{asking, 5s};
        auto receiver = loop.spawn("receives", receive(c, timed));
        loop.advance(5s - 1ns);
        CHECK_FALSE(receiver.done());
        loop.advance(1ns);
        CHECK(receiver.get().error().code == errc::deadline);
    }
}

TEST_CASE("on an ended context nothing is sent or taken though it could be") {
    test_loop loop;
    channel<int> c{2};
    CHECK(c.try_send(1));
    context ended{loop.ctx()};
    ended.cancel();
    CHECK(loop.run(send(c, ended, 2)).error().code == errc::cancelled);
    CHECK(loop.run(receive(c, ended)).error().code == errc::cancelled);
    CHECK(c.size() == 1);
}

TEST_CASE("C21: either the value has moved or the cancellation has won, never both or neither") {
    for_seeds(2000, [](test_loop& loop) {
        channel<int> c{loop.random()() % 2};
        context sending{loop.ctx()};
        context receiving{loop.ctx()};
        auto sender = loop.spawn("sends", send(c, sending, 7));
        auto receiver = loop.spawn("receives", receive(c, receiving));
        const auto cancels = [](context& on, context& ch, int after) -> task<> {
            for (int i = 0; i < after; ++i) {
                auto slept = co_await core::yield(on);
                CHECK(slept);
            }
            ch.cancel();
        };
        const auto when = [&] { return static_cast<int>(loop.random()() % 3); };
        loop.spawn("cancels", cancels(loop.ctx(), sending, when()));
        loop.spawn("cancels", cancels(loop.ctx(), receiving, when()));
        loop.settle();
        REQUIRE(sender.done());
        REQUIRE(receiver.done());
        const bool buffered = c.try_receive().has_value();
        CHECK(sender.get().has_value() == (receiver.get().has_value() || buffered));
        CHECK_FALSE((receiver.get().has_value() && buffered));
    });
}

TEST_CASE("a cancellation between the hand-over and the resumption comes too late") {
    for_seeds(1000, [](test_loop& loop) {
        channel<int> c{0};
        context asking{loop.ctx()};
        auto receiver = loop.spawn("receives", receive(c, asking));
        loop.settle();
        CHECK(c.try_send(1));
        asking.cancel();
        loop.settle();
        CHECK(receiver.get().value() == 1);

        context telling{loop.ctx()};
        auto sender = loop.spawn("sends", send(c, telling, 2));
        loop.settle();
        CHECK(c.try_receive().value() == 2);
        telling.cancel();
        loop.settle();
        CHECK(sender.get());
    });
}

TEST_CASE("of close and cancellation the first one counts and the one who waits is resumed once") {
    for_seeds(1000, [](test_loop& loop) {
        channel<int> c{0};
        context asking{loop.ctx()};
        auto receiver = loop.spawn("receives", receive(c, asking));
        loop.settle();
        const bool close_first = loop.random()() % 2 == 0;
        if (close_first) CHECK(c.close());
        asking.cancel();
        if (!close_first) CHECK(c.close());
        loop.settle();
        CHECK(receiver.get().error().code == (close_first ? errc::closed : errc::cancelled));
    });
}

TEST_CASE("C22: one who gives up leaves the order and the room of the others as they were") {
    for_seeds(1000, [](test_loop& loop) {
        channel<int> c{3};
        std::array<context, 3> asking{context{loop.ctx()}, context{loop.ctx()}, context{loop.ctx()}};
        std::vector<test_loop::spawned<result<int>>> receivers;
        for (auto& ctx : asking) {
            receivers.push_back(loop.spawn("receives", receive(c, ctx)));
            loop.settle();
        }
        asking[1].cancel();
        CHECK(c.try_send(1));
        CHECK(c.try_send(2));
        loop.settle();
        CHECK(receivers[0].get().value() == 1);
        CHECK(receivers[1].get().error().code == errc::cancelled);
        CHECK(receivers[2].get().value() == 2);
        for (int i = 0; i < 3; ++i) CHECK(c.try_send(int{i}));
        CHECK(c.try_send(3).error().code == errc::full);

        std::array<context, 3> telling{context{loop.ctx()}, context{loop.ctx()}, context{loop.ctx()}};
        for (std::size_t i = 0; i < 3; ++i) {
            loop.spawn("sends", [](channel<int>& ch, context& ctx, int value) -> task<> {
                auto sent = co_await ch.send(ctx, value);
                CHECK(sent.has_value() == (value != 4));
            }(c, telling[i], static_cast<int>(3 + i)));
            loop.settle();
        }
        telling[1].cancel();
        for (const int value : {0, 1, 2, 3, 5}) CHECK(c.try_receive().value() == value);
        CHECK(c.try_receive().error().code == errc::empty);
        loop.settle();
    });
}

TEST_CASE("C24: every value dies once, wherever it was") {
    for_seeds(1000, [](test_loop& loop) {
        int living = 0;
        {
            channel<counted> c{5};
            context telling{loop.ctx()};
            for (int i = 0; i < 5; ++i) CHECK(c.try_send(counted{living}));
            CHECK(living == 5);
            CHECK(c.try_send(counted{living}).error().code == errc::full);
            CHECK(living == 5);
            for (int i = 0; i < 3; ++i) {
                loop.spawn("sends", [](channel<counted>& ch, context& ctx, int& alive) -> task<> {
                    auto sent = co_await ch.send(ctx, counted{alive});
                    CHECK_FALSE(sent);
                }(c, telling, living));
            }
            loop.settle();
            CHECK(living == 8);
            if (loop.random()() % 2 == 0) {
                telling.cancel();
            } else {
                CHECK(c.close());
            }
            loop.settle();
            CHECK(living == 5);
            CHECK(c.try_receive());
            CHECK(living == 4);
        }
        CHECK(living == 0);  // what was buffered goes with the channel
    });
}

TEST_CASE("a channel that dies under one who waits is a bug that is told") {
    CHECK(contains(last_words([] {
                       test_loop loop{1};
                       auto c = std::make_unique<channel<int>>(0);
                       auto got = loop.spawn("receives", receive(*c, loop.ctx()));
                       loop.settle();
                       c.reset();
                   }),
                   "receivers.empty()"));
    CHECK(contains(last_words([] {
                       test_loop loop{1};
                       auto c = std::make_unique<channel<int>>(0);
                       auto sent = loop.spawn("sends", send(*c, loop.ctx(), 1));
                       loop.settle();
                       c.reset();
                   }),
                   "senders.empty()"));
}

TEST_CASE("a cancelled crowd in one channel is let go in about linear time") {
    CHECK(growth(500, [](std::size_t n) {
              test_loop loop{1};
              channel<int> c{0};
              std::vector<std::unique_ptr<context>> asking;
              std::vector<test_loop::spawned<result<int>>> all;
              for (std::size_t i = 0; i < n; ++i) {
                  asking.push_back(std::make_unique<context>(loop.ctx()));
                  all.push_back(loop.spawn("receives", receive(c, *asking.back())));
              }
              loop.settle();
              const auto took = timed([&] {
                  for (auto& a : asking) a->cancel();  // one by one, each its own
                  loop.settle();
              });
              CHECK(loop.running() == 0);
              return took;
          }) < about_linear);
}
