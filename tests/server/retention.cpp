// tests/server/retention.cpp: what is old enough is forgotten, a few events at a time, and nothing else.
// Thread: the test's; the store's own threads work beside it.
// Owner: server_tests.
#include "server/store/retention.hpp"

#include "core/scope.hpp"
#include "server/store/sqlite_check.hpp"
#include "server/store/sqlite_forgetter.hpp"
#include "tests/server/faulty_disk.hpp"
#include "tests/server/store_support.hpp"

#include <numeric>

using namespace tertulia;
using namespace std::chrono_literals;
using store::retention;
using seqs = std::vector<std::uint64_t>;

namespace {

/// A store that forgets by `rules`, in steps that the test asks for.
struct fixture {
    explicit fixture(std::vector<std::string> r) : rules(std::move(r)) { start(); }
    void start() {
        auto opened =
            store::sqlite_keeper::open(path, store::durability::process, "boot 1", retention::read(rules).value());
        REQUIRE_MESSAGE(opened, opened.error().detail);
        keeper = std::move(*opened);
        log = keeper->log_for({loop.on(), loop.random(), {}});
    }
    void end() {
        log.reset();
        REQUIRE(keeper->close());
        keeper.reset();
        CHECK(store::check_database(path, false).value().faults.empty());
    }
    store::taken post(const std::string& room, const std::string& text, const std::string& key = {}) {
        auto drafts = test::one(test::draft(text, key));
        return std::move(loop.run(log->append(loop.ctx(), room, std::move(drafts))).front());
    }
    void post(const std::string& room, int events) {
        std::vector<store::draft> drafts;
        for (int i = 0; i < events; ++i) drafts.push_back(test::draft("x"));
        for (const auto& t : loop.run(log->append(loop.ctx(), room, std::move(drafts)))) REQUIRE(t);
    }
    store::forgotten step() { return loop.run(keeper->forget(loop.on())).value(); }
    /// All that is to be forgotten now. @return how many events that were
    std::uint64_t forget() {
        std::uint64_t events = 0;
        for (;;) {
            const auto s = step();
            events += s.events;
            if (s.all_seen) return events;
        }
    }
    store::head head(const std::string& room) { return loop.run(log->open(loop.ctx(), room)).value(); }
    seqs read(const std::string& room, store::range what, bool* more = nullptr) {
        const auto got = loop.run(log->read(loop.ctx(), room, what)).value();
        if (more != nullptr) *more = got.more;
        seqs all;
        for (const auto& e : got.events) all.push_back(e.seq);
        return all;
    }

    const std::vector<std::string> rules;
    test::real_loop loop;
    test::temporary_folder folder;
    const std::string path = folder / "log.db";
    std::unique_ptr<store::sqlite_keeper> keeper;
    std::unique_ptr<store::log> log;
};

seqs from_to(std::uint64_t first, std::uint64_t last) {
    seqs all(last - first + 1);
    std::iota(all.begin(), all.end(), first);
    return all;
}

}  // namespace

TEST_CASE("a rule of retention is an age or a number, for all rooms or for one") {
    const auto r = retention::read({"90d", "100000", "lobby=12h", "Attic=5", "attic=30m", "archive=0"}).value();
    CHECK(r.bounded());
    CHECK(r.of("anything").age == 90 * 24h);
    CHECK(r.of("anything").events == 100000U);
    CHECK(r.of("lobby").age == 12h);
    CHECK_FALSE(r.of("lobby").events);  // those for all don't concern it
    CHECK(r.of("attic").events == 5U);
    CHECK(r.of("attic").age == 30min);
    CHECK_FALSE(r.of("archive").bounded());
    CHECK(r.least_age() == 30min);
    CHECK_FALSE(retention{}.bounded());
    CHECK_FALSE(retention::read({"0", "lobby=0"})->bounded());
    for (const char* wrong : {"", "d", "-1", "1w", "1dd", "0d", "1.5d", "=1d", "lobby=", "two words=1d", "99999999d",
                              "99999999999999999999", "lobby=attic=1d", "+5"}) {
        const auto read = retention::read({wrong});
        REQUIRE_FALSE_MESSAGE(read.has_value(), wrong);
        CHECK(read.error().detail.find(std::string{wrong} + ": an age (90d") == 0);
    }
}

TEST_CASE("a bounded number of events leaves the newest, in every room or in its own") {
    fixture f{{"10", "b=3", "c=0"}};
    for (const char* room : {"a", "b", "c"}) f.post(room, 25);
    CHECK(f.head("a").oldest == 1);  // so that it is open, and has to notice
    CHECK(f.forget() == 15 + 22);
    CHECK(f.forget() == 0);
    CHECK(f.head("a").oldest == 16);
    CHECK(f.head("a").newest == 25);
    CHECK(f.head("b").oldest == 23);
    CHECK(f.head("c").oldest == 1);
    bool more = true;
    CHECK(f.read("a", {0, 0, 100}, &more) == from_to(16, 25));
    CHECK_FALSE(more);
    CHECK(f.read("a", {0, 20, 4}, &more) == from_to(16, 19));
    CHECK_FALSE(more);
    CHECK(f.read("a", {0, 16, 4}, &more).empty());
    CHECK(f.loop.run(f.log->start_of(f.loop.ctx(), "a", 50, 1000)).value() == 16);
    CHECK(f.post("a", "y")->seq == 26);
    CHECK(f.forget() == 1);
    const auto epoch = f.head("a").epoch;
    f.end();
    f.start();
    CHECK(f.head("a").oldest == 17);
    CHECK(f.head("a").epoch == epoch);
    f.end();
}

