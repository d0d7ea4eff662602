// tests/load/sizes.cpp: see sizes.hpp.
// Thread: any once read.
// Owner: the options.
#include "tests/load/sizes.hpp"

#include "tests/load/marker.hpp"

#include <charconv>
#include <system_error>

namespace tertulia::load {
namespace {

constexpr std::uint32_t most_bytes = 4096;  // docs/protocol.md, `--text-bytes`
constexpr std::uint32_t most_weight = 1'000'000;

// Takes a number off the front of `text`; false: there is none.
bool take_number(std::string_view& text, std::uint32_t& out) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
    if (error != std::errc{}) return false;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return true;
}

bool take(std::string_view& text, char c) {
    if (!text.starts_with(c)) return false;
    text.remove_prefix(1);
    return true;
}

}  // namespace

core::result<size_mix, std::string> size_mix::read(std::string_view text) {
    size_mix mix;
    mix.parts_.clear();
    mix.weight_ = 0;
    mix.text_ = text;
    const auto refuse = [&] {
        return core::fail_with("sizes are N, A-B, or parts like 64-256:9,4096:1, each from " +
                               std::to_string(marker_bytes) + " to " + std::to_string(most_bytes) + ": " + mix.text_);
    };
    do {
        part p{0, 0, 1};
        if (!take_number(text, p.least)) return refuse();
        p.most = p.least;
        if (take(text, '-') && !take_number(text, p.most)) return refuse();
        if (take(text, ':') && !take_number(text, p.weight)) return refuse();
        if (p.least < marker_bytes || p.most > most_bytes || p.least > p.most) return refuse();
        if (p.weight == 0 || p.weight > most_weight - mix.weight_) return refuse();
        mix.weight_ += p.weight;
        mix.parts_.push_back(p);
    } while (take(text, ','));
    if (!text.empty()) return refuse();
    return mix;
}

std::uint32_t size_mix::draw(std::mt19937_64& random) const {
    const auto* chosen = parts_.data();
    if (parts_.size() > 1)
        for (auto at = static_cast<std::uint32_t>(random() % weight_); at >= chosen->weight; ++chosen)
            at -= chosen->weight;
    const auto width = chosen->most - chosen->least + 1;
    return chosen->least + (width > 1 ? static_cast<std::uint32_t>(random() % width) : 0);
}

double size_mix::mean() const noexcept {
    double sum = 0;
    for (const auto& p : parts_) sum += (p.least + p.most) / 2.0 * p.weight;
    return sum / weight_;
}

}  // namespace tertulia::load
