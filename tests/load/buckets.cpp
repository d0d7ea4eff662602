// tests/load/buckets.cpp: see buckets.hpp.
// Thread: any.
// Owner: whoever holds the result.
#include "tests/load/buckets.hpp"

#include <algorithm>
#include <array>

namespace tertulia::load {
namespace {

constexpr std::int64_t least_edge_ns = 1000;
// E12, in tenths; every second one is E6, every fourth E3.
constexpr std::array<std::int64_t, 12> series{10, 12, 15, 18, 22, 27, 33, 39, 47, 56, 68, 82};

// The edges from the last one below `least` to the first one at or above `greatest`, each `stride` of the series apart.
std::vector<std::int64_t> edges_of(std::int64_t least, std::int64_t greatest, std::size_t stride) {
    std::vector<std::int64_t> edges{0};
    for (std::int64_t decade = least_edge_ns / 10;; decade *= 10) {
        for (std::size_t i = 0; i < series.size(); i += stride) {
            const auto edge = series[i] * decade;
            if (edge < least) {
                edges.front() = edge;
                continue;
            }
            edges.push_back(edge);
            if (edge >= greatest) return edges;
        }
    }
}

}  // namespace

std::vector<bucket> log_buckets(const histogram& h, std::size_t most) {
    std::vector<bucket> found;
    if (h.count() == 0) return found;
    std::vector<std::int64_t> edges;
    for (const std::size_t stride : {1, 2, 4, 12}) {
        edges = edges_of(h.percentile(0), h.max(), stride);
        if (edges.size() - 1 <= most) break;
    }
    std::uint64_t below = 0;
    for (std::size_t i = 1; i < edges.size(); ++i) {
        const auto so_far = i + 1 == edges.size() ? h.count() : h.up_to(edges[i]);
        found.push_back({edges[i - 1], edges[i], so_far - below});
        below = so_far;
    }
    return found;
}

}  // namespace tertulia::load
