// tests/core/heap/allocations.cpp: hand-overs, selects and acquires allocate nothing: an operator new of ours counts.
// Thread: one.
// Owner: core_heap_tests, a program of its own, for the operator is the whole program's.
#include "core/channel.hpp"
#include "core/select.hpp"
#include "core/semaphore.hpp"
#include "core/shared_channel.hpp"
#include "core/sleep.hpp"
#include "tests/core/support.hpp"

#include <cstdlib>
#include <new>

namespace {

std::size_t allocations = 0;

}  // namespace

void* operator new(std::size_t bytes) {
    ++allocations;
    if (void* p = std::malloc(bytes == 0 ? 1 : bytes)) return p;
    throw std::bad_alloc{};
}
void* operator new(std::size_t bytes, std::align_val_t align) {
    ++allocations;
    const auto a = static_cast<std::size_t>(align);
    if (void* p = std::aligned_alloc(a, (bytes + a - 1) / a * a)) return p;
    throw std::bad_alloc{};
}
void operator delete(void* p) noexcept {
    std::free(p);
}
void operator delete(void* p, std::size_t) noexcept {
    std::free(p);
}
void operator delete(void* p, std::align_val_t) noexcept {
    std::free(p);
}
void operator delete(void* p, std::size_t, std::align_val_t) noexcept {
    std::free(p);
}

namespace {

using namespace core_test;
using core::channel;

template <class Channel>
task<> send_for_ever(Channel& to, context& ctx) {
    while (auto sent = co_await to.send(ctx, 7)) {
    }
}

}  // namespace

TEST_CASE("a steady send and receive allocates nothing") {
    for (const std::size_t capacity : {std::size_t{0}, std::size_t{1}, std::size_t{1024}}) {
        CAPTURE(capacity);
        test_loop loop{1};
        channel<int> c{capacity};
        core::shared_channel<int> shared{capacity};
        loop.spawn("sends", send_for_ever(c, loop.ctx()));
        loop.spawn("sends", send_for_ever(shared, loop.ctx()));
        CHECK(loop.run([](channel<int>& from, core::shared_channel<int>& too, context& ctx) -> task<std::size_t> {
            std::size_t before = 0;
            for (int i = 0; i < 20'000; ++i) {
                if (i == 10'000) before = allocations;
                auto got = co_await from.receive(ctx);
                auto other = co_await too.receive(ctx);
                if (!got || !other) co_return 1;
            }
            co_return allocations - before;
        }(c, shared, loop.ctx())) == 0);
        loop.stop();
    }
}

TEST_CASE("a steady select over two allocates nothing") {
    test_loop loop{1};
    channel<int> a{0};
    channel<int> b{0};
    loop.spawn("sends", send_for_ever(a, loop.ctx()));
    loop.spawn("sends", send_for_ever(b, loop.ctx()));
    CHECK(loop.run([](channel<int>& x, channel<int>& y, context& ctx) -> task<std::size_t> {
        core::receive_case from_x{x};
        core::receive_case from_y{y};
        std::size_t before = 0;
        for (int i = 0; i < 20'000; ++i) {
            if (i == 10'000) before = allocations;
            auto which = co_await core::select(ctx, from_x, from_y);
            if (!which) co_return 1;
        }
        co_return allocations - before;
    }(a, b, loop.ctx())) == 0);
    loop.stop();
}

TEST_CASE("a steady acquire and release of a semaphore allocates nothing") {
    test_loop loop{1};
    core::semaphore three{3};
    const auto works = [](core::semaphore& of, context& ctx) -> task<std::size_t> {
        std::size_t before = 0;
        for (int i = 0; i < 2'000; ++i) {
            if (i == 1'000) before = allocations;
            auto mine = co_await of.acquire(ctx);
            auto turn = co_await core::yield(ctx);
            if (!mine || !turn) co_return 1;
        }
        co_return allocations - before;
    };
    for (int i = 0; i < 9; ++i) {
        loop.spawn("works",
                   [](task<std::size_t> work) -> task<> { co_await std::move(work); }(works(three, loop.ctx())));
    }
    CHECK(loop.run(works(three, loop.ctx())) == 0);
    loop.settle();
}

TEST_CASE("a context that is made and cancelled without a cause of its own allocates nothing") {
    test_loop loop{1};
    const auto make = [&] {
        for (int i = 0; i < 1000; ++i) {
            context c{loop.ctx()};
            core::timed_context timed{c, 5s};
            c.cancel();
        }
    };
    make();
    const std::size_t before = allocations;
    make();
    CHECK(allocations == before);
}
