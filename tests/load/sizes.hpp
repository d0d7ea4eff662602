// tests/load/sizes.hpp: how long the texts are: one size, a range, or a mix of both.
// Thread: any once read.
// Owner: the options.
#pragma once

#include "core/result.hpp"

#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace tertulia::load {

/// Sizes of texts in bytes, each with its share: `128`, `64-1024`, or `64-256:9,4096:1` (nine of ten are short).
class size_mix {
public:
    /// 128 bytes, always.
    size_mix() : size_mix(128) {}
    explicit size_mix(std::uint32_t bytes) : parts_{{bytes, bytes, 1}}, weight_(1), text_(std::to_string(bytes)) {}

    /// Reads what a person wrote; every size must hold a marker and be at most 4096. The error is for a person.
    [[nodiscard]] static core::result<size_mix, std::string> read(std::string_view text);

    /// A size, as likely as the mix says; evenly within a range.
    [[nodiscard]] std::uint32_t draw(std::mt19937_64& random) const;

    /// The mean of what `draw` gives.
    [[nodiscard]] double mean() const noexcept;

    /// As it was written.
    [[nodiscard]] const std::string& text() const noexcept { return text_; }

private:
    struct part {
        std::uint32_t least, most, weight;
    };

    std::vector<part> parts_;
    std::uint32_t weight_;  // of all parts
    std::string text_;
};

}  // namespace tertulia::load
