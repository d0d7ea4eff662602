// tests/core/broadcast.cpp: what core/broadcast.hpp promises.
// Thread: one.
// Owner: core_tests.
#include "core/broadcast.hpp"

#include "core/sleep.hpp"
#include "core/task.hpp"
#include "tests/core/support.hpp"

#include <memory>
#include <optional>
#include <vector>

using namespace core_test;
using core::broadcast;

namespace {

template <class T>
using got = result<typename broadcast<T>::received>;

template <class T>
task<got<T>> receive(typename broadcast<T>::subscription& from, context& ctx) {
    auto item = co_await from.receive(ctx);
    co_return item;
}

/// Reads to the end, at its own pace, and keeps what came and how many were missed.
struct reader {
    std::vector<int> items{};
    std::uint64_t missed = 0;

    task<> read(broadcast<int>::subscription from, context& ctx, core::duration pace) {
        for (;;) {
            auto item = co_await from.receive(ctx);
            if (!item) co_return;
            items.push_back(item->value);
            missed += item->missed;
            if (pace == 0s) continue;
            auto slept = co_await core::sleep_for(ctx, pace);
            CHECK(slept);
        }
    }
};

/// Counts how many of it live.
struct counted {
    explicit counted(int& n) : alive(std::shared_ptr<int>(&n, [](int* p) { --*p; })) { ++n; }
    std::shared_ptr<int> alive;
};

}  // namespace

TEST_CASE("R1: each subscriber gets every item from its subscription on, in order, once") {
    for_seeds(1'000, [](test_loop& loop) {
        broadcast<int> news{64};
        std::vector<std::unique_ptr<reader>> readers;
        for (int first = 0; first < 3; ++first) {
            readers.push_back(std::make_unique<reader>());
            loop.spawn("reads", readers.back()->read(news.subscribe(), loop.ctx(), 0s));
            for (int n = 0; n < 10; ++n) CHECK(news.send(10 * first + n));
            if (loop.random()() % 2 == 0) loop.settle();
        }
        news.close();
        loop.settle();
        for (int first = 0; first < 3; ++first) {
            const reader& r = *readers[static_cast<std::size_t>(first)];
            CHECK(r.missed == 0);
            REQUIRE(r.items.size() == static_cast<std::size_t>(30 - 10 * first));
            for (std::size_t i = 0; i < r.items.size(); ++i) CHECK(r.items[i] == 10 * first + static_cast<int>(i));
        }
        CHECK(news.subscribers() == 0);
        CHECK(news.size() == 0);
    });
}

TEST_CASE("R2: one that lags past the ring is told how many it missed, and goes on at the oldest that is kept") {
    test_loop loop;
    broadcast<int> news{8};
    auto slow = news.subscribe();
    for (int n = 1; n <= 20; ++n) CHECK(news.send(n));
    CHECK(news.size() == 8);
    auto first = loop.run(receive<int>(slow, loop.ctx()));
    CHECK(first->missed == 12);
    CHECK(first->value == 13);
    for (int n = 14; n <= 20; ++n) {
        auto next = loop.run(receive<int>(slow, loop.ctx()));
        CHECK(next->missed == 0);
        CHECK(next->value == n);
    }
    CHECK(news.size() == 0);
}

TEST_CASE("R2: a slow subscriber slows neither the sender nor the others, and knows about every item") {
    for_seeds(1'000, [](test_loop& loop) {
        broadcast<int> news{8};
        reader quick;
        reader slow;
        loop.spawn("quick", quick.read(news.subscribe(), loop.ctx(), 0s));
        loop.spawn("slow", slow.read(news.subscribe(), loop.ctx(), 100ms));
        loop.spawn("sends", [](broadcast<int>& to, context& ctx) -> task<> {
            for (int n = 0; n < 100; ++n) {
                CHECK(to.send(n));
                auto slept = co_await core::sleep_for(ctx, 10ms);
                CHECK(slept);
            }
            to.close();
        }(news, loop.ctx()));
        loop.advance(1s);
        CHECK(quick.items.size() == 100);
        CHECK(quick.missed == 0);
        CHECK(slow.items.size() < 20);
        loop.advance(1h);
        CHECK(slow.items.size() + slow.missed == 100);
        CHECK(std::is_sorted(slow.items.begin(), slow.items.end()));
        CHECK(slow.items.back() == 99);
    });
}

