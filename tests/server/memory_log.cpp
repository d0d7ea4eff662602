// tests/server/memory_log.cpp: what only the logs in memory do: they forget. The rest is store_contract.cpp's.
// Thread: one.
// Owner: server_tests.
#include "server/store/memory_log.hpp"

#include "core/test_loop.hpp"

#include <doctest/doctest.h>

using namespace tertulia;

namespace {

struct fixture {
    explicit fixture(std::size_t most_bytes) : log{loop.clock(), loop.random(), most_bytes} {}

    static store::draft draft(std::string text, std::string key = {}) {
        return {{7, "ana", true}, protocol::message_body{std::move(text), {}}, std::move(key)};
    }
    store::taken append(const std::string& room, store::draft d) {
        std::vector<store::draft> one;
        one.push_back(std::move(d));
        return std::move(loop.run(log.append(loop.ctx(), room, std::move(one))).front());
    }
    store::head open(const std::string& room) { return loop.run(log.open(loop.ctx(), room)).value(); }
    std::uint64_t first_after(const std::string& room, std::uint64_t seq) {
        return loop.run(log.read(loop.ctx(), room, {seq, 0, 1})).value().events.front().seq;
    }

    core::test_loop loop;
    store::memory_log log;
};

}  // namespace

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
    CHECK(f.log.counts().bytes <= 20'000);
    const store::head old = f.open("old");
    CHECK(old.epoch != epoch);
    CHECK(old.newest == (in_use ? 1 : 0));
    CHECK(old.oldest == old.newest + 1);
    const store::head busy = f.open("busy");
    CHECK(busy.newest == 200);
    CHECK(busy.oldest > 100);
    CHECK(f.first_after("busy", 0) == busy.oldest);
}

TEST_CASE("what is forgotten is counted exactly: an empty memory is empty") {
    fixture f{0};
    for (int i = 0; i < 50; ++i) {
        REQUIRE(f.append("a", f.draft("x", "key-" + std::to_string(1000 + i))));
        CHECK(f.append("a", f.draft("x", "key-" + std::to_string(1000 + i)))->duplicate);
    }
    const std::size_t with_keys = f.log.counts().bytes;
    f.loop.advance(std::chrono::minutes{11});
    REQUIRE(f.append("a", f.draft("x")));
    CHECK(f.log.counts().bytes < with_keys);

    fixture small{1};  // nothing fits: each event is forgotten at once
    for (int i = 0; i < 50; ++i) REQUIRE(small.append("a", small.draft("x", "key-" + std::to_string(1000 + i))));
    CHECK(small.log.counts().bytes == 0);

    fixture roomy{1};  // a text whose line ends were shortened has room to spare, which its copy in the log has not
    for (int i = 0; i < 50; ++i) {
        std::string text(100, 'x');
        text.reserve(8'192);
        REQUIRE(roomy.append("a", roomy.draft(std::move(text))));
    }
    CHECK(roomy.log.counts().bytes == 0);
}
