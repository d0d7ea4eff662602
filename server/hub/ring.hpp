// server/hub/ring.hpp: the newest events of a room as framed bytes, in memory that is used round and round.
// Thread: one shard's.
// Owner: a feed.
#pragma once

#include "core/clock.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string_view>

namespace tertulia::hub {

/// Frames numbered by `seq` without gaps. A reader needs no more than the `seq` it wants next: what lies behind it is
/// one piece of memory, two where the ring wraps. Appending may forget the oldest frames.
class ring {
public:
    static constexpr std::size_t least_bytes = 4096;
    static constexpr std::size_t most_bytes = std::size_t{1} << 20;

    /// @param first_seq of the first frame that will be appended
    explicit ring(std::uint64_t first_seq) noexcept : first_seq_(first_seq) {}

    /// What two pieces of memory hold, in order; the second is empty as a rule.
    struct pieces {
        std::string_view first;
        std::string_view second;
    };

    /// Appends the frame of event next_seq(). @param spare bytes that the ring may grow by
    /// @return how much it has grown. A frame larger than the whole ring leaves the ring empty: readers go to the
    /// store.
    std::size_t append(std::string_view frame, core::time_point at, std::size_t spare);

    [[nodiscard]] std::uint64_t first_seq() const noexcept { return first_seq_; }
    [[nodiscard]] std::uint64_t next_seq() const noexcept { return first_seq_ + frames_.size(); }
    [[nodiscard]] std::size_t capacity() const noexcept { return capacity_; }

    /// The bytes of all events from `seq` on, which must lie between first_seq() and next_seq().
    [[nodiscard]] pieces from(std::uint64_t seq) const noexcept;

    /// The bytes of event `seq` alone.
    [[nodiscard]] pieces frame(std::uint64_t seq) const noexcept;

    /// Puts other bytes in place of event `seq`'s frame, as many as it has.
    void overwrite(std::uint64_t seq, std::string_view frame) noexcept;

    [[nodiscard]] bool holds(std::uint64_t seq) const noexcept { return seq >= first_seq_ && seq < next_seq(); }

    /// When event `seq` was appended.
    [[nodiscard]] core::time_point at(std::uint64_t seq) const noexcept { return frames_[index(seq)].at; }

    /// Where a reader stands that had `taken` bytes of from(`seq`): the first event of which it has not all, and how
    /// many bytes of that it has.
    struct position {
        std::uint64_t seq;
        std::size_t inside;
    };
    [[nodiscard]] position after(std::uint64_t seq, std::size_t taken) const noexcept;

private:
    struct kept_frame {
        std::uint64_t start;  // offset since the ring was made; its place is start mod capacity
        core::time_point at;
    };

    [[nodiscard]] std::size_t index(std::uint64_t seq) const noexcept {
        return static_cast<std::size_t>(seq - first_seq_);
    }
    [[nodiscard]] std::size_t used() const noexcept {
        return frames_.empty() ? 0 : static_cast<std::size_t>(end_ - frames_.front().start);
    }
    [[nodiscard]] pieces span(std::uint64_t start, std::uint64_t end) const noexcept;
    void grow(std::size_t to);
    void put(std::uint64_t at, std::string_view bytes) noexcept;

    std::unique_ptr<char[]> bytes_;
    std::size_t capacity_ = 0;  // a power of two, or 0
    std::uint64_t first_seq_;
    std::uint64_t end_ = 0;
    std::deque<kept_frame> frames_;
};

}  // namespace tertulia::hub
