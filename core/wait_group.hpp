// core/wait_group.hpp: waiting until a number of things is done. For tasks use a scope, which also ends them.
// Thread: one scheduler's; all calls from it.
// Owner: whoever makes it; it must outlive its waiters (checked in the destructor).
#pragma once

#include "core/waiter.hpp"

#include <cstddef>

namespace core {

/// A count that is waited for to reach zero. It may be used again, round after round.
class wait_group {
public:
    wait_group() noexcept = default;
    wait_group(const wait_group&) = delete;
    wait_group& operator=(const wait_group&) = delete;
    ~wait_group() { assert(line_.empty() && "somebody waits for a wait_group that dies"); }

    void add(std::size_t n = 1) noexcept { count_ += n; }
    /// One of them is done. At zero all that wait are served; they resume in this turn or the next.
    void done() noexcept {
        assert(count_ > 0 && "more is done than was added");
        if (--count_ == 0) serve_all(line_);
    }
    [[nodiscard]] std::size_t count() const noexcept { return count_; }

    /// Waits until the count is zero, at once where it is. Several may wait. Errors: the context's.
    [[nodiscard]] line_awaiter wait(context& ctx) noexcept { return {"wait_group::wait", line_, ctx, count_ == 0}; }

private:
    std::size_t count_ = 0;
    list<waiter> line_;
};

}  // namespace core
