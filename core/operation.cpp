// core/operation.cpp: how a wait ends where it is not the common case.
// Thread: see the header.
// Owner: see the header.
#include "core/operation.hpp"

namespace core::detail {

tl::unexpected<error> why_of(outcome how, const context& ctx) {
    return how == outcome::stopped ? tl::unexpected<error>(ctx.why()) : fail(errc::closed);
}

void operation::stopped(const error&) noexcept {
    if (!claim()) return;  // a partner was first; the coroutine is about to run
    how_ = outcome::stopped;
    leave();
    ctx_.on().ready(*this);
}

void operation::end_one_of_many(waiter& w) noexcept {
    won(w);
    scheduler& home = ctx_.on();
    if (reach_ == reach::many) {
        stop_hook::unlink();
        leave();
        home.ready(*this);
    } else if (scheduler::here() == &home) {
        home.ready(*this);
    } else {
        home.ready_from_elsewhere(*this);
    }
}

}  // namespace core::detail
