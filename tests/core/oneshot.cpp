// tests/core/oneshot.cpp: what core/oneshot.hpp promises.
// Thread: one.
// Owner: core_tests.
#include "core/oneshot.hpp"

#include "core/sleep.hpp"
#include "tests/core/support.hpp"

#include <memory>

using namespace core_test;
using core::oneshot;

namespace {

template <class T>
task<result<T>> wait(oneshot<T>& answer, context& ctx) {
    auto got = co_await answer.wait(ctx);
    co_return got;
}

}  // namespace

TEST_CASE("a oneshot gives its value to the one who waits") {
    test_loop loop;
    oneshot<int> answer;
    SUBCASE("who came first") {
        auto got = loop.spawn("asks", wait(answer, loop.ctx()));
        loop.settle();
        CHECK_FALSE(got.done());
        answer.set(7);
        CHECK_FALSE(got.done());  // never inside the call
        loop.settle();
        CHECK(got.get().value() == 7);
    }
    SUBCASE("or who comes later") {
        answer.set(7);
        CHECK(answer.has_value());
        CHECK(loop.run(wait(answer, loop.ctx())).value() == 7);
    }
    SUBCASE("the first one, if several are set") {
        answer.set(7);
        answer.set(8);
        CHECK(loop.run(wait(answer, loop.ctx())).value() == 7);
    }
}

TEST_CASE("a oneshot carries what can only be moved") {
    test_loop loop;
    oneshot<std::unique_ptr<int>> answer;
    answer.set(std::make_unique<int>(7));
    auto got = loop.run([](oneshot<std::unique_ptr<int>>& o, context& ctx) -> task<int> {
        auto value = co_await o.wait(ctx);
        co_return **value;
    }(answer, loop.ctx()));
    CHECK(got == 7);
}

TEST_CASE("a wait for a oneshot ends with its context") {
    test_loop loop;
    oneshot<int> answer;
    context asking{loop.ctx()};
    auto got = loop.spawn("asks", wait(answer, asking));
    loop.settle();
    asking.cancel({errc::deadline, {}});
    loop.settle();
    REQUIRE(got.done());
    CHECK(got.get().error().code == errc::deadline);

    SUBCASE("and a value that comes too late harms nobody") {
        answer.set(7);
        loop.settle();
        CHECK(answer.has_value());
    }
    SUBCASE("and who asks again still gets it") {
        auto again = loop.spawn("asks", wait(answer, loop.ctx()));
        loop.settle();
        answer.set(7);
        loop.settle();
        CHECK(again.get().value() == 7);
    }
}

TEST_CASE("an answer and a cancellation in the same turn resume the one who waits once") {
    for_seeds(300, [](test_loop& loop) {
        oneshot<int> answer;
        context asking{loop.ctx()};
        auto got = loop.spawn("asks", wait(answer, asking));
        loop.settle();
        const bool set_first = loop.random()() % 2 == 0;
        if (set_first) answer.set(7);
        asking.cancel();
        if (!set_first) answer.set(7);
        loop.settle();
        REQUIRE(got.done());
        CHECK(got.get().value() == 7);  // the value is there, so nobody has to lose it
    });
}

TEST_CASE("a oneshot that two wait for or that dies under its waiter is a bug that is told") {
    CHECK(contains(last_words([] {
                       test_loop loop{1};
                       oneshot<int> answer;
                       loop.spawn("one", [](oneshot<int>& o, context& c) -> task<> {
                           auto got = co_await o.wait(c);
                           CHECK(got);
                       }(answer, loop.ctx()));
                       loop.spawn("two", [](oneshot<int>& o, context& c) -> task<> {
                           auto got = co_await o.wait(c);
                           CHECK(got);
                       }(answer, loop.ctx()));
                       loop.settle();
                   }),
                   "waiting_"));
    CHECK(contains(last_words([] {
                       test_loop loop{1};
                       auto answer = std::make_unique<oneshot<int>>();
                       auto got = loop.spawn("asks", wait(*answer, loop.ctx()));
                       loop.settle();
                       answer.reset();
                   }),
                   "waiting_"));
}
