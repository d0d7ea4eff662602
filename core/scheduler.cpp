// core/scheduler.cpp: the ready list, the heap of timers, the order of a turn.
// Thread: the scheduler's.
// Owner: see the header.
#include "core/scheduler.hpp"

#include <utility>

namespace core {

job* scheduler::take_ready() noexcept {
    job* j = first_;
    if (j == nullptr) return nullptr;
    first_ = j->next;
    if (first_ == nullptr) last_ = nullptr;
    j->next = nullptr;
    return j;
}

void scheduler::resume(job& j) {
    budget_ = operations_at_once;
    j.handle.resume();
}

void scheduler::turn_begins() {
    look_at_clock();
    while (!heap_.empty() && heap_.front()->at_ <= now_) {
        timer& due = *heap_.front();
        cancel(due);
        due.fired();
    }
    for (turn_hook* h : hooks_) h->turn_begins();
}

void scheduler::turn_ends() {
    for (turn_hook* h : hooks_) h->turn_ends();
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
