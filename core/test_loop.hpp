// core/test_loop.hpp: the scheduler of tests: virtual time, and an order of events drawn from a seed.
// Thread: the test's.
// Owner: the test; at its end every coroutine must have ended and no timer be left, or the destructor ends the process.
#pragma once

#include "core/scope.hpp"

#include <memory>
#include <optional>
#include <random>
#include <stdexcept>
#include <vector>

namespace core {

namespace detail {
struct virtual_time {  // a base, so that it is made before the scheduler, which looks at it
    manual_clock time;
};
}  // namespace detail

/// Draws which of the ready coroutines is next, and where a turn ends, so that a test sees many orders; the same seed
/// gives the same order. Time moves only when nothing is ready. An exception in any task ends all of them and is thrown
/// on, as std::logic_error with the task's name, by the call that runs the loop.
class test_loop final : detail::virtual_time, public scheduler {
public:
    /// @param loop_seed 0: from TERTULIA_SEED, or else drawn anew; a test tells it with its failure
    /// (CAPTURE(loop.seed()))
    explicit test_loop(std::uint64_t loop_seed = 0);
    ~test_loop() override;

    [[nodiscard]] std::uint64_t seed() const noexcept { return seed_; }
    [[nodiscard]] context& ctx() noexcept { return tasks_.ctx(); }
    [[nodiscard]] std::mt19937_64& random() noexcept { return random_; }

    /// What spawn() gives: whether the task is over, and its value.
    template <class T>
    class spawned {
    public:
        [[nodiscard]] bool done() const noexcept { return state_->done; }
        /// The value; only where done().
        [[nodiscard]] T& get() const { return *state_->value; }

    private:
        friend class test_loop;
        struct state {
            bool done = false;
            std::optional<T> value{};
        };
        std::shared_ptr<state> state_ = std::make_shared<state>();
    };

    void spawn(const char* name, task<> work) { tasks_.spawn(name, std::move(work)); }

    template <class T>
    spawned<T> spawn(const char* name, task<T> work) {
        spawned<T> s;
        tasks_.spawn(name, keep(s.state_, std::move(work)));
        return s;
    }

    /// Runs `work` to its end, moving time where nothing else is ready. Throws where it can never end, with who waits.
    template <class T>
    T run(task<T> work) {
        auto s = spawn("run", std::move(work));
        run_until([&] { return s.done(); });
        return std::move(s.get());
    }
    void run(task<> work);

    /// Runs all that is ready, and what that makes ready, without moving time.
    void settle();
    /// Moves time on, stopping at every timer on the way.
    void advance(duration by);
    /// Runs, moving time where nothing is ready, until `condition` holds. Throws where that can never be.
    template <class Condition>
    void run_until(Condition condition) {
        while (!condition() && !failed()) {
            if (!step() && !jump()) throw std::logic_error(deadlock());
        }
        tell_failure();
    }

    /// Ends all tasks by their context, and runs until they have ended.
    void stop();
    [[nodiscard]] std::size_t running() const noexcept { return tasks_.running(); }

    void wake() noexcept override { woken_ = true; }

private:
    template <class T, class State>
    static task<> keep(std::shared_ptr<State> s, task<T> work) {
        auto value = co_await std::move(work);
        s->value.emplace(std::move(value));
        s->done = true;
    }
    [[nodiscard]] bool failed() noexcept { return ctx().done() && ctx().why().code == errc::failed; }
    void tell_failure();
    bool step();  // one turn; false: nothing was ready
    bool jump();  // to the next timer; false: there is none
    [[nodiscard]] std::string deadlock();

    std::uint64_t seed_;
    std::mt19937_64 random_;
    const int exceptions_;  // in flight when it was made
    bool woken_ = true;
    std::vector<job*> drawn_from_;
    context root_{*this};
    scope tasks_{root_, "test"};
};

}  // namespace core
