// tests/core/wait_group.cpp: what core/wait_group.hpp promises.
// Thread: one.
// Owner: core_tests.
#include "core/wait_group.hpp"

#include "core/sleep.hpp"
#include "tests/core/channel.hpp"

#include <memory>
#include <vector>

using namespace core_test;
using core::wait_group;

namespace {

task<result<>> wait(wait_group& of, context& ctx) {
    auto over = co_await of.wait(ctx);
    co_return over;
}

}  // namespace

TEST_CASE("G1: a wait ends when all that was added is done and never before") {
    for_seeds(1'000, [](test_loop& loop) {
        wait_group all;
        channel<int> gate{0};
        for (int round = 0; round < 8; ++round) {  // G4: with the same group
            for (int i = 0; i < 16; ++i) {
                all.add();
                loop.spawn("works", [](wait_group& g, channel<int>& from, context& ctx) -> task<> {
                    auto released = co_await from.receive(ctx);
                    CHECK(released);
                    g.done();
                }(all, gate, loop.ctx()));
            }
            auto waits = loop.spawn("waits", wait(all, loop.ctx()));
            for (int i = 0; i < 16; ++i) {
                loop.settle();
                CHECK(all.count() == static_cast<std::size_t>(16 - i));
                CHECK_FALSE(waits.done());
                CHECK(gate.try_send(1));
            }
            loop.settle();
            REQUIRE(waits.done());
            CHECK(waits.get());
        }
    });
}

TEST_CASE("G2: a wait with nothing added ends at once, and several may wait") {
    test_loop loop;
    wait_group all;
    CHECK(loop.run(wait(all, loop.ctx())));
    all.add(2);
    auto one = loop.spawn("one", wait(all, loop.ctx()));
    auto two = loop.spawn("two", wait(all, loop.ctx()));
    loop.settle();
    all.done();
    loop.settle();
    CHECK_FALSE(one.done());
    all.done();
    CHECK_FALSE(one.done());  // never inside the call
    loop.settle();
    CHECK(one.done());
    CHECK(two.done());
}

TEST_CASE("G3: more done than was added is a bug that is told") {
    CHECK(contains(last_words([] {
                       wait_group all;
                       all.add();
                       all.done();
                       all.done();
                   }),
                   "more is done than was added"));
}

TEST_CASE("G4: a group that was waited for can be used again, also before those that waited have run") {
    test_loop loop;
    wait_group all;
    for (int round = 0; round < 8; ++round) {
        all.add();
        auto waits = loop.spawn("waits", wait(all, loop.ctx()));
        loop.settle();
        all.done();
        all.add();  // of the next round: what is over stays over
        loop.settle();
        REQUIRE(waits.done());
        all.done();
    }
}

TEST_CASE("a wait for a group ends with its context and leaves no trace") {
    test_loop loop;
    wait_group all;
    all.add();
    context asking{loop.ctx()};
    auto waits = loop.spawn("waits", wait(all, asking));
    loop.settle();
    asking.cancel({errc::deadline, {}});
    all.done();
    loop.settle();
    CHECK(waits.get().error().code == errc::deadline);
    CHECK(contains(last_words([] {
                       test_loop l{1};
                       auto dies = std::make_unique<wait_group>();
                       dies->add();
                       auto under = l.spawn("waits", wait(*dies, l.ctx()));
                       l.settle();
                       dies.reset();
                   }),
                   "somebody waits"));
}
