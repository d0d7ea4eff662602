// core/select.hpp: waits for the first of several cases: exactly one happens, the others have no effect.
// Thread: that of the context's scheduler.
// Owner: the caller's frame, like that of the cases.
#pragma once

#include "core/select_case.hpp"

#include <algorithm>
#include <array>
#include <mutex>
#include <span>
#include <tuple>

namespace core {

namespace detail {

/// Which one of several that are ready: any, each as likely, or the one that stands first.
enum class preference : std::uint8_t { fair, first };

/// A number of cases that is known to the compiler, which sees their types and so needs no virtual calls.
template <class... Cases>
struct fixed_cases {
    static constexpr std::size_t count = sizeof...(Cases);
    static constexpr bool across = (Cases::across || ...);
    std::tuple<Cases&...> all;

    template <class F>
    void each(F f) {
        std::apply([&](auto&... c) { (f(c), ...); }, all);
    }
    /// Calls `f` with the case of that number, and gives what it gives.
    template <class F>
    bool with(std::uint32_t number, F f) {
        bool done = false;
        std::uint32_t n = 0;
        each([&](auto& c) {
            if (n++ == number) done = f(c);
        });
        return done;
    }
    [[nodiscard]] std::array<spin_lock*, count> locks() {
        std::array<spin_lock*, count> found{};
        std::size_t n = 0;
        each([&](auto& c) { found[n++] = c.lock(); });
        return found;
    }
};

/// As many as there are.
struct any_cases {
    static constexpr bool across = true;  // some may be
    std::span<select_case* const> all;

    template <class F>
    void each(F f) {
        for (select_case* c : all) f(*c);
    }
    template <class F>
    bool with(std::uint32_t number, F f) {
        return f(*all[number]);
    }
    [[nodiscard]] std::vector<spin_lock*> locks() {
        std::vector<spin_lock*> found;
        for (select_case* c : all) {
            if (spin_lock* m = c->lock()) found.push_back(m);
        }
        return found;
    }
};

/// Holds the locks of all cases, taken in the order of their addresses, so that two who select never wait in a circle.
template <class Locks>
class all_locked {
public:
    explicit all_locked(Locks&& of) : locks_(std::move(of)) {
        std::sort(locks_.begin(), locks_.end());
        end_ = std::unique(locks_.begin(), locks_.end());
        for (auto i = locks_.begin(); i != end_; ++i) {
            if (*i != nullptr) (*i)->lock();
        }
    }
    all_locked(const all_locked&) = delete;
    all_locked& operator=(const all_locked&) = delete;
    ~all_locked() {
        for (auto i = locks_.begin(); i != end_; ++i) {
            if (*i != nullptr) (*i)->unlock();
        }
    }

private:
    Locks locks_;
    typename Locks::iterator end_;
};

constexpr std::uint32_t no_case = static_cast<std::uint32_t>(-1);

/// Lets one of those that are ready happen; no_case: none is. Each ready one is as likely: of n that were found so far
/// the newest takes the place of the one before with a chance of 1/n.
template <class Cases>
[[nodiscard]] std::uint32_t take_one(Cases& cases, scheduler& on, preference prefers) {
    for (;;) {
        std::uint32_t chosen = no_case;
        std::uint32_t ready = 0;
        std::uint32_t number = 0;
        cases.each([&](auto& c) {
            const std::uint32_t n = number++;
            if (prefers == preference::first && ready > 0) return;
            if (!c.may()) return;
            ++ready;
            if (ready == 1 || on.below(ready) == 0) chosen = n;
        });
        if (ready == 0) return no_case;
        if (cases.with(chosen, [](auto& c) { return c.take(); })) return chosen;
        // A partner who stood in several queues was taken by another thread meanwhile: look again.
    }
}

}  // namespace detail

/// What select() gives to co_await. Lives in the caller's frame; nothing is allocated to wait.
template <class Cases>
class select_awaiter final : detail::operation {
public:
    select_awaiter(context& ctx, Cases cases, detail::preference prefers) noexcept
        : operation(ctx, Cases::across ? detail::reach::across : detail::reach::many),
          cases_(cases),
          prefers_(prefers) {}

    ~select_awaiter() { tell_winner(); }  // its coroutine may have died before it could run

