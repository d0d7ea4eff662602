// core/mailbox.hpp: letters from one shard to another, handed over whole at the end of the sender's turn.
// Thread: put() and hand_over() the sender's, take() the receiver's; the lock covers one swap.
// Owner: whoever made both shards; it outlives them.
#pragma once

#include "core/scheduler.hpp"

#include <atomic>
#include <iterator>
#include <mutex>
#include <utility>
#include <vector>

namespace core {

/// One direction between two shards. Letters arrive in the order they were put. Many letters wake the receiver once.
/// Unbounded by itself: what travels is bounded by the credit of who causes it.
template <class Letter>
class mailbox {  // NOLINT(clang-analyzer-optin.performance.Padding): what two threads write is kept apart
public:
    explicit mailbox(scheduler& receiver) noexcept : receiver_(receiver) {}

    /// Sender: keeps the letter until hand_over().
    void put(Letter l) { outbox_.push_back(std::move(l)); }

    /// Sender, at the end of its turn: gives all letters to the receiver, and wakes it where it may sleep.
    void hand_over() {
        if (outbox_.empty()) return;
        bool first = false;
        {
            const std::lock_guard hold{between_};
            first = inbox_.empty();
            if (first) {
                inbox_.swap(outbox_);
            } else {
                inbox_.insert(inbox_.end(), std::make_move_iterator(outbox_.begin()),
                              std::make_move_iterator(outbox_.end()));
            }
            waiting_.store(true, std::memory_order_relaxed);
        }
        outbox_.clear();
        if (first) receiver_.wake();
    }

    /// Receiver: takes all letters that were handed over; `letters` is emptied first.
    void take(std::vector<Letter>& letters) {
        letters.clear();
        if (!waiting_.load(std::memory_order_relaxed))
            return;  // a letter behind this look comes with a wake of its own
        const std::lock_guard hold{between_};
        letters.swap(inbox_);
        waiting_.store(false, std::memory_order_relaxed);
    }

private:
    scheduler& receiver_;
    std::vector<Letter> outbox_;  // the sender's alone
    alignas(64) std::mutex between_;
    std::vector<Letter> inbox_;  // guarded by between_
    std::atomic<bool> waiting_{false};
};

}  // namespace core
