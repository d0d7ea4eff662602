// tests/core/stages.cpp: what core/stream.hpp and core/stages.hpp promise of pipelines.
// Thread: one.
// Owner: core_tests.
#include "core/stages.hpp"

#include "tests/core/pipeline.hpp"

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

using namespace core_test;
TEST_CASE("P7: doubled, plus one, squared: 1 to 5 give 9 25 49 81 121") {
    for_seeds(1'000, [](test_loop& loop) {
        CHECK(in_scope(loop, [](context& ctx, scope& s) -> task<> {
            auto squares = core::from(s, count(1, 5)) | core::map([](int n) { return n * 2; }) |
                           core::map([](int n) { return n + 1; }) | core::map([](int n) { return n * n; });
            auto all = co_await core::collect(ctx, std::move(squares));
            REQUIRE(all);
            CHECK(*all == std::vector{9, 25, 49, 81, 121});
        }));
    });
}

TEST_CASE("a pipeline carries what can only be moved, and filter drops what does not pass") {
    test_loop loop;
    CHECK(in_scope(loop, [](context& ctx, scope& s) -> task<> {
        std::vector<std::unique_ptr<int>> owned;
        for (int n = 1; n <= 6; ++n) owned.push_back(std::make_unique<int>(n));
        auto even = core::from(s, std::move(owned)) | core::filter([](const auto& p) { return *p % 2 == 0; }) |
                    core::map([](std::unique_ptr<int> p) { return *p; });
        auto all = co_await core::collect(ctx, std::move(even));
        REQUIRE(all);
        CHECK(*all == std::vector{2, 4, 6});
    }));
}

TEST_CASE("P8: a pipeline whose reader stops after any item ends by itself and leaks nothing") {
    for (int k = 0; k <= 6; ++k) {
        for_seeds(1'000, [k](test_loop& loop) {
            CHECK(in_scope(loop, [k](context& ctx, scope& s) -> task<> {
                auto endless = core::from(s, count(1, 1'000'000'000)) | core::filter([](int n) { return n % 2 == 0; }) |
                               core::map([](int n) { return n / 2; });
                for (int i = 1; i <= k; ++i) {
                    auto got = co_await endless.receive(ctx);
                    REQUIRE(got);
                    CHECK(*got == i);
                }
            }));
            CHECK(loop.running() == 0);
        });
    }
}

TEST_CASE("P8: a stage that lets nothing through ends when its reader has gone") {
    for_seeds(1'000, [](test_loop& loop) {
        int looked_at = 0;
        CHECK(in_scope(loop, [&looked_at](context& ctx, scope& s) -> task<> {
            auto none = core::from(s, count(1, 1'000'000'000)) | core::filter([&looked_at](int) {
                            ++looked_at;
                            return false;
                        });
            while (looked_at < 10) {
                auto moment = co_await core::yield(ctx);
                CHECK(moment);
            }
        }));
        CHECK(looked_at < 1'000);
    });
}

TEST_CASE("P8: a pipeline that is cancelled after any item ends, and its reader is told why") {
    for (int k = 0; k <= 6; ++k) {
        for_seeds(1'000, [k](test_loop& loop) {
            CHECK(in_scope(loop, [k](context& ctx, scope& s) -> task<> {
                auto items = core::from(s, count(1, 1'000'000'000)) | core::map([](int n) { return n * 2; }) |
                             core::buffer(2) | core::filter([](int) { return true; });
                for (int i = 1; i <= k; ++i) {
                    auto got = co_await items.receive(ctx);
                    CHECK(got);
                }
                s.cancel({errc::deadline, "late"});
                for (;;) {  // some may be under way; then it never looks as though it were complete
                    auto got = co_await items.receive(ctx);
                    if (got) continue;
                    CHECK(got.error().code == errc::deadline);
                    CHECK(got.error().detail == "late");
                    break;
                }
            }));
        });
    }
}

TEST_CASE("P8: whichever stage throws, all end, the scope fails and the reader is told") {
    for (int stage = 0; stage < 3; ++stage) {
        for (int k = 1; k <= 5; ++k) {
            for_seeds(1'000, [stage, k](test_loop& loop) {
                int got_some = 0;
                const auto ended = in_scope(loop, [&](context& ctx, scope& s) -> task<> {
                    const auto step = [stage, k](int me) {
                        return [me, stage, k](int n) {
                            if (me == stage && n == k) throw std::runtime_error{"stage " + std::to_string(me)};
                            return n;
                        };
                    };
                    auto items =
                        core::from(s, count(1, 10)) | core::map(step(0)) | core::map(step(1)) | core::map(step(2));
                    for (;;) {
                        auto item = co_await items.receive(ctx);
                        if (!item) {
                            CHECK(item.error().code == errc::failed);
                            break;
                        }
                        ++got_some;
                    }
                });
                CHECK(got_some < k);
                REQUIRE_FALSE(ended);
                CHECK(ended.error().detail == "map: stage " + std::to_string(stage));
            });
        }
    }
}

TEST_CASE("P8: an error of the outside travels through the stages behind what was sent before") {
    test_loop loop;
    CHECK(in_scope(loop, [](context& ctx, scope& s) -> task<> {
        auto [items, to] = core::pipe<int>(s, 8);
        for (int n = 1; n <= 3; ++n) CHECK(to.try_send(int{n}));
        auto second = to;  // who else still writes does not hide it
        to.end({errc::unavailable, "no more"});
        to.end({errc::failed, "a second time"});  // does nothing
        CHECK(second.closed());
        auto doubled = std::move(items) | core::map([](int n) { return 2 * n; });
        for (int n = 1; n <= 3; ++n) {
            auto got = co_await doubled.receive(ctx);
            CHECK(got.value() == 2 * n);
        }
        auto over = co_await core::collect(ctx, doubled);
        CHECK(over.error().code == errc::unavailable);
        CHECK(over.error().detail == "no more");
    }));
}

TEST_CASE("P9: errors as values pass the stages that don't treat them, and the order is kept") {
    for_seeds(1'000, [](test_loop& loop) {
        std::vector<std::string> lines;
        CHECK(in_scope(loop, [&lines](context& ctx, scope& s) -> task<> {
            auto items = core::from(s, {1, 2, -3, 4, 6}) | core::and_then([](int n) -> result<int> {
                             if (n < 0) return core::fail(errc::failed, "negative: " + std::to_string(n));
                             return 2 * n;
                         }) |
                         core::and_then([](int n) -> result<int> {
                             if (n > 10) return core::fail(errc::failed, "too large: " + std::to_string(n));
                             return n + 1;
                         });
            auto over = co_await core::for_each(ctx, std::move(items), [&lines](const result<int>& item) {
                lines.push_back(item ? std::to_string(*item) : item.error().detail);
            });
            CHECK(over);
        }));
        CHECK(lines == std::vector<std::string>{"3", "5", "negative: -3", "9", "too large: 12"});
    });
}

