// core/test_loop.cpp: seeded turns in virtual time.
// Thread: the test's.
// Owner: see the header.
#include "core/test_loop.hpp"

#include <cstdio>
#include <cstdlib>
#include <exception>

namespace core {

namespace {

std::uint64_t seed_for(std::uint64_t asked) {
    if (asked != 0) return asked;
    if (const char* given = std::getenv("TERTULIA_SEED")) return std::strtoull(given, nullptr, 10);
    return std::random_device{}();
}

}  // namespace

test_loop::test_loop(std::uint64_t loop_seed)
    : scheduler(time), seed_(seed_for(loop_seed)), random_(seed_), exceptions_(std::uncaught_exceptions()) {
    scheduler::seed(seed_);
}

test_loop::~test_loop() {
    if (std::uncaught_exceptions() > exceptions_) {  // the test has failed already
        std::fprintf(stderr, "test_loop: TERTULIA_SEED=%llu runs this again\n", static_cast<unsigned long long>(seed_));
        stop();
        return;
    }
    if (tasks_.running() == 0 && timers() == 0) return;
    const std::string left = running() > 0 ? deadlock() : std::to_string(timers()) + " timers are left";
    std::fprintf(stderr, "test_loop (seed %llu): %s\n", static_cast<unsigned long long>(seed_), left.c_str());
    std::abort();
}

void test_loop::run(task<> work) {
    const auto done = std::make_shared<bool>(false);  // of both: where this throws, the task lives on until stop()
    tasks_.spawn("run", [](task<> w, std::shared_ptr<bool> d) -> task<> {
        co_await std::move(w);
        *d = true;
    }(std::move(work), done));
    run_until([&] { return *done; });
}

bool test_loop::step() {
    if (!any_ready() && drawn_from_.empty() && !woken_) return false;
    woken_ = false;
    turn_begins();
    for (;;) {
        while (job* j = take_ready()) drawn_from_.push_back(j);
        if (drawn_from_.empty()) break;
        const std::size_t n = random_() % drawn_from_.size();
        std::swap(drawn_from_[n], drawn_from_.back());
        job* next = drawn_from_.back();
        drawn_from_.pop_back();
        resume(*next);
        if (random_() % 8 == 0) break;  // a turn may end while others are ready
    }
    turn_ends();
    return true;
}

bool test_loop::jump() {
    if (!any_timer()) return false;
    if (next_timer() > time.now()) time.advance(next_timer() - time.now());
    woken_ = true;
    return true;
}

void test_loop::settle() {
    while (step()) {
    }
    tell_failure();
}

void test_loop::tell_failure() {
    if (!failed()) return;
    while (step()) {  // those that were cancelled by it end before the test's own variables do
    }
    throw std::logic_error(ctx().why().detail);
}

void test_loop::advance(duration by) {
    settle();
    const time_point target = time.now() + by;
    while (any_timer() && next_timer() <= target) {
        jump();
        settle();
    }
    time.advance(target - time.now());
    woken_ = true;
    settle();
}

void test_loop::stop() {
    tasks_.cancel();
    while (tasks_.running() > 0) {
        if (!step() && !jump()) throw std::logic_error(deadlock());
    }
}

std::string test_loop::deadlock() {
    std::string who = "nothing is ready, no timer is set:";
    for (const auto& wait : tasks_.waits()) who += " " + wait + ";";
    who.pop_back();
    return who;
}

}  // namespace core