TEST_CASE("what is older than it may be is forgotten, and nothing younger") {
    fixture f{{"10s", "b=100d"}};
    const auto key = std::string{"key of this"};
    f.post("a", 5);
    REQUIRE(f.post("a", "with a key", key));
    f.post("b", 5);
    f.loop.advance(9s);
    f.post("a", 2);
    CHECK(f.forget() == 0);
    f.loop.advance(1s + 1ms);
    CHECK(f.forget() == 6);
    CHECK(f.head("a").oldest == 7);
    CHECK(f.read("a", {0, 0, 100}) == from_to(7, 8));
    CHECK(f.post("a", "with a key", key)->seq == 6);  // its key outlives it
    CHECK(f.read("b", {0, 0, 100}) == from_to(1, 5));

    SUBCASE("and a room of which nothing is left goes on with its numbers") {
        REQUIRE(f.loop
                    .run(f.log->append(f.loop.ctx(), "a",
                                       test::one({{8, "leo", false}, protocol::topic_body{"words"}, {}})))
                    .front());
        f.loop.advance(11s);
        CHECK(f.forget() == 3);
        CHECK(f.forget() == 0);
        for (const bool again : {false, true}) {
            CHECK(f.head("a").oldest == 10);
            CHECK(f.head("a").newest == 9);
            CHECK(f.head("a").topic == "words");
            bool more = true;
            CHECK(f.read("a", {0, 0, 100}, &more).empty());
            CHECK_FALSE(more);
            CHECK(f.loop.run(f.log->start_of(f.loop.ctx(), "a", 50, 1000)).value() == 10);
            if (again) break;
            f.end();
            f.start();
        }
        CHECK(f.post("a", "y")->seq == 10);
        CHECK(f.head("a").oldest == 10);
    }
    f.end();
}

TEST_CASE("forgetting goes in steps, each of which is short") {
    constexpr auto most = store::sqlite_forgetter::most_events;
    fixture f{{"1"}};
    f.post("a", static_cast<int>(2 * most + 50));
    SUBCASE("many events of a room") {
        CHECK(f.step().events == most);
        CHECK(f.head("a").oldest == most + 1);
        CHECK(f.step().events == most);
        const auto last = f.step();
        CHECK(last.events == 49);
        CHECK(last.room == "a");
        CHECK_FALSE(last.all_seen);
        CHECK(f.step().all_seen);
    }
    SUBCASE("many rooms") {
        constexpr int rooms = 2 * store::sqlite_forgetter::most_rooms;
        for (int i = 0; i < rooms; ++i) f.post("room-" + std::to_string(i), 1);
        f.post("room-0", 1);
        f.post("room-" + std::to_string(rooms - 1), 1);
        int steps = 1;
        std::uint64_t events = 0;
        for (auto s = f.step(); !s.all_seen; s = f.step(), ++steps) events += s.events;
        CHECK(events == 2 * most + 49 + 2);
        CHECK(steps >= 7);
        CHECK(steps <= 9);
        CHECK(f.forget() == 0);
    }
    f.end();
}

TEST_CASE("a store tends to itself at its start, and until it is told to end") {
    fixture f{{"10"}};
    f.post("a", 1000);
    f.loop.run([](fixture& of) -> core::task<bool> {
        core::scope all{of.loop.ctx(), "store"};
        all.spawn("tend", of.keeper->tend(all.ctx()));
        for (std::uint64_t oldest = 1; oldest != 991;) {
            auto got = co_await of.log->read(of.loop.ctx(), "a", {0, 0, 1});
            oldest = got->events.front().seq;
        }
        all.cancel();
        auto ended = co_await all.join();
        CHECK(all.running() == 0);
        co_return ended.has_value();
    }(f));
    CHECK(f.read("a", {0, 0, 100}) == from_to(991, 1000));
    f.end();
}

TEST_CASE("a disk that fails at any step of forgetting takes nothing that is kept") {
    test::faulty_disk disk;
    for (const auto how : {test::disk_fault::error, test::disk_fault::torn, test::disk_fault::late}) {
        fixture f{{"10"}};
        bool more = true;
        for (int n = 1; more; ++n) {
            INFO("fault ", static_cast<int>(how), " at call ", n);
            f.post("a", 20);
            const std::uint64_t newest = f.head("a").newest;
            disk.fail(how, n, true);
            const bool stepped = f.loop.run(f.keeper->forget(f.loop.on())).has_value();
            more = disk.failed();
            const std::uint64_t oldest = f.head("a").oldest;
            CHECK((oldest == newest - 9) == stepped);
            CHECK(f.read("a", {0, 0, 100}) == from_to(oldest, newest));
            disk.mend();
            f.forget();
            CHECK(f.read("a", {0, 0, 100}) == from_to(newest - 9, newest));
        }
        f.end();
    }
}