TEST_CASE("P12: no stage is further ahead of a slow reader than its bound") {
    for (const std::size_t room : {std::size_t{0}, std::size_t{5}}) {
        for_seeds(1'000, [room](test_loop& loop) {
            int made = 0;
            CHECK(in_scope(loop, [&made, room](context& ctx, scope& s) -> task<> {
                const auto counted = [](int& n) -> core::generator<int> {
                    while (n < 100) co_yield ++n;
                };
                auto items = core::from(s, counted(made)) | core::map([](int n) { return n; }) | core::buffer(room);
                for (int taken = 1; taken <= 100; ++taken) {
                    auto slept = co_await core::sleep_for(ctx, 1s);  // all that can run ahead does
                    CHECK(slept);
                    // held by the source, map and buffer, one each, and what is in the buffer's room
                    CHECK(made <= taken - 1 + 3 + static_cast<int>(room));
                    auto got = co_await items.receive(ctx);
                    CHECK(got.value() == taken);
                }
                CHECK(made == 100);
            }));
        });
    }
}

TEST_CASE("take ends what comes before it") {
    for_seeds(1'000, [](test_loop& loop) {
        CHECK(in_scope(loop, [](context& ctx, scope& s) -> task<> {
            auto some = co_await core::collect(ctx, core::from(s, count(1, 1'000'000'000)) | core::take(3));
            CHECK(some.value() == std::vector{1, 2, 3});
            auto none = co_await core::collect(ctx, core::from(s, count(1, 1'000'000'000)) | core::take(0));
            CHECK(none.value().empty());
        }));
    });
}

TEST_CASE("a stream that several write to ends with the last, and several may read it") {
    for_seeds(1'000, [](test_loop& loop) {
        std::vector<int> seen(30);
        CHECK(in_scope(loop, [&seen](context& ctx, scope& s) -> task<> {
            {
                auto [items, to] = core::pipe<int>(s, 2);
                for (int w = 0; w < 3; ++w) {
                    s.spawn("writes", [](context& c, core::writer<int> out, int first) -> task<> {
                        for (int n = 0; n < 10; ++n) {
                            auto sent = co_await out.send(c, first + n);
                            CHECK(sent);
                        }
                    }(ctx, to, 10 * w));
                }
                for (int r = 0; r < 3; ++r) {
                    s.spawn("reads", [](context& c, stream<int> in, std::vector<int>& got) -> task<> {
                        auto over = co_await core::for_each(c, std::move(in),
                                                            [&got](int n) { ++got[static_cast<std::size_t>(n)]; });
                        CHECK(over);
                    }(ctx, items, seen));
                }
            }
            co_return;
        }));
        CHECK(seen == std::vector<int>(30, 1));
    });
}

TEST_CASE("throttle passes on no more than its rate allows, after a burst") {
    test_loop loop;
    std::vector<core::duration> at;
    const auto start = loop.now();
    CHECK(in_scope(loop, [&at, start](context& ctx, scope& s) -> task<> {
        auto items = core::from(s, count(1, 6)) | core::throttle(core::rate::per_second(10, 3));
        auto over = co_await core::for_each(ctx, std::move(items), [&](int) { at.push_back(ctx.on().now() - start); });
        CHECK(over);
    }));
    CHECK(at == std::vector<core::duration>{0ms, 0ms, 0ms, 100ms, 200ms, 300ms});
}

TEST_CASE("a receive from a stream ends with the context that is given to it") {
    test_loop loop;
    CHECK(in_scope(loop, [](context& ctx, scope& s) -> task<> {
        auto [items, to] = core::pipe<int>(s);
        core::timed_context soon{ctx, core::duration{1s}};
        auto none = co_await items.receive(soon);
        CHECK(none.error().code == errc::deadline);
        CHECK(to.try_send(1).error().code == errc::full);  // nobody is left in the line
    }));
}