TEST_CASE("R3: an item's memory goes with its last reader") {
    test_loop loop;
    int alive = 0;
    broadcast<counted> news{8};
    CHECK(news.send(counted{alive}));
    CHECK(alive == 0);  // nobody subscribed
    auto one = news.subscribe();
    auto two = news.subscribe();
    for (int n = 0; n < 3; ++n) CHECK(news.send(counted{alive}));
    CHECK(alive == 3);
    for (int n = 0; n < 3; ++n) CHECK(loop.run(receive<counted>(one, loop.ctx())));
    CHECK(alive == 3);
    CHECK(loop.run(receive<counted>(two, loop.ctx())));
    CHECK(alive == 2);
    SUBCASE("when it reads it") {
        for (int n = 0; n < 2; ++n) CHECK(loop.run(receive<counted>(two, loop.ctx())));
        CHECK(alive == 0);
    }
    SUBCASE("or when it unsubscribes") {
        { const auto gone = std::move(two); }
        CHECK(alive == 0);
        CHECK(news.size() == 0);
        CHECK(news.subscribers() == 1);
    }
    SUBCASE("or when the ring is full of newer ones") {
        for (int n = 0; n < 20; ++n) CHECK(news.send(counted{alive}));
        CHECK(alive == 8);
    }
}

TEST_CASE("R3: unsubscribing inside one's own delivery leaves no trace") {
    for_seeds(1'000, [](test_loop& loop) {
        broadcast<int> news{8};
        reader stays;
        loop.spawn("stays", stays.read(news.subscribe(), loop.ctx(), 0s));
        int last = 0;
        loop.spawn("leaves", [](broadcast<int>& from, context& ctx, int& seen) -> task<> {
            std::optional<broadcast<int>::subscription> mine{from.subscribe()};
            for (int n = 0; n < 3; ++n) {
                auto item = co_await mine->receive(ctx);
                seen = item->value;
            }
            mine.reset();
            auto moment = co_await core::yield(ctx);
            CHECK(moment);
        }(news, loop.ctx(), last));
        loop.settle();
        for (int n = 1; n <= 8; ++n) CHECK(news.send(n));
        loop.settle();
        CHECK(last == 3);
        CHECK(news.subscribers() == 1);
        CHECK(news.size() == 0);
        news.close();
        loop.settle();
        CHECK(stays.items == std::vector{1, 2, 3, 4, 5, 6, 7, 8});
    });
}

TEST_CASE("R3: a receive that is cancelled takes nothing") {
    for_seeds(1'000, [](test_loop& loop) {
        broadcast<int> news{8};
        auto mine = news.subscribe();
        context asking{loop.ctx()};
        auto waits = loop.spawn("waits", receive<int>(mine, asking));
        loop.settle();
        const bool send_first = loop.random()() % 2 == 0;
        if (send_first) CHECK(news.send(7));
        asking.cancel();
        if (!send_first) CHECK(news.send(7));
        loop.settle();
        CHECK(waits.get().has_value() == send_first);
        if (!send_first) CHECK(loop.run(receive<int>(mine, loop.ctx()))->value == 7);
        CHECK(news.size() == 0);
    });
}

TEST_CASE("R4: after close subscribers get what they have not read, and then closed") {
    test_loop loop;
    broadcast<int> news{8};
    auto mine = news.subscribe();
    auto other = news.subscribe();
    for (int n = 1; n <= 3; ++n) CHECK(news.send(n));
    for (int n = 1; n <= 3; ++n) CHECK(loop.run(receive<int>(other, loop.ctx())));
    auto waits = loop.spawn("waits", receive<int>(other, loop.ctx()));
    loop.settle();
    news.close();
    CHECK(news.send(4).error().code == errc::closed);
    loop.settle();
    CHECK(waits.get().error().code == errc::closed);
    for (int n = 1; n <= 3; ++n) CHECK(loop.run(receive<int>(mine, loop.ctx()))->value == n);
    for (int n = 0; n < 2; ++n) CHECK(loop.run(receive<int>(mine, loop.ctx())).error().code == errc::closed);
}

TEST_CASE("a subscription that outlives its broadcast is a bug that is told") {
    CHECK(contains(last_words([] {
                       auto news = std::make_unique<broadcast<int>>(8);
                       const auto mine = news->subscribe();
                       news.reset();
                   }),
                   "a subscription outlives"));
}
