// tests/load/schedule.hpp: which publisher's message is due when (open loop: whatever the server does).
// Thread: one.
// Owner: the run.
#pragma once

#include <cstdint>
#include <queue>
#include <vector>

namespace tertulia::load {

/// Due times of publishers at `rate` messages a second each, from `start_ns` until before `end_ns`. Their
/// first messages are spread over one interval, so that the load is even.
class schedule {
public:
    struct due {
        std::int64_t at_ns;
        std::uint32_t publisher;
    };

    /// `own`: the numbers, of `all`, of those that this process has; `due::publisher` counts these.
    schedule(std::vector<std::uint32_t> own, std::uint32_t all, double rate, std::int64_t start_ns,
             std::int64_t end_ns);

    /// Nothing is due any more.
    [[nodiscard]] bool over() const noexcept { return waiting_.empty(); }

    /// The earliest that has not been taken; not when it is over.
    [[nodiscard]] due next() const noexcept { return {waiting_.top().at_ns, waiting_.top().publisher}; }

    /// Takes `next`, and plans that publisher's following message.
    void pop();

private:
    struct entry {
        std::int64_t at_ns;
        std::uint32_t publisher;
        std::uint64_t turn;
        // Upside down, for the queue's top is its largest.
        bool operator<(const entry& other) const noexcept { return at_ns > other.at_ns; }
    };

    void plan(std::uint32_t publisher, std::uint64_t turn);

    double interval_ns_;
    std::vector<std::uint32_t> own_;
    std::uint32_t all_;
    std::int64_t start_ns_;
    std::int64_t end_ns_;
    std::priority_queue<entry> waiting_;
};

}  // namespace tertulia::load
