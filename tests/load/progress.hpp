// tests/load/progress.hpp: tells on stderr how a run goes: one refreshed line on a terminal, a line a second elsewhere.
// Thread: one.
// Owner: main.
#pragma once

#include <cstdint>
#include <string>

namespace tertulia::load {

/// A line for a person who waits.
class progress {
public:
    progress();
    ~progress();  // ends a refreshed line
    progress(const progress&) = delete;
    progress& operator=(const progress&) = delete;

    /// Is it time for another line? Asked often, so that lines are only made when they are shown.
    [[nodiscard]] bool due(std::int64_t now_ns) const noexcept { return now_ns >= next_ns_; }

    /// When it will be.
    [[nodiscard]] std::int64_t next_ns() const noexcept { return next_ns_; }

    void show(std::int64_t now_ns, const std::string& line);

private:
    bool terminal_;
    bool shown_ = false;
    std::int64_t next_ns_;
};

}  // namespace tertulia::load
