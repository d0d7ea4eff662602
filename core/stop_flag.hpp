// core/stop_flag.hpp: what other threads may see of a context: whether it has ended, and why.
// Thread: made and destroyed on the context's; done() and why() any, while it lives.
// Owner: who hands work to another thread and waits for it.
#pragma once

#include "core/context.hpp"

#include <atomic>
#include <optional>

namespace core {

/// For blocking work on a thread of its own, which looks from time to time whether it is still wanted.
class stop_flag final : stop_hook {
public:
    explicit stop_flag(context& of) {
        if (of.done()) {
            stopped(of.why());
        } else {
            of.add(*this);
        }
    }

    [[nodiscard]] bool done() const noexcept { return done_.load(std::memory_order_acquire); }
    /// The context's cause, whole or not yet: nullptr before done().
    [[nodiscard]] const error* why() const noexcept { return done() ? &*why_ : nullptr; }

private:
    void stopped(const error& why) noexcept override {
        why_ = why;
        done_.store(true, std::memory_order_release);
    }
    [[nodiscard]] wait_place waits_in() const override { return {"stop_flag", {}}; }

    std::optional<error> why_;
    std::atomic<bool> done_{false};
};

}  // namespace core
