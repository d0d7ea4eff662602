// core/context.cpp: how a cancellation runs down the tree.
// Thread: that of the context's scheduler.
// Owner: see the header.
#include "core/context.hpp"

#include <array>

namespace core {

namespace detail {

const cause* cause::plain(errc code) noexcept {
    static const std::array<cause, errc_count> all = [] {
        std::array<cause, errc_count> made{};
        for (std::size_t i = 0; i < errc_count; ++i) made[i].what.code = static_cast<errc>(i);
        return made;
    }();
    return &all[static_cast<std::size_t>(code)];
}

const cause* cause::deadline() noexcept {
    static const cause passed{{errc::deadline, {}}, true, 0};
    return &passed;
}

cause_ptr cause_ptr::make(error what, bool by_deadline) {
    if (what.detail.empty() && !by_deadline) return cause_ptr{cause::plain(what.code)};
    cause_ptr made;
    made.cause_ = new cause{std::move(what), by_deadline, 1};
    return made;
}

}  // namespace detail

time_point context::deadline() const noexcept {
    for (const detail::trait* t = traits_; t != nullptr; t = t->above) {
        if (t->key == &detail::deadline_key)
            return static_cast<const detail::limit*>(t)->at;  // never behind one above it
    }
    return time_point::max();
}

void context::cancel(error cause) {
    if (done()) return;
    const auto made = detail::cause_ptr::make(std::move(cause), false);
    end(made.get());
}

void context::end(const detail::cause* why) noexcept {
    if (done()) return;
    unlink();
    list<context> ending;  // instead of recursion: a chain of children may be as long as memory allows
    context* c = this;
    do {
        c->why_.set(why);
        ending.take(c->children_);
        while (stop_hook* w = c->waiters_.pop_front()) w->stopped(why->what);
        c = ending.pop_front();
    } while (c != nullptr);
}

timed_context::timed_context(context& parent, time_point deadline) : context(parent) {
    begin(deadline);
}

timed_context::timed_context(context& parent, time_point deadline, error late)
    : context(parent), late_(detail::cause_ptr::make(std::move(late), true)) {
    begin(deadline);
}

void timed_context::begin(time_point deadline) {
    if (done() || deadline >= context::deadline()) return;  // one above ends no later, and this one with it
    limit_.key = &detail::deadline_key;
    limit_.at = deadline;
    show(limit_);
    if (deadline <= on().now()) {
        end(late_.get());
    } else {
        on().start(*this, deadline);
        add(*this);
    }
}

}  // namespace core
