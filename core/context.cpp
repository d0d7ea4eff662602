// core/context.cpp: how a cancellation runs down the tree.
// Thread: that of the context's scheduler.
// Owner: see the header.
#include "core/context.hpp"

namespace core {

context::context(context& parent) : on_(parent.on_) {
    if (parent.done()) {
        why_ = std::make_unique<const error>(parent.why());
    } else {
        parent.children_.push_back(*this);
    }
}

context::~context() {
    assert(waiters_.empty());
    assert(children_.empty());
}

void context::cancel(error cause) {
    if (done()) return;
    why_ = std::make_unique<const error>(std::move(cause));
    unlink();
    while (stop_hook* w = waiters_.pop_front()) w->stopped(*why_);
    while (!children_.empty()) children_.front().cancel(*why_);
}

timed_context::timed_context(context& parent, time_point deadline) : context(parent) {
    if (done()) return;
    if (deadline <= on().now()) {
        cancel({errc::deadline, {}});
    } else {
        on().start(*this, deadline);
        add(*this);
    }
}

}  // namespace core