    bool await_ready() {
        if (ctx_.done()) {
            how_ = detail::outcome::stopped;
        } else {
            const time_point now = ctx_.on().now();
            cases_.each([&](auto& c) { c.begin(now); });
            if constexpr (Cases::across) return false;  // the look and the wait need the locks together
            look();
        }
        return how_ != detail::outcome::none && ctx_.on().may_go_on();
    }
    void await_suspend(std::coroutine_handle<> h) {
        handle = h;
        if constexpr (Cases::across) {
            if (how_ == detail::outcome::none && wait_across()) return;
        } else if (how_ == detail::outcome::none) {
            return enter();
        }
        ctx_.on().ready(*this);
    }
    [[nodiscard]] result<std::size_t> await_resume() {
        if constexpr (Cases::across) {  // who ended it could not reach the other queues
            stop_hook::unlink();
            if (chosen_ == detail::no_case) leave();
        }
        if (how_ == detail::outcome::stopped) return detail::why_of(how_, ctx_);
        tell_winner();
        return chosen_;
    }

private:
    void won(detail::waiter& w) noexcept override { won_ = &w; }
    /// The case that was chosen while it waited learns how it ended, so that it owns what came.
    void tell_winner() noexcept {
        if (won_ == nullptr) return;
        std::uint32_t number = 0;
        cases_.each([&](auto& c) {
            if (&c.place() == won_) {
                c.won(how_);
                chosen_ = number;
            }
            ++number;
        });
        won_ = nullptr;
    }
    void look() {
        chosen_ = detail::take_one(cases_, ctx_.on(), prefers_);
        if (chosen_ != detail::no_case) how_ = detail::outcome::moved;
    }
    /// False: one was ready. (Once the locks are free another thread may end the wait: nothing is looked at then.)
    bool wait_across() {
        const detail::all_locked hold{cases_.locks()};
        look();
        if (how_ != detail::outcome::none) return false;
        enter();
        return true;
    }
    void enter() {
        ctx_.add(*this);
        cases_.each([&](auto& c) {
            c.place().of = this;
            c.enter();
        });
    }
    void leave() noexcept override {
        cases_.each([](auto& c) {
            if (spin_lock* m = c.lock()) {
                const std::lock_guard hold{*m};
                c.leave();
            } else {
                c.leave();
            }
        });
    }
    [[nodiscard]] wait_place waits_in() const override {
        std::string text = "select of";
        auto cases = cases_;
        cases.each([&](auto& c) { text += (text.back() == 'f' ? " " : ", ") + c.told(); });
        return {text, handle};
    }

    Cases cases_;
    detail::waiter* won_ = nullptr;
    std::uint32_t chosen_ = detail::no_case;
    const detail::preference prefers_;
};

namespace detail {
template <class... Cases>
auto select_with(preference prefers, context& ctx, Cases&... cases) noexcept {
    return select_awaiter<fixed_cases<Cases...>>{ctx, {std::tie(cases...)}, prefers};
}
}  // namespace detail

/// Waits until one of the cases can happen, and lets it happen; gives its number. Of several that are ready any is
/// chosen, each as likely. Without cases it waits for the end of `ctx`. Errors: the context's; then none has happened.
///
///     receive_case job{jobs};
///     timer_case late{ctx.on(), 5s};
///     auto which = co_await select(ctx, job, late);
///     if (which && *which == 0) use(job.value());
template <class... Cases>
[[nodiscard]] auto select(context& ctx, Cases&&... cases) noexcept {
    return detail::select_with(detail::preference::fair, ctx, cases...);
}
/// The same, but of several that are ready the one that stands first is chosen ("done first").
template <class... Cases>
[[nodiscard]] auto select_first(context& ctx, Cases&&... cases) noexcept {
    return detail::select_with(detail::preference::first, ctx, cases...);
}
/// The same for a number of cases that is known at run time only.
[[nodiscard]] inline auto select(context& ctx, std::span<select_case* const> cases) noexcept {
    return select_awaiter<detail::any_cases>{ctx, {cases}, detail::preference::fair};
}

/// Never waits: Go's select with a default. Error: empty, where no case was ready; or the context's.
template <class... Cases>
[[nodiscard]] result<std::size_t> try_select(context& ctx, Cases&&... cases) {
    if (ctx.done()) return tl::unexpected<error>(ctx.why());
    detail::fixed_cases<std::remove_reference_t<Cases>...> all{std::tie(cases...)};
    all.each([&](auto& c) { c.begin(ctx.on().now()); });
    const auto chosen = [&] {
        if constexpr (decltype(all)::across) {
            const detail::all_locked hold{all.locks()};
            return detail::take_one(all, ctx.on(), detail::preference::fair);
        } else {
            return detail::take_one(all, ctx.on(), detail::preference::fair);
        }
    }();
    if (chosen == detail::no_case) return fail(errc::empty);
    return chosen;
}

}  // namespace core
