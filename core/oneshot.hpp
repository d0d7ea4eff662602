// core/oneshot.hpp: one value for one coroutine that waits for it: the answer to a question.
// Thread: one scheduler's; an answer from another shard comes as a letter and is set by the waiter's own shard.
// Owner: who asks, in its frame; it must not die while the question can still be answered through a pointer to it.
#pragma once

#include "core/context.hpp"

#include <cassert>
#include <optional>

namespace core {

template <class T>
class oneshot final : job, stop_hook {
public:
    oneshot() noexcept = default;
    ~oneshot() { assert(!waiting_); }

    /// Gives the value; later ones are dropped. The waiter resumes in this turn or the next, never inside this call.
    void set(T value) {
        if (value_) return;
        value_.emplace(std::move(value));
        if (!waiting_) return;
        stop_hook::unlink();
        wake();
    }
    [[nodiscard]] bool has_value() const noexcept { return value_.has_value(); }

    struct awaiter {
        oneshot& of;
        context& ctx;

        bool await_ready() noexcept { return of.value_.has_value() || ctx.done(); }
        void await_suspend(std::coroutine_handle<> h) noexcept {
            assert(!of.waiting_ && "one coroutine waits, not two");
            of.handle = h;
            of.on_ = &ctx.on();
            of.waiting_ = true;
            ctx.add(of);
        }
        [[nodiscard]] result<T> await_resume() {
            if (of.value_) return std::move(*of.value_);
            return tl::unexpected<error>(ctx.why());
        }
    };

    /// Waits for the value, which it gives away: nobody waits again after it. A value that is there wins over an ended
    /// context. Errors: the context's; then one may wait again.
    [[nodiscard]] awaiter wait(context& ctx) noexcept { return awaiter{*this, ctx}; }

private:
    void stopped(const error&) noexcept override { wake(); }
    [[nodiscard]] wait_place waits_in() const override { return {"oneshot::wait", handle}; }
    void wake() noexcept {
        waiting_ = false;
        on_->ready(*this);
    }

    std::optional<T> value_;
    scheduler* on_ = nullptr;
    bool waiting_ = false;
};

}  // namespace core
