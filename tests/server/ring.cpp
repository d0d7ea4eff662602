// tests/server/ring.cpp: the ring of a room against a model that forgets nothing.
// Thread: one.
// Owner: server_tests.
#include "server/hub/ring.hpp"

#include <doctest/doctest.h>

#include <map>
#include <random>
#include <string>

using tertulia::hub::ring;

namespace {

std::string joined(ring::pieces p) {
    return std::string{p.first} + std::string{p.second};
}

std::string frame_of(std::uint64_t seq, std::size_t size) {
    std::string f = std::to_string(seq) + ":";
    while (f.size() < size) f += static_cast<char>('a' + f.size() % 26);
    return f;
}

constexpr core::time_point start{std::chrono::hours{1}};

}  // namespace

TEST_CASE("what a ring holds is what was appended, whatever the sizes, the wraps and the growth") {
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
        CAPTURE(seed);
        std::mt19937_64 random{seed};
        ring r{5};
        std::map<std::uint64_t, std::string> model;
        for (std::uint64_t seq = 5; seq < 600; ++seq) {
            model[seq] = frame_of(seq, 1 + random() % 900);
            // Sometimes it may grow, sometimes it must forget.
            r.append(model[seq], start + std::chrono::milliseconds{seq * (random() % 30)}, random() % 2 * 100'000);
            REQUIRE(r.next_seq() == seq + 1);
            if (const std::uint64_t s = r.first_seq() + random() % 50; r.holds(s)) {
                model[s] = std::string(model[s].size(), static_cast<char>('A' + seq % 26));
                r.overwrite(s, model[s]);
            }
            if (seq % 7 != 0) continue;
            std::string all;
            for (std::uint64_t s = r.first_seq(); s <= seq; ++s) {
                REQUIRE(joined(r.frame(s)) == model[s]);
                all += model[s];
            }
            REQUIRE(joined(r.from(r.first_seq())) == all);
        }
        CHECK(r.first_seq() < 600);
    }
}

TEST_CASE("a reader that took part of what it lacks stands in the frame it has not whole") {
    ring r{1};
    const std::string frames[] = {frame_of(1, 7), frame_of(2, 1), frame_of(3, 30)};
    for (const auto& f : frames) r.append(f, start, 0);
    for (std::size_t taken = 0; taken <= 38; ++taken) {
        CAPTURE(taken);
        const ring::position at = r.after(1, taken);
        const std::size_t begin = at.seq == 1 ? 0 : at.seq == 2 ? 7 : at.seq == 3 ? 9 : 39;
        if (taken == 38) CHECK(at.seq == 3);
        CHECK(begin + at.inside == taken);
        if (at.seq <= 3) CHECK(at.inside < frames[at.seq - 1].size());
    }
    CHECK(r.after(1, 39).seq == 4);
    CHECK(r.after(1, 39).inside == 0);
}

TEST_CASE("a ring grows while what it holds is young, and within what it is given") {
    ring r{1};
    std::size_t grown = r.append(frame_of(1, 100), start, 0);
    CHECK(grown == ring::least_bytes);
    for (std::uint64_t seq = 2; seq < 200; ++seq) grown += r.append(frame_of(seq, 100), start, ring::most_bytes);
    CHECK(r.first_seq() == 1);
    CHECK(r.capacity() == grown);

    SUBCASE("what is old gives way instead") {
        const auto later = start + std::chrono::minutes{1};
        for (std::uint64_t seq = 200; seq < 2000; ++seq) grown += r.append(frame_of(seq, 100), later, 0);
        CHECK(r.capacity() == grown);
        CHECK(r.first_seq() > 1);
    }
    SUBCASE("never above its bound") {
        for (std::uint64_t seq = 200; seq < 20'000; ++seq) r.append(frame_of(seq, 100), start, ring::most_bytes * 4);
        CHECK(r.capacity() == ring::most_bytes);
        CHECK(r.first_seq() > 1);
    }
}
