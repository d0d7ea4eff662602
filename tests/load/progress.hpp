// tests/load/progress.hpp: tells on stderr how a run goes: a refreshed block on a terminal, a line a second elsewhere.
// Thread: one.
// Owner: main.
#pragma once

#include "tests/load/moment.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tertulia::load {

/// `m` on one line. `members` shall connect in all; 0: that is not told.
[[nodiscard]] std::string progress_line(const moment& m, std::uint32_t members);

/// The last of `past` on some lines of at most `cells` cells, with sparks of those before it; no newline at the end.
[[nodiscard]] std::string progress_block(std::span<const moment> past, std::uint32_t members, std::size_t cells);

/// For a person who waits.
class progress {
public:
    explicit progress(std::uint32_t members = 0);
    ~progress();  // leaves the last block where it is
    progress(const progress&) = delete;
    progress& operator=(const progress&) = delete;

    /// Is it time to show something? Asked often, so that it is only made when it is shown.
    [[nodiscard]] bool due(std::int64_t now_ns) const noexcept { return now_ns >= next_ns_; }

    /// When it will be.
    [[nodiscard]] std::int64_t next_ns() const noexcept { return next_ns_; }

    /// A moment of the same second as the last one takes its place.
    void show(std::int64_t now_ns, const moment& m);
    void show(std::int64_t now_ns, const std::string& line);

private:
    void draw(std::int64_t now_ns, std::string_view text);

    std::uint32_t members_;
    bool terminal_;
    std::vector<moment> past_;  // as many as sparks are shown
    std::size_t drawn_lines_ = 0;
    std::int64_t next_ns_;
};

}  // namespace tertulia::load
