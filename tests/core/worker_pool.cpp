// tests/core/worker_pool.cpp: what core/worker_pool.hpp promises.
// Thread: the loop's, those of the pool, and a second loop's where the case says so.
// Owner: core_tests.
#include "core/worker_pool.hpp"

#include "core/asio_loop.hpp"
#include "core/scope.hpp"
#include "core/shared_channel.hpp"
#include "core/sleep.hpp"
#include "tests/core/support.hpp"

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <numeric>
#include <random>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

using namespace core_test;
using core::worker_pool;

namespace {

/// Where jobs wait until a test lets them go.
class gate {
public:
    void pass() {
        std::unique_lock hold{lock_};
        ++inside_;
        change_.notify_all();
        change_.wait(hold, [this] { return let_through_ > 0; });
        --let_through_;
        --inside_;
    }
    void let_through(int n) {
        const std::lock_guard hold{lock_};
        let_through_ += n;
        change_.notify_all();
    }
    /// Blocks until `n` jobs stand in it.
    void await_inside(int n) {
        std::unique_lock hold{lock_};
        change_.wait(hold, [&] { return inside_ == n; });
    }

private:
    std::mutex lock_;
    std::condition_variable change_;
    int inside_ = 0;
    int let_through_ = 0;
};

/// Runs `body(ctx)` on a real loop on this thread.
template <class F>
void on_loop(F body) {
    const core::system_clock time;
    core::asio_loop loop{time};
    const auto ended = loop.run([](core::asio_loop& l, F f) -> task<> {
        context ctx{l};
        co_await f(ctx);
    }(loop, std::move(body)));
    CHECK(ended);
}

/// Awaits a job and keeps what became of it.
template <class F>
task<> run_into(worker_pool& pool, context& ctx, F f, std::optional<result<int>>& to) {
    auto got = co_await pool.run(ctx, std::move(f));
    to.emplace(std::move(got));
}

}  // namespace

TEST_CASE("P1: five threads do twenty jobs, never more than five at a time, and every result comes") {
    worker_pool pool{5, 20};
    std::atomic<int> now{0};
    std::atomic<int> most{0};
    on_loop([&](context& ctx) -> task<> {
        core::scope s{ctx, "jobs"};
        std::vector<std::optional<result<int>>> got(20);
        for (int i = 0; i < 20; ++i) {
            s.spawn("job", run_into(
                               pool, s.ctx(),
                               [&now, &most, i] {
                                   const int n = ++now;
                                   for (int seen = most; seen < n && !most.compare_exchange_weak(seen, n);) {
                                   }
                                   std::this_thread::yield();
                                   --now;
                                   return 2 * i;
                               },
                               got[static_cast<std::size_t>(i)]));
        }
        auto joined = co_await s.join();
        CHECK(joined);
        for (int i = 0; i < 20; ++i) CHECK(got[static_cast<std::size_t>(i)].value().value() == 2 * i);
    });
    CHECK(most <= 5);
    CHECK(pool.taken() == 0);
}

TEST_CASE("P2: an exception of a job is that job's result, and its thread lives on") {
    worker_pool pool{1, 0};
    on_loop([&pool](context& ctx) -> task<> {
        for (int i = 1; i <= 20; ++i) {
            auto got = co_await pool.run(ctx, [i] {
                if (i == 7) throw std::runtime_error{"seven"};
                return i;
            });
            if (i == 7) {
                CHECK(got.error().code == errc::failed);
                CHECK(got.error().detail == "seven");
            } else {
                CHECK(got.value() == i);
            }
        }
        auto odd = co_await pool.run(ctx, [] { throw 7; });
        CHECK(odd.error().code == errc::failed);
    });
}

TEST_CASE("P2: a job gives a value, a result, something that can only be moved, or nothing") {
    worker_pool pool{1, 0};
    on_loop([&pool](context& ctx) -> task<> {
        auto value = co_await pool.run(ctx, [] { return std::string{"text"}; });
        CHECK(value.value() == "text");
        auto owned = co_await pool.run(ctx, [] { return std::make_unique<int>(7); });
        CHECK(**owned == 7);
        auto failed = co_await pool.run(ctx, []() -> result<int> { return core::fail(errc::unavailable); });
        CHECK(failed.error().code == errc::unavailable);
        int seen = 0;
        auto nothing = co_await pool.run(ctx, [&seen] { seen = 1; });
        CHECK(nothing);
        CHECK(seen == 1);  // the caller's frame stood still while it ran
    });
}

