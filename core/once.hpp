// core/once.hpp: something that is done once, though many ask for it at the same time.
// Thread: one scheduler's; all calls from it.
// Owner: whoever makes it; it must outlive its waiters (checked in the destructor).
#pragma once

#include "core/task.hpp"
#include "core/waiter.hpp"

namespace core {

/// The first call does it; those that come meanwhile wait for its end, and later ones return at once.
class once {
public:
    once() noexcept = default;
    once(const once&) = delete;
    once& operator=(const once&) = delete;
    ~once() { assert(line_.empty() && "somebody waits for a once that dies"); }

    /// Awaits `f()`, a task<>, if nobody has. It counts as done however it ends: an exception goes to the first caller
    /// alone. A wait ends with the caller's context and its error; what runs is not disturbed by it.
    template <class F>
    [[nodiscard]] task<result<>> call(context& ctx, F f) {
        if (state_ != state::fresh) {
            auto waited = co_await line_awaiter{"once::call", line_, ctx, done()};
            co_return waited;
        }
        state_ = state::running;
        const struct finish {
            once& of;
            ~finish() {
                of.state_ = state::done;
                serve_all(of.line_);
            }
        } at_end{*this};
        co_await f();
        co_return result<>{};
    }

    [[nodiscard]] bool done() const noexcept { return state_ == state::done; }

private:
    enum class state : unsigned char { fresh, running, done };

    state state_ = state::fresh;
    list<waiter> line_;
};

}  // namespace core
