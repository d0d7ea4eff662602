// core/semaphore.hpp: bounds how much of something is in use at once, first come, first served.
// Thread: one scheduler's; all calls from it. Between threads use a channel of their kind.
// Owner: whoever makes it; it must outlive its waiters and its permits (checked in the destructor).
#pragma once

#include "core/waiter.hpp"

#include <cstddef>
#include <utility>

namespace core {

/// A weighted semaphore. Permits are given in the order they were asked for: a small request waits behind a large one.
class semaphore {
public:
    class permit;
    class acquire_awaiter;

    explicit semaphore(std::size_t permits) noexcept : size_(permits), free_(permits) {}
    semaphore(const semaphore&) = delete;
    semaphore& operator=(const semaphore&) = delete;
    ~semaphore() {
        assert(line_.empty() && never_.empty() && "somebody waits for a semaphore that dies");
        assert(free_ == size_ && "a permit outlives its semaphore");
    }

    /// Waits for `n` permits; gives them as one guard. Resumes in this turn or the next, never inside a permit's
    /// destructor. More than there are at all is never granted, and stands in nobody's way; 0 is granted at once.
    /// Cancellation: its place is given up, those behind it that now fit are served, no permit is lost; a permit that
    /// was granted before the context ended is given all the same. Errors: the context's.
    [[nodiscard]] acquire_awaiter acquire(context& ctx, std::size_t n = 1) noexcept;

    /// Never waits, and passes nobody. Error: full.
    [[nodiscard]] result<permit> try_acquire(std::size_t n = 1);

    [[nodiscard]] std::size_t size() const noexcept { return size_; }
    [[nodiscard]] std::size_t free() const noexcept { return free_; }

private:
    [[nodiscard]] bool take(std::size_t n) noexcept;
    void give(std::size_t n) noexcept {
        free_ += n;
        serve();
    }
    void serve() noexcept;

    const std::size_t size_;
    std::size_t free_;
    list<waiter> line_;
    list<waiter> never_;  // who asked for more than size_
};

/// A right to be inside, for `count()` permits; they are given back when it dies. Movable; a moved-from one is empty.
class semaphore::permit {
public:
    permit() noexcept = default;
    permit(permit&& other) noexcept : of_(other.of_), n_(std::exchange(other.n_, 0)) {}
    permit& operator=(permit&& other) noexcept {
        std::swap(of_, other.of_);
        std::swap(n_, other.n_);
        return *this;
    }
    ~permit() { release(); }

    [[nodiscard]] std::size_t count() const noexcept { return n_; }
    /// Gives `n` of them back now; not more than it has.
    void release(std::size_t n) noexcept {
        assert(n <= n_ && "more is released than is held");
        n_ -= n;
        if (n > 0) of_->give(n);
    }
    void release() noexcept { release(n_); }

private:
    friend class semaphore;
    permit(semaphore& of, std::size_t n) noexcept : of_(&of), n_(n) {}
    semaphore* of_ = nullptr;
    std::size_t n_ = 0;
};

class semaphore::acquire_awaiter : waiter {
public:
    acquire_awaiter(semaphore& of, context& ctx, std::size_t n) noexcept : waiter(ctx), of_(of), n_(n) {}
    bool await_ready() noexcept {
        return begin([this] { return of_.take(n_); });
    }
    void await_suspend(std::coroutine_handle<> h) noexcept { wait_in(n_ > of_.size_ ? of_.never_ : of_.line_, h); }
    [[nodiscard]] result<permit> await_resume() {
        if (!served()) return why();
        return permit{of_, n_};
    }

private:
    friend class semaphore;
    void gave_up() noexcept override { of_.serve(); }
    [[nodiscard]] const char* what() const noexcept override { return "semaphore::acquire"; }
    semaphore& of_;
    const std::size_t n_;
};

inline semaphore::acquire_awaiter semaphore::acquire(context& ctx, std::size_t n) noexcept {
    return {*this, ctx, n};
}

inline result<semaphore::permit> semaphore::try_acquire(std::size_t n) {
    if (!take(n)) return fail(errc::full);
    return permit{*this, n};
}

inline bool semaphore::take(std::size_t n) noexcept {
    if (n == 0) return true;
    if (!line_.empty() || n > free_) return false;
    free_ -= n;
    return true;
}

inline void semaphore::serve() noexcept {
    while (!line_.empty()) {
        auto& first = static_cast<acquire_awaiter&>(line_.front());
        if (first.n_ > free_) return;
        free_ -= first.n_;
        first.serve();
    }
}

}  // namespace core