TEST_CASE("P3: a full queue makes run wait and try_run say no, and never grows past its bound") {
    worker_pool pool{2, 3};
    gate door;
    on_loop([&](context& ctx) -> task<> {
        core::scope s{ctx, "jobs"};
        std::vector<std::optional<result<int>>> got(10);
        for (int i = 0; i < 10; ++i) {
            s.spawn("job", run_into(
                               pool, s.ctx(),
                               [&door, i] {
                                   door.pass();
                                   return i;
                               },
                               got[static_cast<std::size_t>(i)]));
        }
        auto moment = co_await core::yield(ctx);  // all have asked
        CHECK(moment);
        CHECK(pool.taken() == 5);
        auto refused = co_await pool.try_run(ctx, [] {});
        CHECK(refused.error().code == errc::full);
        for (int done = 0; done < 10; ++done) {
            door.await_inside(std::min(2, 10 - done));
            CHECK(pool.taken() <= 5);
            door.let_through(1);
            // first come, first served: of the two that run one is done
            for (;;) {
                int over = 0;
                for (const auto& r : got) over += r ? 1 : 0;
                if (over > done) break;
                auto turn = co_await core::yield(ctx);
                CHECK(turn);
            }
        }
        auto joined = co_await s.join();
        CHECK(joined);
        auto taken = co_await pool.try_run(ctx, [] { return 1; });
        CHECK(taken.value() == 1);
    });
}

TEST_CASE("P4: a pool that closes finishes what it took and refuses the rest") {
    worker_pool pool{1, 2};
    gate door;
    on_loop([&](context& ctx) -> task<> {
        core::scope s{ctx, "jobs"};
        std::vector<std::optional<result<int>>> got(5);
        for (int i = 0; i < 5; ++i) {
            s.spawn("job", run_into(
                               pool, s.ctx(),
                               [&door, i] {
                                   door.pass();
                                   return i;
                               },
                               got[static_cast<std::size_t>(i)]));
        }
        auto moment = co_await core::yield(ctx);
        CHECK(moment);
        pool.close();
        auto refused = co_await pool.run(ctx, [] {});
        CHECK(refused.error().code == errc::closed);
        door.let_through(5);
        auto joined = co_await s.join();
        CHECK(joined);
        int done = 0;
        int closed = 0;
        for (const auto& r : got) {
            if (r->has_value()) ++done;
            if (!*r) closed += r->error().code == errc::closed ? 1 : 0;
        }
        CHECK(done == 3);
        CHECK(closed == 2);
    });
    pool.join();
}

TEST_CASE("P4: a pool that is cancelled ends what has not begun, and what has begun gives its result") {
    worker_pool pool{1, 2};
    gate door;
    on_loop([&](context& ctx) -> task<> {
        core::scope s{ctx, "jobs"};
        std::vector<std::optional<result<int>>> got(5);
        for (int i = 0; i < 5; ++i) {
            s.spawn("job", run_into(
                               pool, s.ctx(),
                               [&door, i] {
                                   door.pass();
                                   return i;
                               },
                               got[static_cast<std::size_t>(i)]));
        }
        auto moment = co_await core::yield(ctx);
        CHECK(moment);
        door.await_inside(1);
        pool.cancel();
        CHECK(pool.taken() == 1);
        door.let_through(1);
        auto joined = co_await s.join();
        CHECK(joined);
        int done = 0;
        int cancelled = 0;
        for (const auto& r : got) {
            if (r->has_value()) ++done;
            if (!*r) cancelled += r->error().code == errc::cancelled ? 1 : 0;
        }
        CHECK(done == 1);
        CHECK(cancelled == 4);
    });
}

TEST_CASE("P4: a caller that is cancelled gives up what has not begun, and waits for what has") {
    worker_pool pool{1, 1};
    gate door;
    on_loop([&](context& ctx) -> task<> {
        core::scope s{ctx, "jobs"};
        std::vector<std::optional<result<int>>> got(4);
        std::atomic<int> ran{0};
        for (int i = 0; i < 3; ++i) {  // one runs, one is in the queue, one in front of it
            s.spawn("job", run_into(
                               pool, s.ctx(),
                               [&door, &ran, i] {
                                   ++ran;
                                   door.pass();
                                   return i;
                               },
                               got[static_cast<std::size_t>(i)]));
        }
        auto moment = co_await core::yield(ctx);
        CHECK(moment);
        door.await_inside(1);
        s.cancel({errc::deadline, {}});
        CHECK(pool.taken() == 1);
        door.let_through(1);
        auto joined = co_await s.join();
        CHECK(joined);
        int late = 0;
        for (const auto& r : got) late += r && !*r && r->error().code == errc::deadline ? 1 : 0;
        CHECK(late == 2);
        CHECK(ran == 1);
        auto over = co_await pool.run(s.ctx(), [&ran] { ++ran; });  // nor for an ended context
        CHECK(over.error().code == errc::deadline);
        CHECK(ran == 1);
    });
}

