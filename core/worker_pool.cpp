// core/worker_pool.cpp: the queue between callers and threads.
// Thread: see the header; all state is under one lock.
// Owner: see the header.
#include "core/worker_pool.hpp"

namespace core {

worker_pool::worker_pool(std::size_t threads, std::size_t queue) : most_(threads + queue) {
    assert(threads > 0);
    for (std::size_t i = 0; i < threads; ++i) threads_.emplace_back([this] { live(); });
}

worker_pool::~worker_pool() {
    cancel();
    join();
}

bool worker_pool::enter(work& w, bool may_wait) {
    const std::lock_guard hold{lock_};
    if (closed_ || (taken_ == most_ && !may_wait)) {
        w.state_ = closed_ ? state::closed : state::full;
        return false;
    }
    w.ctx_.add(w);
    if (taken_ < most_) {
        put_in_queue(w);
    } else {
        w.state_ = state::outside;
        outside_.push_back(w);
    }
    return true;
}

void worker_pool::put_in_queue(work& w) noexcept {
    ++taken_;
    w.state_ = state::queued;
    queue_.push_back(w);
    more_.notify_one();
}

/// One that was taken is done or has given up: the next comes in.
void worker_pool::one_less() noexcept {
    --taken_;
    if (work* next = outside_.pop_front()) put_in_queue(*next);
}

void worker_pool::live() {
    std::unique_lock hold{lock_};
    for (;;) {
        more_.wait(hold, [this] { return closed_ || !queue_.empty(); });
        work* w = queue_.pop_front();
        if (w == nullptr) return;
        w->state_ = state::begun;
        hold.unlock();
        w->do_it();
        hold.lock();
        one_less();
        resume_on(w->ctx_.on(), *w);  // and from here on it may be gone
    }
}

void worker_pool::work::stopped(const error&) noexcept {
    const std::lock_guard hold{of_.lock_};
    if (state_ != state::queued && state_ != state::outside) return;  // it runs, or is about to resume
    list_hook<work>::unlink();
    if (std::exchange(state_, state::fresh) == state::queued) of_.one_less();
    ctx_.on().ready(*this);
}

error worker_pool::work::why() const {
    switch (state_) {
        case state::full: return {errc::full, {}};
        case state::closed: return {errc::closed, {}};
        case state::cancelled: return {errc::cancelled, "the worker pool takes no more jobs"};
        default: return ctx_.why();
    }
}

std::size_t worker_pool::end_all(list<work>& of, state how) noexcept {
    std::size_t n = 0;
    for (; work* w = of.pop_front(); ++n) {
        w->state_ = how;
        resume_on(w->ctx_.on(), *w);
    }
    return n;
}

void worker_pool::close() {
    const std::lock_guard hold{lock_};
    closed_ = true;
    end_all(outside_, state::closed);
    more_.notify_all();
}

void worker_pool::cancel() {
    const std::lock_guard hold{lock_};
    closed_ = true;
    end_all(outside_, state::cancelled);
    taken_ -= end_all(queue_, state::cancelled);
    more_.notify_all();
}

void worker_pool::join() {
    for (std::thread& t : threads_) t.join();
    threads_.clear();
}

std::size_t worker_pool::taken() const {
    const std::lock_guard hold{lock_};
    return taken_;
}

}  // namespace core
