// tests/core/rendezvous.cpp: what core/rendezvous.hpp promises, on one thread and between two.
// Thread: one, or two where the case says so.
// Owner: core_tests.
#include "core/rendezvous.hpp"

#include "core/asio_loop.hpp"
#include "core/sleep.hpp"
#include "tests/core/support.hpp"

#include <memory>
#include <string>
#include <thread>
#include <variant>
#include <vector>

using namespace core_test;
using core::rendezvous;

namespace {

template <class T>
task<result<T>> meet(rendezvous<T>& at, context& ctx, T mine) {
    auto theirs = co_await at.meet(ctx, std::move(mine));
    co_return theirs;
}

}  // namespace

TEST_CASE("B6: two wait for each other, whoever comes first, and exchange their values") {
    for_seeds(1'000, [](test_loop& loop) {
        rendezvous<std::string> place;
        auto first = loop.spawn("first", meet<std::string>(place, loop.ctx(), "from the first"));
        if (loop.random()() % 2 == 0) {
            loop.settle();
            CHECK_FALSE(first.done());
        }
        auto second = loop.spawn("second", meet<std::string>(place, loop.ctx(), "from the second"));
        loop.settle();
        CHECK(first.get().value() == "from the second");
        CHECK(second.get().value() == "from the first");
    });
}

TEST_CASE("B6: a rendezvous carries what can only be moved, or nothing") {
    test_loop loop;
    rendezvous<std::unique_ptr<int>> place;
    auto first = loop.spawn("first", meet(place, loop.ctx(), std::make_unique<int>(1)));
    auto second = loop.spawn("second", meet(place, loop.ctx(), std::make_unique<int>(2)));
    rendezvous<std::monostate> bare;
    auto third = loop.spawn("third", meet(bare, loop.ctx(), std::monostate{}));
    auto fourth = loop.spawn("fourth", meet(bare, loop.ctx(), std::monostate{}));
    loop.settle();
    CHECK(**first.get() == 2);
    CHECK(**second.get() == 1);
    CHECK(third.get());
    CHECK(fourth.get());
}

TEST_CASE("B8: a rendezvous pairs strictly, round after round") {
    for_seeds(1'000, [](test_loop& loop) {
        rendezvous<int> place;
        int out_of_step = 0;
        for (int me = 0; me < 2; ++me) {
            loop.spawn("meets", [](rendezvous<int>& at, context& ctx, int& wrong) -> task<> {
                for (int round = 0; round < 1'000; ++round) {
                    auto theirs = co_await at.meet(ctx, round);
                    wrong += theirs && *theirs == round ? 0 : 1;
                }
            }(place, loop.ctx(), out_of_step));
        }
        loop.settle();
        CHECK(loop.running() == 0);
        CHECK(out_of_step == 0);
    });
}

TEST_CASE("B8: of many that come each meets one other") {
    for_seeds(1'000, [](test_loop& loop) {
        rendezvous<int> place;
        std::vector<int> met(20, -1);
        for (int me = 0; me < 20; ++me) {
            loop.spawn("meets", [](rendezvous<int>& at, context& ctx, int n, int& to) -> task<> {
                auto theirs = co_await at.meet(ctx, n);
                REQUIRE(theirs);
                to = *theirs;
            }(place, loop.ctx(), me, met[static_cast<std::size_t>(me)]));
        }
        loop.settle();
        for (int me = 0; me < 20; ++me) {
            REQUIRE(met[static_cast<std::size_t>(me)] >= 0);
            CHECK(met[static_cast<std::size_t>(met[static_cast<std::size_t>(me)])] == me);
        }
    });
}

TEST_CASE("B9: one that is cancelled while alone leaves no trace, and the next pair meets") {
    for_seeds(1'000, [](test_loop& loop) {
        rendezvous<int> place;
        context asking{loop.ctx()};
        auto alone = loop.spawn("alone", meet(place, asking, 1));
        loop.settle();
        asking.cancel({errc::deadline, {}});
        auto left = loop.spawn("left", meet(place, loop.ctx(), 2));
        auto right = loop.spawn("right", meet(place, loop.ctx(), 3));
        loop.settle();
        CHECK(alone.get().error().code == errc::deadline);
        CHECK(left.get().value() == 3);
        CHECK(right.get().value() == 2);
        CHECK(loop.run(meet(place, asking, 4)).error().code == errc::deadline);  // and with an ended one nobody is met
    });
}

