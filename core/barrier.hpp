// core/barrier.hpp: a point where some coroutines wait for each other, round after round.
// Thread: one scheduler's; all calls from it.
// Owner: whoever makes it; it must outlive its waiters (checked in the destructor).
#pragma once

#include "core/waiter.hpp"

#include <cstddef>
#include <functional>
#include <utility>

namespace core {

/// A cyclic barrier. Who is cancelled while it waits, or calls leave(), has left for good: the barrier counts on one
/// fewer from then on, so the others never hang for it.
class barrier {
public:
    class arrive_awaiter;

    /// @param parties how many take part, at least 1
    /// @param completion runs once a round, when all have arrived and before any goes on, inside the call that
    /// completed the round; throws nothing
    explicit barrier(std::size_t parties, std::function<void()> completion = {})
        : parties_(parties), completion_(std::move(completion)) {
        assert(parties > 0);
    }
    barrier(const barrier&) = delete;
    barrier& operator=(const barrier&) = delete;
    ~barrier() { assert(line_.empty() && "somebody waits at a barrier that dies"); }

    /// Waits until all have arrived; gives true to one of them, the last that came. They resume in this turn or the
    /// next, and may arrive again at once: that is the next round. Errors: the context's; then it has left.
    [[nodiscard]] arrive_awaiter arrive(context& ctx) noexcept;

    /// Takes part no more; not while it waits. Completes the round where all others are there.
    void leave() noexcept;

    [[nodiscard]] std::size_t parties() const noexcept { return parties_; }
    [[nodiscard]] std::size_t arrived() const noexcept { return arrived_; }

private:
    void complete() noexcept;

    std::size_t parties_;
    std::size_t arrived_ = 0;
    list<waiter> line_;
    std::function<void()> completion_;
};

class barrier::arrive_awaiter : waiter {
public:
    arrive_awaiter(barrier& of, context& ctx) noexcept : waiter(ctx), of_(of) {}
    bool await_ready() noexcept {
        const bool over = begin([this] {
            assert(of_.arrived_ < of_.parties_ && "more arrive than take part");
            if (++of_.arrived_ < of_.parties_) return false;
            last_ = true;
            of_.complete();
            return true;
        });
        if (given_up()) of_.leave();
        return over;
    }
    void await_suspend(std::coroutine_handle<> h) noexcept { wait_in(of_.line_, h); }
    [[nodiscard]] result<bool> await_resume() {
        if (!served()) return why();
        return last_;
    }

private:
    friend class barrier;
    void gave_up() noexcept override {
        --of_.arrived_;
        of_.leave();
    }
    [[nodiscard]] const char* what() const noexcept override { return "barrier::arrive"; }
    barrier& of_;
    bool last_ = false;
};

inline barrier::arrive_awaiter barrier::arrive(context& ctx) noexcept {
    return {*this, ctx};
}

inline void barrier::leave() noexcept {
    assert(parties_ > 0 && "more leave than take part");
    --parties_;
    if (line_.empty() || arrived_ < parties_) return;
    waiter* last = nullptr;
    for (waiter& w : line_) last = &w;
    static_cast<arrive_awaiter*>(last)->last_ = true;
    complete();
}

inline void barrier::complete() noexcept {
    arrived_ = 0;
    if (completion_) completion_();
    serve_all(line_);
}

}  // namespace core
