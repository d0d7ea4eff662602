// tests/core/mailbox.cpp: what core/mailbox.hpp promises, on one thread and between two.
// Thread: one, or two where the case says so.
// Owner: core_tests.
#include "core/mailbox.hpp"

#include "core/asio_loop.hpp"
#include "core/oneshot.hpp"
#include "core/scope.hpp"
#include "tests/core/support.hpp"

#include <memory>
#include <thread>
#include <vector>

using namespace core_test;
using core::mailbox;

namespace {

struct counting_scheduler final : core::scheduler {
    explicit counting_scheduler(const class core::clock& c) : scheduler(c) {}
    void wake() noexcept override { ++wakes; }
    int wakes = 0;
};

/// What goes between two shards: a plain value behind a pointer, which TSan watches.
struct letter {
    std::unique_ptr<int> number;
};

/// A shard that sends 1 to `last`, some in each turn, and counts what comes to it.
struct shard final : core::turn_hook {
    shard(core::asio_loop& l, mailbox<letter>& in, mailbox<letter>& out, int last)
        : loop(l), inbox(in), outbox(out), to_send(last) {
        loop.add(*this);
    }
    ~shard() { loop.remove(*this); }

    void turn_begins() override {
        inbox.take(letters);
        for (letter& l : letters) {
            in_order = in_order && *l.number == received + 1;
            ++received;
        }
        on_its_thread = on_its_thread && std::this_thread::get_id() == thread;
    }
    void turn_ends() override {
        for (int n = 0; n < 100 && sent < to_send; ++n) {
            letter l{std::make_unique<int>(++sent)};
            outbox.put(std::move(l));
        }
        outbox.hand_over();
        if (sent < to_send) loop.wake();  // goes on without a letter from there
        if (sent == to_send && received == to_send) all_done.set(1);
    }

    core::asio_loop& loop;
    mailbox<letter>& inbox;
    mailbox<letter>& outbox;
    const int to_send;
    std::thread::id thread = std::this_thread::get_id();
    std::vector<letter> letters{};
    int sent = 0;
    int received = 0;
    bool in_order = true;
    bool on_its_thread = true;
    core::oneshot<int> all_done{};
};

}  // namespace

TEST_CASE("letters arrive whole and in order once they are handed over") {
    const core::manual_clock time;
    counting_scheduler receiver{time};
    mailbox<int> box{receiver};
    std::vector<int> got{7};
    box.put(1);
    box.put(2);
    box.take(got);
    CHECK(got.empty());  // not yet handed over
    CHECK(receiver.wakes == 0);
    box.hand_over();
    CHECK(receiver.wakes == 1);

    SUBCASE("all at once") {
        box.take(got);
        CHECK(got == std::vector{1, 2});
        box.take(got);
        CHECK(got.empty());
    }
    SUBCASE("with those of a later turn behind them") {
        box.put(3);
        box.hand_over();
        CHECK(receiver.wakes == 1);  // who has been woken need not be woken again
        box.take(got);
        CHECK(got == std::vector{1, 2, 3});
        box.put(4);
        box.hand_over();
        CHECK(receiver.wakes == 2);
        box.take(got);
        CHECK(got == std::vector{4});
    }
    SUBCASE("and handing over nothing wakes nobody") {
        box.hand_over();
        CHECK(receiver.wakes == 1);
    }
}

TEST_CASE("ten thousand letters of one turn wake the receiver once") {
    const core::manual_clock time;
    counting_scheduler receiver{time};
    mailbox<int> box{receiver};
    for (int i = 0; i < 10'000; ++i) box.put(i);
    box.hand_over();
    CHECK(receiver.wakes == 1);
    std::vector<int> got;
    box.take(got);
    CHECK(got.size() == 10'000);
}

TEST_CASE("letters that nobody took die with the mailbox") {
    const core::manual_clock time;
    counting_scheduler receiver{time};
    const auto alive = std::make_shared<int>(1);
    {
        mailbox<std::shared_ptr<int>> box{receiver};
        box.put(alive);
        box.hand_over();
        box.put(alive);
        CHECK(alive.use_count() == 3);
    }
    CHECK(alive.use_count() == 1);
}

TEST_CASE("two threads send each other many letters and each comes once and in order on its own thread") {
    constexpr int letters = 20'000;
    const core::system_clock time;
    core::asio_loop left{time};
    core::asio_loop right{time};
    mailbox<letter> to_left{left};
    mailbox<letter> to_right{right};

    struct outcome {
        int received = 0;
        bool in_order = false;
        bool on_its_thread = false;
        bool ended_well = false;
    };
    const auto live = [&](core::asio_loop& loop, mailbox<letter>& in, mailbox<letter>& out) {
        shard s{loop, in, out, letters};
        const auto ended = loop.run([](core::asio_loop& l, shard& of) -> task<> {
            context ctx{l};
            auto done = co_await of.all_done.wait(ctx);
            CHECK(done);
        }(loop, s));
        return outcome{s.received, s.in_order, s.on_its_thread, ended.has_value()};
    };
    outcome of_right;
    std::thread other{[&] { of_right = live(right, to_right, to_left); }};
    const outcome of_left = live(left, to_left, to_right);
    other.join();
    for (const outcome& o : {of_left, of_right}) {
        CHECK(o.received == letters);
        CHECK(o.in_order);
        CHECK(o.on_its_thread);
        CHECK(o.ended_well);
    }
}

TEST_CASE("a question to another thread and its answer cross one at a time and lose no wake-up") {
    constexpr int rounds = 5'000;
    const core::system_clock time;
    core::asio_loop asks{time};
    core::asio_loop answers{time};
    mailbox<letter> questions{answers};
    mailbox<letter> replies{asks};

    struct echo final : core::turn_hook {
        echo(mailbox<letter>& in, mailbox<letter>& out) : from(in), to(out) {}
        void turn_begins() override {
            from.take(letters);
            for (letter& l : letters) {
                ++*l.number;
                if (*l.number > rounds) over.set(1);
                to.put(std::move(l));
            }
        }
        void turn_ends() override { to.hand_over(); }
        mailbox<letter>& from;
        mailbox<letter>& to;
        std::vector<letter> letters{};
        core::oneshot<int> over{};
    };
    const auto play = [](core::asio_loop& loop, mailbox<letter>& in, mailbox<letter>& out, bool begins) {
        echo e{in, out};
        loop.add(e);
        if (begins) out.put({std::make_unique<int>(0)});
        const auto ended = loop.run([](core::asio_loop& l, echo& echoes) -> task<> {
            context ctx{l};
            auto over = co_await echoes.over.wait(ctx);
            CHECK(over);
        }(loop, e));
        loop.remove(e);
        return ended.has_value();
    };
    bool answered = false;
    std::thread other{[&] { answered = play(answers, questions, replies, false); }};
    CHECK(play(asks, replies, questions, true));
    other.join();
    CHECK(answered);
}