TEST_CASE("B9: who has met has met, though it is cancelled before it runs") {
    for_seeds(1'000, [](test_loop& loop) {
        rendezvous<int> place;
        context asking{loop.ctx()};
        auto first = loop.spawn("first", meet(place, asking, 1));
        loop.settle();
        auto second = loop.spawn("second", [](rendezvous<int>& at, context& ctx, context& others) -> task<result<int>> {
            auto theirs = co_await at.meet(ctx, 2);
            others.cancel();
            co_return theirs;
        }(place, loop.ctx(), asking));
        loop.settle();
        CHECK(first.get().value() == 2);
        CHECK(second.get().value() == 1);
    });
}

TEST_CASE("B6, B7: two threads meet, exchange, and each sees what the other did before, on its own thread") {
    constexpr int rounds = 5'000;
    const core::system_clock time;
    core::asio_loop left{time};
    core::asio_loop right{time};
    rendezvous<int*> place;

    struct outcome {
        int seen = 0;
        bool on_its_thread = true;
        bool ended = false;
    };
    const auto live = [&place](core::asio_loop& loop) {
        outcome o;
        const auto ended = loop.run([](core::asio_loop& l, rendezvous<int*>& at, outcome& of) -> task<> {
            context ctx{l};
            const auto thread = std::this_thread::get_id();
            for (int round = 1; round <= rounds; ++round) {
                int plain = round;  // a plain variable, which TSan watches
                auto theirs = co_await at.meet(ctx, &plain);
                of.seen += theirs && **theirs == round ? 1 : 0;
                of.on_its_thread = of.on_its_thread && std::this_thread::get_id() == thread;
                auto read = co_await at.meet(ctx, nullptr);  // plain lives until both have read
                of.on_its_thread = of.on_its_thread && read;
            }
        }(loop, place, o));
        o.ended = ended.has_value();
        return o;
    };
    outcome of_right;
    std::thread other{[&] { of_right = live(right); }};
    const outcome of_left = live(left);
    other.join();
    for (const outcome& o : {of_left, of_right}) {
        CHECK(o.seen == rounds);
        CHECK(o.on_its_thread);
        CHECK(o.ended);
    }
}

TEST_CASE("B9: between two threads a meeting and a cancellation race, and either both meet or neither") {
    constexpr int rounds = 2'000;
    const core::system_clock time;
    core::asio_loop left{time};
    core::asio_loop right{time};
    rendezvous<int> place;
    std::vector<int> met_left(rounds);
    std::vector<int> met_right(rounds);
    rendezvous<std::monostate> round_over;

    const auto live = [&](core::asio_loop& loop, std::vector<int>& met) {
        return loop.run([](core::asio_loop& l, rendezvous<int>& at, rendezvous<std::monostate>& over,
                           std::vector<int>& mine) -> task<> {
            context ctx{l};
            for (std::size_t round = 0; round < mine.size(); ++round) {
                context asking{ctx};
                core::scope s{ctx, "round"};
                s.spawn("meets", [](rendezvous<int>& p, context& c, int& got) -> task<> {
                    auto theirs = co_await p.meet(c, 1);
                    got = theirs ? 1 : 0;
                }(at, asking, mine[round]));
                auto moment = co_await core::yield(ctx);
                asking.cancel();
                auto joined = co_await s.join();
                auto next = co_await over.meet(ctx, {});
                if (!moment || !joined || !next) co_return;
            }
        }(loop, place, round_over, met));
    };
    std::thread other{[&] { CHECK(live(right, met_right)); }};
    CHECK(live(left, met_left));
    other.join();
    CHECK(met_left == met_right);
}

TEST_CASE("a rendezvous that dies under its waiter is a bug that is told") {
    CHECK(contains(last_words([] {
                       test_loop loop{1};
                       auto place = std::make_unique<rendezvous<int>>();
                       auto alone = loop.spawn("alone", meet(*place, loop.ctx(), 1));
                       loop.settle();
                       place.reset();
                   }),
                   "somebody waits"));
}
