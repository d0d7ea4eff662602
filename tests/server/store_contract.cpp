// tests/server/store_contract.cpp: what every log must do; run for each store that there is.
// Thread: one.
// Owner: server_tests.
#include "core/test_loop.hpp"
#include "server/store/memory_log.hpp"

#include <doctest/doctest.h>

#include <functional>

using namespace tertulia;
using protocol::code;

namespace {

struct fixture {
    explicit fixture(std::size_t most_bytes = 0) : log{loop.clock(), loop.random(), most_bytes} {}

    store::draft draft(std::string text, std::string key = {}, std::uint64_t identity = 7) {
        return {{identity, "ana", true}, protocol::message_body{std::move(text), {}}, std::move(key)};
    }
    store::taken append(const std::string& room, store::draft d) {
        std::vector<store::draft> one;
        one.push_back(std::move(d));
        return std::move(loop.run(log.append(loop.ctx(), room, std::move(one))).front());
    }
    store::head open(const std::string& room) { return loop.run(log.open(loop.ctx(), room)).value(); }
    std::vector<std::uint64_t> read(const std::string& room, store::range r, bool* more = nullptr) {
        const auto got = loop.run(log.read(loop.ctx(), room, r)).value();
        if (more != nullptr) *more = got.more;
        std::vector<std::uint64_t> seqs;
        for (const auto& e : got.events) seqs.push_back(e.seq);
        return seqs;
    }
    core::test_loop loop;
    store::memory_log log;
};

using seqs = std::vector<std::uint64_t>;

}  // namespace

TEST_CASE("a log numbers its events 1, 2, 3, each room's for itself") {
    fixture f;
    CHECK(f.append("a", f.draft("x"))->seq == 1);
    CHECK(f.append("a", f.draft("y"))->seq == 2);
    CHECK(f.append("b", f.draft("z"))->seq == 1);
    CHECK(f.open("a").newest == 2);
    CHECK(f.open("a").epoch != f.open("b").epoch);
}

TEST_CASE("a key is carried out once in ten minutes, for its identity and room") {
    fixture f;
    CHECK(f.append("a", f.draft("x", "12345678"))->seq == 1);
    const auto again = f.append("a", f.draft("x", "12345678"));
    CHECK(again->seq == 1);
    CHECK(again->duplicate);
    CHECK(f.append("a", f.draft("y", "12345678")).error().what == code::conflict);
    CHECK(f.append("a", f.draft("x", "12345678", 8))->seq == 2);
    CHECK(f.append("b", f.draft("x", "12345678"))->seq == 1);
    CHECK(f.open("a").newest == 2);

    f.loop.advance(std::chrono::minutes{10});
    CHECK(f.append("a", f.draft("x", "12345678"))->duplicate);
    f.loop.advance(std::chrono::milliseconds{1});
    CHECK_FALSE(f.append("a", f.draft("x", "12345678"))->duplicate);
}

TEST_CASE("a reply to what is not there takes no number") {
    fixture f;
    auto d = f.draft("x");
    std::get<protocol::message_body>(d.body).reply_to = 1;
    CHECK(f.append("a", d).error().what == code::unknown_event);
    CHECK(f.append("a", f.draft("x"))->seq == 1);
    CHECK(f.append("a", d)->seq == 2);
    std::get<protocol::message_body>(d.body).reply_to = 0;
    CHECK(f.append("a", d).error().what == code::unknown_event);
}

TEST_CASE("ranges are read behind, in front, and from the end, and say whether there is more") {
    fixture f;
    for (int i = 0; i < 10; ++i) REQUIRE(f.append("a", f.draft("x")));
    bool more = false;
    CHECK(f.read("a", {0, 0, 3}, &more) == seqs{1, 2, 3});
    CHECK(more);
    CHECK(f.read("a", {7, 0, 3}, &more) == seqs{8, 9, 10});
    CHECK_FALSE(more);
    CHECK(f.read("a", {0, 4, 2}, &more) == seqs{2, 3});
    CHECK(more);
    CHECK(f.read("a", {0, 4, 9}, &more) == seqs{1, 2, 3});
    CHECK_FALSE(more);
    CHECK(f.read("a", {0, 999, 2}, &more) == seqs{9, 10});
    CHECK(more);
    CHECK(f.read("a", {10, 0, 2}, &more).empty());
    CHECK_FALSE(more);
}

TEST_CASE("a new cursor starts in front of so many messages, topics not counted") {
    fixture f;
    for (int i = 0; i < 6; ++i) REQUIRE(f.append("a", f.draft("x")));
    REQUIRE(f.append("a", {{7, "ana", true}, protocol::topic_body{"words"}, {}}));
    CHECK(f.open("a").topic == "words");
    const auto start = [&](std::uint32_t messages, std::uint64_t back) {
        return f.loop.run(f.log.start_of(f.loop.ctx(), "a", messages, back)).value();
    };
    CHECK(start(0, 1000) == 8);
    CHECK(start(1, 1000) == 6);
    CHECK(start(50, 1000) == 1);
    CHECK(start(50, 3) == 5);
}

TEST_CASE("past its bound the longest unused room forgets first, and all of it begins a new epoch") {
    fixture f{20'000};
    bool in_use = false;
    SUBCASE("a room in use keeps its numbers") {
        in_use = true;
    }
    SUBCASE("one that is not leaves no trace") {}
    REQUIRE(f.append("old", f.draft(std::string(500, 'x'), "12345678")));
    const std::string epoch = f.open("old").epoch;
    if (!in_use) f.log.close("old");
    for (int i = 0; i < 200; ++i) REQUIRE(f.append("busy", f.draft(std::string(500, 'x'), "key-" + std::to_string(i))));
    CHECK(f.log.bytes() <= 20'000);
    const store::head old = f.open("old");
    CHECK(old.epoch != epoch);
    CHECK(old.newest == (in_use ? 1 : 0));
    CHECK(old.oldest == old.newest + 1);
    const store::head busy = f.open("busy");
    CHECK(busy.newest == 200);
    CHECK(busy.oldest > 100);
    CHECK(f.read("busy", {0, 0, 1}).front() == busy.oldest);
}

TEST_CASE("a room without events leaves no trace, one with events is listed") {
    fixture f;
    const std::string epoch = f.open("empty").epoch;
    f.log.close("empty");
    CHECK(f.open("empty").epoch != epoch);
    REQUIRE(f.append("full", f.draft("x")));
    f.log.close("full");
    const auto listed = f.loop.run(f.log.rooms(f.loop.ctx(), "ul")).value();
    REQUIRE(listed.size() == 1);
    CHECK(listed.front().room == "full");
    CHECK(listed.front().seq == 1);
}
