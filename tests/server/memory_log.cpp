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

TEST_CASE("what is known of changed messages is forgotten with them, and an edit outlives its message") {
    core::test_loop loop;
    const std::vector<protocol::event_body> bodies{protocol::message_body{std::string(300, 'x'), {}},
                                                   protocol::edited_body{1, std::string(300, 'y')},
                                                   protocol::reacted_body{1, "👍", true},
                                                   protocol::reacted_body{1, "❤", true},
                                                   protocol::reacted_body{1, "👍", false},
                                                   protocol::edited_body{1, std::string(300, 'z')}};
    std::size_t kept_edits = 0;
    for (std::size_t most = 1; most < 4'000; most += 50) {  // from a bound that keeps nothing to one that keeps all
        store::memory_log log{loop.clock(), loop.random(), most};
        bool all = true;
        for (const auto& body : bodies) {
            std::vector<store::draft> one;
            one.push_back({{7, "ana", true}, body, {}});
            all = loop.run(log.append(loop.ctx(), "a", std::move(one))).front() && all;
        }
        CHECK(log.counts().bytes <= most);
        CHECK((most > 1 || log.counts().bytes == 0));
        const auto got = loop.run(log.read(loop.ctx(), "a", {0, 0, 9})).value();
        CHECK((most < 3'900 || got.events.size() == bodies.size()));
        for (const auto& e : got.events) {
            const auto* edit = std::get_if<protocol::edited_body>(&e.body);
            if (edit == nullptr || !all) continue;
            CHECK(edit->text == std::string(300, 'z'));
            kept_edits += got.events.front().seq > 1 ? 1 : 0;
        }
    }
    CHECK(kept_edits > 0);
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

    fixture changed{0};
    REQUIRE(changed.append("a", changed.draft("x")));
    const std::size_t one_message = changed.log.counts().bytes;
    const std::string large(5'000, 'y');
    REQUIRE(changed.append("a", {{7, "ana", true}, protocol::edited_body{1, large}, {}}));
    CHECK(changed.log.counts().bytes > one_message + 2 * large.size());  // in the message and in the edit
    const std::size_t before = changed.log.counts().bytes;
    REQUIRE(changed.append("a", {{7, std::string(100, 'n'), true}, protocol::reacted_body{1, "👍", true}, {}}));
    CHECK(changed.log.counts().bytes > before + 2 * 100);  // in the event and among the reactions
    REQUIRE(changed.append("a", {{7, "ana", true}, protocol::deleted_body{1}, {}}));
    CHECK(changed.log.counts().bytes < large.size());

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
