// core/task.hpp: the coroutine type: lazy, awaited once, or spawned into a scope.
// Thread: that of the scheduler it runs on.
// Owner: the task object until it is awaited or spawned; then the awaiting expression, or the scope.
#pragma once

#include "core/frame_pool.hpp"
#include "core/list.hpp"
#include "core/scheduler.hpp"

#include <coroutine>
#include <cstdint>
#include <exception>
#include <optional>
#include <utility>

namespace core {

class scope;

namespace detail {

/// What all promises have: the way back to who awaits, or the scope that owns a spawned task. One of both at a time:
/// a connection that waits is a frame with a promise in it, so each word counts.
struct promise_base : job, list_hook<promise_base> {
    enum class state : std::uint8_t { awaited, starting, finished_in_start, spawned };

    // job::handle: of a spawned one itself, to be started; of another who awaits it.
    scope* owner = nullptr;      // of a spawned one
    const char* name = nullptr;  // of a spawned one
    std::exception_ptr thrown{};
    state is = state::awaited;  // see task::awaiter

    static void* operator new(std::size_t bytes) { return frame_pool::allocate(bytes); }
    static void operator delete(void* frame, std::size_t bytes) noexcept { frame_pool::release(frame, bytes); }

    std::suspend_always initial_suspend() noexcept { return {}; }
    void unhandled_exception() noexcept { thrown = std::current_exception(); }
};

/// For reports: the spawned task that waits where `h` is suspended, through all that awaits it; nullptr: none. It takes
/// each coroutine for a task, for nothing else awaits in the core.
inline const promise_base* spawned_below(std::coroutine_handle<> h) noexcept {
    while (h) {
        const auto& p = std::coroutine_handle<promise_base>::from_address(h.address()).promise();
        if (p.is == promise_base::state::spawned) return &p;
        h = p.handle;
    }
    return nullptr;
}

/// Tells the scope that a task of its is over, and destroys the task's frame. Defined in scope.cpp.
void finished(promise_base& p) noexcept;

struct final_awaiter {
    bool await_ready() noexcept { return false; }
    template <class Promise>
    std::coroutine_handle<> await_suspend(std::coroutine_handle<Promise> h) noexcept {
        promise_base& p = h.promise();
        switch (p.is) {
            case promise_base::state::spawned: finished(p); return std::noop_coroutine();
            case promise_base::state::starting:
                p.is = promise_base::state::finished_in_start;
                return std::noop_coroutine();
            default: return p.handle;
        }
    }
    void await_resume() noexcept {}
};

template <class T>
struct promise : promise_base {
    static_assert(alignof(T) <= 2 * sizeof(void*), "a promise stands where that of any task does: return a pointer");
    std::optional<T> value{};

    auto get_return_object() noexcept { return std::coroutine_handle<promise>::from_promise(*this); }
    final_awaiter final_suspend() noexcept { return {}; }
    template <class U = T>
    void return_value(U&& u) {
        value.emplace(std::forward<U>(u));
    }
    T take() {
        if (thrown) std::rethrow_exception(thrown);
        return std::move(*value);
    }
};

template <>
struct promise<void> : promise_base {
    auto get_return_object() noexcept { return std::coroutine_handle<promise>::from_promise(*this); }
    final_awaiter final_suspend() noexcept { return {}; }
    void return_void() noexcept {}
    void take() {
        if (thrown) std::rethrow_exception(thrown);
    }
};

}  // namespace detail

/// A coroutine that starts when it is awaited and gives a `T`. Exceptions travel to who awaits.
/// Cancellation: none of its own; what it awaits ends with the context it was given.
template <class T = void>
class [[nodiscard]] task {
public:
    using promise_type = detail::promise<T>;

    task(std::coroutine_handle<promise_type> h) noexcept : handle_(h) {}
    task(task&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
    task& operator=(task&& other) noexcept {
        std::swap(handle_, other.handle_);
        return *this;
    }
    ~task() {
        if (handle_) handle_.destroy();
    }

    /// Starts the child inside the call and does not suspend where it has finished by then. With a symmetric transfer
    /// instead, a loop over children that finish at once overflows the stack below -O2 and under ASan.
    struct awaiter {
        std::coroutine_handle<promise_type> child;

        bool await_ready() noexcept { return false; }
        bool await_suspend(std::coroutine_handle<> parent) {
            detail::promise_base& p = child.promise();
            p.handle = parent;
            p.is = detail::promise_base::state::starting;
            child.resume();
            if (p.is == detail::promise_base::state::finished_in_start) return false;
            p.is = detail::promise_base::state::awaited;
            return true;
        }
        T await_resume() { return child.promise().take(); }
    };
    awaiter operator co_await() && noexcept { return awaiter{handle_}; }

    /// For scopes and schedulers: gives the frame away.
    [[nodiscard]] std::coroutine_handle<promise_type> release() noexcept { return std::exchange(handle_, nullptr); }

private:
    std::coroutine_handle<promise_type> handle_;
};

}  // namespace core
