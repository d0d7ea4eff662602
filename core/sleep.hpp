// core/sleep.hpp: waiting for a time, or for a turn.
// Thread: that of the context's scheduler.
// Owner: the caller's frame.
#pragma once

#include "core/context.hpp"

namespace core {

class sleep_awaiter : job, timer, stop_hook {
public:
    sleep_awaiter(context& ctx, time_point until) noexcept : ctx_(ctx), until_(until) {}
    ~sleep_awaiter() { ctx_.on().cancel(*this); }

    bool await_ready() const noexcept { return ctx_.done() && ctx_.on().may_go_on(); }
    void await_suspend(std::coroutine_handle<> h) {
        handle = h;
        if (ctx_.done() || until_ <= ctx_.on().now()) return ctx_.on().ready(*this);
        if (until_ != time_point::max()) ctx_.on().start(*this, until_);
        ctx_.add(*this);
    }
    [[nodiscard]] result<> await_resume() const {
        if (ctx_.done()) return tl::unexpected<error>(ctx_.why());
        return {};
    }

private:
    void fired() noexcept override {
        stop_hook::unlink();
        ctx_.on().ready(*this);
    }
    void stopped(const error&) noexcept override {
        ctx_.on().cancel(*this);
        ctx_.on().ready(*this);
    }
    [[nodiscard]] wait_place waits_in() const override { return {"a sleep", handle}; }

    context& ctx_;
    const time_point until_;
};

/// Waits until the scheduler's time has reached `until`; in the past: only lets others run. Errors: the context's.
[[nodiscard]] inline sleep_awaiter sleep_until(context& ctx, time_point until) noexcept {
    return {ctx, until};
}
[[nodiscard]] inline sleep_awaiter sleep_for(context& ctx, duration how_long) noexcept {
    return {ctx, later(ctx.on().now(), how_long)};
}

/// Lets the others that are ready run first.
[[nodiscard]] inline sleep_awaiter yield(context& ctx) noexcept {
    return {ctx, time_point{}};
}

}  // namespace core
