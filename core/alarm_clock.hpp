// core/alarm_clock.hpp: a time that can be waited for, moved and given up, and one that comes again and again.
// Thread: that of its scheduler.
// Owner: the caller's frame; it must outlive who waits for it.
#pragma once

#include "core/operation.hpp"
#include "core/select_case.hpp"

#include <coroutine>

namespace core {

namespace detail {

/// What an alarm and a ticker have in common: it has rung or not, and one may wait until it rings.
class bell : protected timer {
public:
    bell(const bell&) = delete;
    bell& operator=(const bell&) = delete;

    class ring_awaiter;
    class ring_case;

    /// Waits until it rings, and takes that; several may wait, each ring is for one. It may have rung before: then at
    /// once. Errors: the context's.
    [[nodiscard]] ring_awaiter wait(context& ctx) noexcept;

    /// Whether it has rung and nobody has taken it yet.
    [[nodiscard]] bool rung() const noexcept { return rung_; }

protected:
    explicit bell(scheduler& on) noexcept : on_(on) {}
    ~bell() {
        assert(waiting_.empty());
        on_.cancel(*this);
    }
    void ring() noexcept {
        if (waiter* w = waiting_.claim_first()) {
            w->of->end(*w, outcome::moved);
        } else {
            rung_ = true;
        }
    }

    scheduler& on_;
    bool rung_ = false;
    queue waiting_;
};

/// What wait() gives to co_await. Lives in the caller's frame; nothing is allocated to wait.
class bell::ring_awaiter final : operation {
public:
    ring_awaiter(bell& of, context& ctx) noexcept : operation(ctx, reach::one), of_(of) {}

    bool await_ready() noexcept {
        if (ctx_.done()) {
            how_ = outcome::stopped;
        } else if (std::exchange(of_.rung_, false)) {
            how_ = outcome::moved;
        }
        return how_ != outcome::none && ctx_.on().may_go_on();
    }
    void await_suspend(std::coroutine_handle<> h) noexcept {
        handle = h;
        if (how_ != outcome::none) return ctx_.on().ready(*this);
        place_.of = this;
        of_.waiting_.push_back(place_);
        ctx_.add(*this);
    }
    [[nodiscard]] result<> await_resume() const {
        if (how_ == outcome::moved) return {};
        return why_of(how_, ctx_);
    }

private:
    void leave() noexcept override { place_.unlink(); }
    [[nodiscard]] wait_place waits_in() const override { return {"an alarm", handle}; }
    bell& of_;
    waiter place_;
};

inline bell::ring_awaiter bell::wait(context& ctx) noexcept {
    return {*this, ctx};
}

/// The same as a case of a select.
class bell::ring_case final : public select_case {
public:
    static constexpr bool across = false;

    explicit ring_case(bell& of) noexcept : of_(of) {}
    bool may() override { return of_.rung_; }
    bool take() override { return std::exchange(of_.rung_, false); }
    void enter() override { of_.waiting_.push_back(place()); }
    [[nodiscard]] std::string told() const override { return "an alarm"; }

private:
    bell& of_;
};

}  // namespace detail

/// A time to wait for that can be stopped and moved (Go's Timer). After stop() or start() nothing of before is left to
/// be received.
class alarm_clock final : public detail::bell {
public:
    explicit alarm_clock(scheduler& on) noexcept : bell(on) {}
    alarm_clock(scheduler& on, duration after) : bell(on) { start(after); }

    /// Rings once, after `after`; zero or less: in the next turn. It is moved there where it runs already. True: it
    /// ran, and was moved.
    bool start(duration after) { return start_at(later(on_.now(), after)); }
    bool start_at(time_point at) {
        const bool ran = stop();
        if (at != time_point::max()) on_.start(*this, at);
        return ran;
    }
    /// True: it kept it from ringing; false: it has rung, or did not run.
    bool stop() noexcept {
        const bool ran = pending();
        on_.cancel(*this);
        rung_ = false;
        return ran;
    }
    using timer::pending;

private:
    void fired() noexcept override { ring(); }
};

/// Rings every `period`. Who comes late finds one ring, however many there were; the next come at the times they would
/// have come anyway.
class ticker final : public detail::bell {
public:
    /// @param period above zero: a ticker without one is a bug, and ends the process
    ticker(scheduler& on, duration period) : bell(on), period_(period) {
        assert(period > duration::zero() && "a ticker needs a period");
        reset(period);
    }
    /// From now on, with this period.
    void reset(duration period) {
        assert(period > duration::zero() && "a ticker needs a period");
        period_ = period;
        rung_ = false;
        next_ = later(on_.now(), period_);
        on_.start(*this, next_);
    }
    /// No rings from here on, and none of before is left.
    void stop() noexcept {
        on_.cancel(*this);
        rung_ = false;
    }

private:
    void fired() noexcept override {
        const time_point now = on_.now();
        next_ = later(next_, period_ * ((now - next_) / period_ + 1));
        on_.start(*this, next_);
        ring();
    }

    duration period_;
    time_point next_{};
};

/// An alarm or a ticker as a case of a select.
using ring_case = detail::bell::ring_case;

}  // namespace core