TEST_CASE("P5, P6: jobs of two loops run on neither's thread, and each caller goes on on its own") {
    worker_pool pool{2, 4};
    struct outcome {
        std::thread::id loop;
        bool resumed_here = true;
        bool ran_elsewhere = true;
    };
    const auto live = [&pool](outcome& o) {
        o.loop = std::this_thread::get_id();
        on_loop([&pool, &o](context& ctx) -> task<> {
            core::scope s{ctx, "asks"};
            for (int i = 0; i < 10; ++i) {
                s.spawn("asks", [](worker_pool& p, context& c, outcome& of) -> task<> {
                    for (int round = 0; round < 200; ++round) {
                        auto ran_on = co_await p.run(c, [] { return std::this_thread::get_id(); });
                        of.ran_elsewhere = of.ran_elsewhere && ran_on && *ran_on != of.loop;
                        of.resumed_here = of.resumed_here && std::this_thread::get_id() == of.loop;
                    }
                }(pool, s.ctx(), o));
            }
            auto joined = co_await s.join();
            CHECK(joined);
        });
    };
    outcome left;
    outcome right;
    std::thread other{[&] { live(right); }};
    live(left);
    other.join();
    for (const outcome* o : {&left, &right}) {
        CHECK(o->resumed_here);
        CHECK(o->ran_elsewhere);
    }
}

TEST_CASE(
    "a hundred producers and consumers on two loops, through a pool, under random cancellation: nothing is lost or "
    "doubled") {
    constexpr int each = 50;   // producers and consumers on each loop
    constexpr int items = 20;  // of a producer
    worker_pool pool{2, 8};
    core::shared_channel<int> line{16};
    std::vector<std::atomic<int>> seen(2 * each * items);
    std::atomic<int> sent{0};
    std::atomic<int> received{0};
    std::atomic<int> producing{2 * each};

    const auto live = [&](int base) {
        on_loop([&, base](context& ctx) -> task<> {
            core::scope s{ctx, "all"};
            for (int p = 0; p < each; ++p) {
                s.spawn("produces",
                        [](worker_pool& w, core::shared_channel<int>& to, context& c, int first,
                           std::atomic<int>& count, std::atomic<int>& left) -> task<> {
                            std::minstd_rand dice{static_cast<unsigned>(first + 1)};
                            for (int n = first; n < first + items;) {
                                context asking{c};
                                if (dice() % 4 == 0) asking.cancel();
                                auto made = co_await w.run(asking, [n] { return n; });
                                if (!made) continue;  // and again
                                core::timed_context soon{c, core::duration{std::chrono::microseconds{dice() % 200}}};
                                auto done = co_await to.send(soon, *made);
                                if (!done) continue;
                                ++count;
                                ++n;
                            }
                            if (--left == 0) static_cast<void>(to.close());
                        }(pool, line, s.ctx(), (base + p) * items, sent, producing));
                s.spawn("consumes",
                        [](core::shared_channel<int>& from, context& c, std::vector<std::atomic<int>>& all,
                           std::atomic<int>& count, unsigned seed) -> task<> {
                            std::minstd_rand dice{seed + 1};
                            for (;;) {
                                core::timed_context soon{c, core::duration{std::chrono::microseconds{dice() % 200}}};
                                auto got = co_await from.receive(soon);
                                if (!got && got.error().code == errc::closed) co_return;
                                if (!got) continue;
                                ++all[static_cast<std::size_t>(*got)];
                                ++count;
                            }
                        }(line, s.ctx(), seen, received, static_cast<unsigned>(base + p)));
            }
            auto joined = co_await s.join();
            CHECK(joined);
        });
    };
    std::thread other{[&] { live(each); }};
    live(0);
    other.join();
    CHECK(sent == 2 * each * items);
    CHECK(received == 2 * each * items);
    CHECK(std::all_of(seen.begin(), seen.end(), [](const std::atomic<int>& n) { return n == 1; }));
    CHECK(pool.taken() == 0);
}
