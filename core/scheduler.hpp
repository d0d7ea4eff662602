// core/scheduler.hpp: what runs coroutines: a list of those that are ready, timers, and turns with a fixed order.
// Thread: one scheduler a thread; all calls from it, but for wake() and ready_from_elsewhere().
// Owner: a shard's thread (asio_loop) or a test (test_loop); it must outlive everything that waits on it.
#pragma once

#include "core/clock.hpp"

#include <atomic>
#include <cassert>
#include <coroutine>
#include <cstdint>
#include <vector>

namespace core {

/// A suspended coroutine that can be put on the ready list. Lives in an awaiter or a promise.
struct job {
    job* next = nullptr;
    std::coroutine_handle<> handle{};
};

/// Something to do at a time. Lives in an awaiter or a timed context; it must be cancelled before it dies.
class timer {
public:
    timer() noexcept = default;
    timer(const timer&) = delete;
    timer& operator=(const timer&) = delete;

    [[nodiscard]] bool pending() const noexcept { return place_ != none; }

protected:
    ~timer() { assert(!pending()); }

private:
    friend class scheduler;
    static constexpr std::size_t none = static_cast<std::size_t>(-1);

    /// Called by the scheduler at the start of a turn; may put jobs on the ready list, resumes nothing itself.
    virtual void fired() noexcept = 0;

    time_point at_{};
    std::uint64_t order_ = 0;   // equal times fire in the order they were set
    std::size_t place_ = none;  // in the scheduler's heap
};

/// Work that belongs to the edges of a turn, and not to a coroutine: a shard takes its mail at the beginning and writes
/// to its connections at the end.
class turn_hook {
public:
    virtual void turn_begins() = 0;
    virtual void turn_ends() = 0;

protected:
    ~turn_hook() = default;
};

/// A turn: mail and timers, then the coroutines that are ready, then the hooks' ends. After it the scheduler looks for
/// what the outside brings, and waits there if nothing is ready.
class scheduler {
public:
    explicit scheduler(const clock& time) noexcept : clock_(time), now_(time.now()) {}
    scheduler(const scheduler&) = delete;
    scheduler& operator=(const scheduler&) = delete;
    virtual ~scheduler();

    /// The scheduler whose turn runs on this thread; nullptr outside of turns.
    [[nodiscard]] static scheduler* here() noexcept { return here_; }

    /// Puts a suspended coroutine behind those that are ready. It runs in this turn or the next, never inside this
    /// call.
    void ready(job& j) noexcept {
        j.next = nullptr;
        (last_ == nullptr ? first_ : last_->next) = &j;
        last_ = &j;
    }
    /// The same from any other thread. From within a turn of another scheduler it is handed over at the end of that
    /// turn: many jobs for one scheduler wake it once.
    void ready_from_elsewhere(job& j) noexcept;

    /// The time of this turn's beginning.
    [[nodiscard]] time_point now() const noexcept { return now_; }
    [[nodiscard]] const class clock& clock() const noexcept { return clock_; }

    void start(timer& t, time_point at);
    /// No effect on one that is not pending. O(log n). After it the timer never fires.
    void cancel(timer& t) noexcept;
    [[nodiscard]] std::size_t timers() const noexcept { return heap_.size(); }

    /// Hooks run in the order they were added; not from within a hook.
    void add(turn_hook& h) { hooks_.push_back(&h); }
    void remove(turn_hook& h) noexcept { std::erase(hooks_, &h); }

    /// Makes the scheduler take another turn soon. Any thread.
    virtual void wake() noexcept = 0;

    /// Whether the running coroutine may go on without waiting. One that never has to wait would keep all others from
    /// running: after some operations that were ready at once the next one goes through the ready list.
    [[nodiscard]] bool may_go_on() noexcept { return budget_ > 0 && --budget_ > 0; }

    /// A number below `n`, at least 1: for choices that must be fair, not secret. Quick, and replayed by a test's seed.
    [[nodiscard]] std::uint32_t below(std::uint32_t n) noexcept {
        dice_ ^= dice_ << 13;  // Marsaglia's xorshift64
        dice_ ^= dice_ >> 7;
        dice_ ^= dice_ << 17;
        return static_cast<std::uint32_t>(((dice_ >> 32) * n) >> 32);
    }

protected:
    static constexpr int operations_at_once = 128;

    void turn_begins();
    void turn_ends();
    [[nodiscard]] bool any_ready() const noexcept { return first_ != nullptr; }
    [[nodiscard]] job* take_ready() noexcept {
        job* j = first_;
        if (j == nullptr) return nullptr;
        first_ = j->next;
        if (first_ == nullptr) {
            last_ = nullptr;
        } else {
            fetch(*first_);
        }
        return j;
    }
    /// Of thousands of coroutines each one's frame has left the caches since it ran; the next one's comes while this
    /// one runs. The job lies in the midst of what will be used.
    [[gnu::always_inline]] static void fetch(const job& next) noexcept {  // g++ takes a call as one without effect
        const auto* at = reinterpret_cast<const char*>(&next);
        __builtin_prefetch(at - 128);
        __builtin_prefetch(at - 64);
        __builtin_prefetch(at);
        __builtin_prefetch(at + 64);
    }
    void resume(job& j) {
        budget_ = operations_at_once;
        j.handle.resume();
    }
    /// Before it dies, where other threads know it: one that has just handed a job over may not have woken it yet.
    void wait_for_visitors() const noexcept;
    /// Where below() begins.
    void seed(std::uint64_t with) noexcept { dice_ = with * 0x9E3779B97F4A7C15 | 1; }
    void look_at_clock() noexcept { now_ = clock_.now(); }
    [[nodiscard]] bool any_timer() const noexcept { return !heap_.empty(); }
    [[nodiscard]] time_point next_timer() const noexcept { return heap_.front()->at_; }

private:
    /// Jobs for another scheduler, the newest first, until the end of the turn.
    struct parcel {
        scheduler* to;
        job* newest;
        job* oldest;
    };
    void receive(job& newest, job& oldest) noexcept;
    void take_arrived() noexcept;
    void hand_over() noexcept;

    [[nodiscard]] static bool before(const timer& a, const timer& b) noexcept;
    void put(std::size_t place, timer& t) noexcept;
    void rise(std::size_t place) noexcept;
    void sink(std::size_t place) noexcept;

    const class clock& clock_;
    time_point now_;
    job* first_ = nullptr;
    job* last_ = nullptr;
    int budget_ = 0;
    std::vector<timer*> heap_;  // a binary heap, the earliest first; each timer knows its place
    std::uint64_t started_ = 0;
    std::vector<turn_hook*> hooks_;
    std::uint64_t dice_ = 0x9E3779B97F4A7C15;
    std::vector<parcel> parcels_;
    alignas(64) std::atomic<job*> arrived_{nullptr};  // by other threads, the newest first
    std::atomic<int> visitors_{0};                    // threads that hand something over just now
    static thread_local scheduler* here_;
};

}  // namespace core
