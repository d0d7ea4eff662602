// tests/core/task.cpp: what core/task.hpp promises.
// Thread: one.
// Owner: core_tests.
#include "core/task.hpp"

#include "core/sleep.hpp"
#include "tests/core/support.hpp"

#include <memory>
#include <stdexcept>
#include <string>

using namespace core_test;

namespace {

task<int> at_once(int n) {
    co_return n;
}

task<int> later(context& ctx, int n) {
    auto slept = co_await core::yield(ctx);
    CHECK(slept);
    co_return n;
}

task<int> throws(context& ctx, bool first_waits) {
    if (first_waits) {
        auto slept = co_await core::yield(ctx);
        CHECK(slept);
    }
    throw std::runtime_error{"as told"};
    co_return 0;
}

task<int> deep(context& ctx, int levels) {
    if (levels == 0) {
        const int n = co_await later(ctx, 0);
        co_return n;
    }
    const int n = co_await deep(ctx, levels - 1);
    co_return n + 1;
}

}  // namespace

TEST_CASE("a task starts when it is awaited and not before") {
    test_loop loop;
    bool started = false;
    auto make = [](bool& begun_yet) -> task<> {
        begun_yet = true;
        co_return;
    };
    {
        const auto never = make(started);
        CHECK_FALSE(started);
    }
    CHECK_FALSE(started);  // one that nobody awaits is destroyed unstarted
    auto t = make(started);
    loop.run([](task<> t_of, const bool& begun_yet) -> task<> {
        CHECK_FALSE(begun_yet);
        co_await std::move(t_of);
        CHECK(begun_yet);
    }(std::move(t), started));
}

TEST_CASE("a task gives its value to who awaits it") {
    for_seeds(20, [](test_loop& loop) {
        CHECK(loop.run(at_once(7)) == 7);
        CHECK(loop.run(later(loop.ctx(), 7)) == 7);
        CHECK(loop.run(deep(loop.ctx(), 500)) == 500);
        auto owned = loop.run([](context& ctx) -> task<std::unique_ptr<int>> {
            const int n = co_await later(ctx, 7);
            co_return std::make_unique<int>(n);
        }(loop.ctx()));
        CHECK(*owned == 7);
    });
}

TEST_CASE("a task's exception travels to who awaits it") {
    for (const bool first_waits : {false, true}) {
        CAPTURE(first_waits);
        for_seeds(20, [&](test_loop& loop) {
            const auto caught = loop.run([](context& ctx, bool waits) -> task<std::string> {
                std::string text;
                try {
                    co_await throws(ctx, waits);
                } catch (const std::runtime_error& e) {
                    text = e.what();
                }
                auto slept = co_await core::yield(ctx);  // and goes on from there
                CHECK(slept);
                co_return text;
            }(loop.ctx(), first_waits));
            CHECK(caught == "as told");
        });
    }
}

TEST_CASE("so does that of a task without a value") {
    for (const bool first_waits : {false, true}) {
        CAPTURE(first_waits);
        for_seeds(20, [&](test_loop& loop) {
            CHECK_THROWS_WITH(loop.run([](context& ctx, bool waits) -> task<> {
                co_await [](context& c, bool yields) -> task<> {
                    if (yields) {
                        auto slept = co_await core::yield(c);
                        CHECK(slept);
                    }
                    throw std::runtime_error{"as told"};
                }(ctx, waits);
                FAIL("it goes on");
            }(loop.ctx(), first_waits)),
                              "run: as told");
        });
    }
}

TEST_CASE("what a task holds dies when the task is over and in the order of a function") {
    struct mark {
        std::string* to;
        char name;
        ~mark() { to->push_back(name); }
    };
    test_loop loop;
    std::string order;
    loop.run([](context& ctx, std::string& outside) -> task<> {
        const mark outer{&outside, 'o'};
        co_await [](context& c, std::string& to) -> task<> {
            const mark one{&to, '1'};
            const mark two{&to, '2'};
            auto slept = co_await core::yield(c);
            CHECK(slept);
        }(ctx, outside);
        outside.push_back('-');
    }(loop.ctx(), order));
    CHECK(order == "21-o");
}

TEST_CASE("a hundred thousand awaits that finish at once need no deeper stack") {
    test_loop loop;
    const auto sum = loop.run([]() -> task<long> {
        long total = 0;
        for (int i = 0; i < 100'000; ++i) {
            const int n = co_await at_once(1);
            total += n;
        }
        co_return total;
    }());
    CHECK(sum == 100'000);
}

TEST_CASE("a task can be kept and awaited later or moved into another's place") {
    test_loop loop;
    auto a = at_once(1);
    auto b = at_once(2);
    a = std::move(b);
    CHECK(loop.run(std::move(a)) == 2);
}
