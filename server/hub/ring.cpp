// server/hub/ring.cpp: appending to, growing and reading the ring.
// Thread: one shard's.
// Owner: see the header.
#include "server/hub/ring.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

namespace tertulia::hub {

namespace {
/// A ring grows rather than forget what is younger than this, so that a reader who is briefly behind stays in it.
constexpr std::chrono::seconds kept{2};
}  // namespace

std::size_t ring::append(std::string_view frame, core::time_point at, std::size_t spare) {
    const std::size_t before = capacity_;
    while (used() + frame.size() > capacity_ && capacity_ < most_bytes) {
        const bool young = !frames_.empty() && at - frames_.front().at < kept;
        const std::size_t next =
            std::max({least_bytes, capacity_ * 2, std::bit_ceil(std::min(frame.size(), most_bytes))});
        if (capacity_ != 0 && (!young || next - before > spare)) break;
        grow(next);
    }
    while (!frames_.empty() && used() + frame.size() > capacity_) {
        frames_.pop_front();
        ++first_seq_;
    }
    if (frame.size() > capacity_) {
        ++first_seq_;
        return capacity_ - before;
    }
    put(end_, frame);
    frames_.push_back({end_, at});
    end_ += frame.size();
    return capacity_ - before;
}

void ring::put(std::uint64_t at, std::string_view bytes) noexcept {
    const std::size_t place = static_cast<std::size_t>(at) & (capacity_ - 1);
    const std::size_t to_wrap = std::min(bytes.size(), capacity_ - place);
    std::memcpy(bytes_.get() + place, bytes.data(), to_wrap);
    std::memcpy(bytes_.get(), bytes.data() + to_wrap, bytes.size() - to_wrap);
}

void ring::overwrite(std::uint64_t seq, std::string_view frame) noexcept {
    put(frames_[index(seq)].start, frame);
}

void ring::grow(std::size_t to) {
    auto larger = std::make_unique_for_overwrite<char[]>(to);
    if (!frames_.empty()) {
        const std::uint64_t start = frames_.front().start;
        const pieces all = span(start, end_);
        const std::size_t place = static_cast<std::size_t>(start) & (to - 1);
        for (std::size_t i = 0, at = place; const std::string_view piece : {all.first, all.second}) {
            while (i < piece.size()) {
                const std::size_t n = std::min(piece.size() - i, to - at);
                std::memcpy(larger.get() + at, piece.data() + i, n);
                i += n;
                at = (at + n) & (to - 1);
            }
            i = 0;
        }
    }
    bytes_ = std::move(larger);
    capacity_ = to;
}

ring::pieces ring::span(std::uint64_t start, std::uint64_t end) const noexcept {
    const std::size_t size = static_cast<std::size_t>(end - start);
    if (size == 0) return {};
    const std::size_t place = static_cast<std::size_t>(start) & (capacity_ - 1);
    const std::size_t to_wrap = std::min(size, capacity_ - place);
    return {{bytes_.get() + place, to_wrap}, {bytes_.get(), size - to_wrap}};
}

ring::pieces ring::from(std::uint64_t seq) const noexcept {
    if (seq >= next_seq()) return {};
    return span(frames_[index(seq)].start, end_);
}

ring::pieces ring::frame(std::uint64_t seq) const noexcept {
    const std::size_t i = index(seq);
    return span(frames_[i].start, i + 1 < frames_.size() ? frames_[i + 1].start : end_);
}

ring::position ring::after(std::uint64_t seq, std::size_t taken) const noexcept {
    const std::uint64_t reached = frames_[index(seq)].start + taken;
    const auto behind = std::upper_bound(frames_.begin() + static_cast<std::ptrdiff_t>(index(seq)), frames_.end(),
                                         reached, [](std::uint64_t at, const kept_frame& f) { return at < f.start; });
    if (behind == frames_.end() && reached == end_) return {next_seq(), 0};
    const auto in = behind - 1;
    return {first_seq_ + static_cast<std::uint64_t>(in - frames_.begin()),
            static_cast<std::size_t>(reached - in->start)};
}

}  // namespace tertulia::hub
