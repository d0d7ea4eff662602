// core/scheduler.cpp: the ready list, the heap of timers, the order of a turn.
// Thread: the scheduler's.
// Owner: see the header.
#include "core/scheduler.hpp"

#include <thread>
#include <utility>

namespace core {

thread_local scheduler* scheduler::here_ = nullptr;

scheduler::~scheduler() {
    if (here_ == this) here_ = nullptr;
}

void scheduler::turn_begins() {
    here_ = this;
    look_at_clock();
    if (arrived_.load(std::memory_order_relaxed) != nullptr) take_arrived();  // one behind this look wakes us
    while (!heap_.empty() && heap_.front()->at_ <= now_) {
        timer& due = *heap_.front();
        cancel(due);
        due.fired();
    }
    for (turn_hook* h : hooks_) h->turn_begins();
}

void scheduler::turn_ends() {
    for (turn_hook* h : hooks_) h->turn_ends();
    if (!parcels_.empty()) hand_over();
    here_ = nullptr;
}

void scheduler::ready_from_elsewhere(job& j) noexcept {
    if (here_ == nullptr) return receive(j, j);
    for (parcel& p : here_->parcels_) {
        if (p.to != this) continue;
        j.next = p.newest;
        p.newest = &j;
        return;
    }
    here_->parcels_.push_back({this, &j, &j});
}

void scheduler::receive(job& newest, job& oldest) noexcept {
    visitors_.fetch_add(1, std::memory_order_relaxed);  // it lives still: a coroutine of its waits for this
    job* before = arrived_.load(std::memory_order_relaxed);
    do {
        oldest.next = before;
    } while (!arrived_.compare_exchange_weak(before, &newest, std::memory_order_acq_rel, std::memory_order_relaxed));
    if (before == nullptr) wake();
    visitors_.fetch_sub(1, std::memory_order_release);
}

void scheduler::wait_for_visitors() const noexcept {
    while (visitors_.load(std::memory_order_acquire) != 0) std::this_thread::yield();
}

void scheduler::take_arrived() noexcept {
    job* newest = arrived_.exchange(nullptr, std::memory_order_acquire);
    job* oldest_first = nullptr;
    while (newest != nullptr) {
        job* next = newest->next;
        newest->next = oldest_first;
        oldest_first = newest;
        newest = next;
    }
    while (oldest_first != nullptr) {
        job& j = *oldest_first;
        oldest_first = j.next;
        ready(j);
    }
}

void scheduler::hand_over() noexcept {
    for (const parcel& p : parcels_) p.to->receive(*p.newest, *p.oldest);
    parcels_.clear();
}

bool scheduler::before(const timer& a, const timer& b) noexcept {
    return a.at_ != b.at_ ? a.at_ < b.at_ : a.order_ < b.order_;
}

void scheduler::put(std::size_t place, timer& t) noexcept {
    heap_[place] = &t;
    t.place_ = place;
}

void scheduler::rise(std::size_t place) noexcept {
    timer& t = *heap_[place];
    while (place > 0) {
        const std::size_t above = (place - 1) / 2;
        if (!before(t, *heap_[above])) break;
        put(place, *heap_[above]);
        place = above;
    }
    put(place, t);
}

void scheduler::sink(std::size_t place) noexcept {
    timer& t = *heap_[place];
    for (;;) {
        std::size_t below = 2 * place + 1;
        if (below >= heap_.size()) break;
        if (below + 1 < heap_.size() && before(*heap_[below + 1], *heap_[below])) ++below;
        if (!before(*heap_[below], t)) break;
        put(place, *heap_[below]);
        place = below;
    }
    put(place, t);
}

void scheduler::start(timer& t, time_point at) {
    cancel(t);
    t.at_ = at;
    t.order_ = ++started_;
    heap_.push_back(&t);
    rise(heap_.size() - 1);
}

void scheduler::cancel(timer& t) noexcept {
    if (!t.pending()) return;
    const std::size_t place = std::exchange(t.place_, timer::none);
    timer& last = *heap_.back();
    heap_.pop_back();
    if (&last == &t) return;
    put(place, last);
    rise(place);
    sink(last.place_);
}

}  // namespace core
