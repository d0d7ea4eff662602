// tests/server/defects.cpp: what an exception ends: one command, never a room, a shard or the process.
// Thread: one.
// Owner: server_tests.
#include "core/sleep.hpp"
#include "tests/server/talker.hpp"

#include <doctest/doctest.h>

#include <set>
#include <stdexcept>

using namespace tertulia;
using namespace std::chrono_literals;
using test::count;
using test::talker;
using test::without_rate;

namespace {

/// Which calls of the store throw, give an error, or take twenty seconds, until a test takes them out again.
struct defects {
    std::set<std::string, std::less<>> in{};
    std::set<std::string, std::less<>> refused{};
    std::set<std::string, std::less<>> slow{};
    void pass(std::string_view call) const {
        if (in.contains(call)) throw std::runtime_error("a defect of the store");
    }
};

/// A memory log that throws where it is told to.
class defective_log final : public store::log {
public:
    defective_log(std::unique_ptr<store::log> of, const defects& where) : of_(std::move(of)), where_(where) {}

    core::task<core::result<store::head>> open(core::context& ctx, std::string room) override {
        where_.pass("open");
        if (where_.refused.contains("open")) return no_head();
        return of_->open(ctx, std::move(room));
    }
    core::task<std::vector<store::taken>> append(core::context& ctx, std::string room,
                                                 std::vector<store::draft> drafts) override {
        where_.pass("append");
        return append_and_fail(ctx, std::move(room), std::move(drafts));
    }
    core::task<core::result<store::read_events>> read(core::context& ctx, std::string room,
                                                      store::range what) override {
        where_.pass("read");
        return read_at_last(ctx, std::move(room), what);
    }
    core::task<core::result<std::uint64_t>> start_of(core::context& ctx, std::string room, std::uint32_t messages,
                                                     std::uint64_t most_back) override {
        where_.pass("start_of");
        return of_->start_of(ctx, std::move(room), messages, most_back);
    }
    void close(const std::string& room) override { of_->close(room); }
    core::task<core::result<std::vector<store::listed>>> rooms(core::context& ctx, std::string query) override {
        where_.pass("rooms");
        return of_->rooms(ctx, std::move(query));
    }
    core::task<core::result<>> writable(core::context& ctx) override { return of_->writable(ctx); }
    [[nodiscard]] store::search& searched() noexcept override { return of_->searched(); }
    [[nodiscard]] store::log_counts counts() const noexcept override { return of_->counts(); }

private:
    static core::task<core::result<store::head>> no_head() { co_return core::fail(core::errc::unavailable); }
    core::task<core::result<store::read_events>> read_at_last(core::context& ctx, std::string room, store::range what) {
        if (where_.slow.contains("read")) {
            auto slept = co_await core::sleep_for(ctx, 20s);
            (void)slept;
        }
        auto got = co_await of_->read(ctx, std::move(room), what);
        co_return got;
    }
    core::task<std::vector<store::taken>> append_and_fail(core::context& ctx, std::string room,
                                                          std::vector<store::draft> drafts) {
        auto stored = co_await of_->append(ctx, std::move(room), std::move(drafts));
        where_.pass("stored");
        co_return stored;
    }

    std::unique_ptr<store::log> of_;
    const defects& where_;
};

struct defective_keeper final : store::keeper {
    [[nodiscard]] std::unique_ptr<store::log> log_for(shard_place shard) override {
        return std::make_unique<defective_log>(memory.log_for(shard), where);
    }
    store::memory_keeper memory{0, 1};
    defects where;
};

struct fixture {
    explicit fixture(std::uint64_t seed = 0) : loop{seed} {}
    ~fixture() {
        for (talker* t : {&ana, &leo}) t->finish();
        at.stop();
    }
    std::set<std::string, std::less<>>& broken() { return logs.where.in; }

    core::test_loop loop;
    defective_keeper logs;
    sim::server at{loop, 2, without_rate(), &logs};
    talker ana{loop, at, "?name=ana&room=lobby"};
    talker leo{loop, at, "?name=leo"};
};

}  // namespace

TEST_CASE("an exception ends the command that it came from: it is answered, and the room goes on") {
    fixture f;
    CAPTURE(f.loop.seed());
    for (talker* t : {&f.ana, &f.leo}) (void)t->hear();
    SUBCASE("posting") {
        f.broken() = {"append"};
    }
    SUBCASE("posting, when it was stored already") {
        f.broken() = {"stored"};
    }
    SUBCASE("reading") {
        f.broken() = {"read"};
    }
    SUBCASE("joining") {
        f.broken() = {"open"};
    }
    SUBCASE("joining, at the start of its cursor") {
        f.broken() = {"start_of"};
    }
    const bool posts = f.broken().contains("append") || f.broken().contains("stored");
    const bool reads = f.broken().contains("read");
    f.ana.say(R"({"type":"message","room":"lobby","text":"one","id":"m1"})");
    f.ana.say(R"({"type":"message","room":"lobby","text":"two","id":"m2"})");
    f.ana.say(R"({"type":"history","room":"lobby","id":"h"})");
    auto heard = f.ana.hear();
    for (const char* id : {"m1", "m2"}) {
        CHECK(count(heard, R"("id":")" + std::string{id} + R"(","code":"internal")") == (posts ? 1 : 0));
        CHECK(count(heard, R"({"type":"ok","id":")" + std::string{id}) == (posts ? 0 : 1));
    }
    CHECK(count(heard, R"("id":"h","code":"internal")") == (reads ? 1 : 0));
    f.leo.say(R"({"type":"join","room":"lobby","id":"j"})");
    CHECK(count(f.leo.hear(), R"("id":"j","code":"internal")") == (posts || reads ? 0 : 1));

    f.broken().clear();
    f.leo.say(R"({"type":"join","room":"lobby","history":0,"id":"again"})");
    CHECK(count(f.leo.hear(), R"({"type":"joined","id":"again")") == 1);
    f.ana.say(R"({"type":"message","room":"lobby","text":"three","id":"m3"})");
    CHECK(count(f.ana.hear(), R"({"type":"ok","id":"m3")") == 1);
    CHECK(count(f.leo.hear(), R"("text":"three")") == 1);
    f.ana.say(R"({"type":"history","room":"lobby","id":"all"})");
    heard = f.ana.hear();
    CHECK(count(heard, R"("text":"three")") == 1);
}

TEST_CASE("what was stored when the exception came is told with the next event, without a hole") {
    fixture f;
    CAPTURE(f.loop.seed());
    (void)f.ana.hear();
    f.broken() = {"stored"};
    f.ana.say(R"({"type":"message","room":"lobby","text":"one","key":"0123456789"})");
    CHECK(count(f.ana.hear(), R"("code":"internal")") == 1);
    f.broken().clear();
    SUBCASE("with another event") {
        f.ana.say(R"({"type":"message","room":"lobby","text":"two"})");
        const auto heard = f.ana.hear();
        REQUIRE(heard.size() == 2);
        CHECK(heard[0].find(R"("seq":1,)") != std::string::npos);
        CHECK(heard[1].find(R"("seq":2,)") != std::string::npos);
    }
    SUBCASE("and sent again by its key it is not posted twice") {
        f.ana.say(R"({"type":"message","room":"lobby","text":"one","key":"0123456789","id":"m"})");
        CHECK(count(f.ana.hear(), R"("seq":1,"duplicate":true)") == 1);
    }
}

TEST_CASE("who wants in and is refused by a defect is no member, and its claim is given back") {
    core::test_loop loop;
    CAPTURE(loop.seed());
    defective_keeper logs;
    protocol::limits most = without_rate();
    most.rooms_per_user = 1;
    sim::server at{loop, 2, most, &logs};
    talker ana{loop, at, "?name=ana"};
    (void)ana.hear();
    logs.where.in = {"start_of"};
    ana.say(R"({"type":"join","room":"tea","id":"1"})");
    CHECK(count(ana.hear(), R"("code":"internal")") == 1);
    ana.say(R"({"type":"message","room":"tea","text":"x","id":"2"})");
    CHECK(count(ana.hear(), R"("code":"not_joined")") == 1);
    logs.where.in.clear();
    ana.say(R"({"type":"join","room":"lobby","id":"3"})");
    CHECK(count(ana.hear(), R"("joined")") == 1);
    ana.finish();
    at.stop();
}

TEST_CASE("rooms that can't be listed are a command's defect, and the rooms live on") {
    fixture f;
    CAPTURE(f.loop.seed());
    (void)f.ana.hear();
    f.broken() = {"rooms"};
    f.ana.say(R"({"type":"rooms","id":"r"})");
    CHECK(count(f.ana.hear(), R"("id":"r","code":"internal")") == 1);
    f.broken().clear();
    f.ana.say(R"({"type":"rooms","id":"again"})");
    f.ana.say(R"({"type":"message","room":"lobby","text":"one","id":"m"})");
    const auto heard = f.ana.hear();
    CHECK(count(heard, R"("id":"again","rooms":[{"room":"lobby")") == 1);
    CHECK(count(heard, R"({"type":"ok","id":"m")") == 1);
}

TEST_CASE("a page of the log that can't be read is asked for again with the next event") {
    std::size_t late = 0;  // where leo is on another shard than ana, whose ring has what he lacks
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        CAPTURE(seed);
        fixture f{seed};
        (void)f.ana.hear();
        f.ana.say(R"({"type":"message","room":"lobby","text":"one"})");
        (void)f.ana.hear();
        f.broken() = {"read"};
        f.leo.say(R"({"type":"join","room":"lobby"})");
        auto heard = f.leo.hear();
        late += count(heard, R"("text":"one")") == 0 ? 1 : 0;
        f.broken().clear();
        f.ana.say(R"({"type":"message","room":"lobby","text":"two"})");
        for (auto& more : f.leo.hear()) heard.push_back(std::move(more));
        CHECK(count(heard, R"("text":"one")") == 1);
        CHECK(count(heard, R"("text":"two")") == 1);
    }
    CHECK(late > 0);
}

TEST_CASE("an exception ends the connection that it came from with 1011, and no other") {
    core::test_loop loop;
    CAPTURE(loop.seed());
    sim::server at{loop, 1, without_rate()};
    talker ana{loop, at, "?name=ana&room=lobby", 1'000};
    talker leo{loop, at, "?name=leo&room=lobby"};
    for (talker* t : {&ana, &leo}) (void)t->hear();
    SUBCASE("while it is read from") {
        ana.fail_next_wait();
        ana.say(R"({"type":"ping"})");
    }
    SUBCASE("while it is written to") {
        for (int i = 0; i < 100; ++i) leo.say(R"({"type":"message","room":"lobby","text":"much to write"})");
        loop.settle();
        ana.fail_next_wait();
    }
    CHECK(count(ana.hear(), "close 1011 internal") == 1);
    (void)leo.hear();
    leo.say(R"({"type":"members","room":"lobby","id":"m"})");
    CHECK(count(leo.hear(), R"("id":"m")") == 1);
    for (talker* t : {&ana, &leo}) t->finish();
    at.stop();
}

TEST_CASE("a leave that is not answered in time leaves no cursor behind") {
    fixture f;
    CAPTURE(f.loop.seed());
    f.leo.say(R"({"type":"join","room":"lobby"})");
    talker bea{f.loop, f.at, "?name=bea&room=lobby"};  // so that each shard has a follower who stays
    talker carl{f.loop, f.at, "?name=carl&room=lobby"};
    for (talker* t : {&f.ana, &f.leo, &bea, &carl}) (void)t->hear();
    f.logs.where.slow = {"read"};
    f.ana.say(R"({"type":"history","room":"lobby"})");  // the room waits for the log, and leo for the room
    f.loop.settle();
    f.leo.say(R"({"type":"leave","room":"lobby","id":"l"})");
    f.loop.advance(16s);
    CHECK(count(f.leo.hear(), R"("id":"l","code":"unavailable")") == 1);
    f.logs.where.slow.clear();
    f.loop.advance(10s);
    f.ana.say(R"({"type":"message","room":"lobby","text":"is he gone?","id":"m"})");
    CHECK(count(f.ana.hear(), R"("ok","id":"m")") == 1);
    for (talker* t : {&bea, &carl}) {
        CHECK(count(t->hear(), "is he gone?") == 1);
        t->finish();
    }
    CHECK(count(f.leo.hear(), "is he gone?") == 0);
}

TEST_CASE("a direct message is refused where the other could not be shown it, and sent again it reaches both") {
    fixture f;
    CAPTURE(f.loop.seed());
    for (talker* t : {&f.ana, &f.leo}) (void)t->hear();
    const std::string message = R"({"type":"message","room":"@leo","text":"hola","id":"m"})";
    f.logs.where.refused = {"open"};
    f.ana.say(message);
    CHECK(count(f.ana.hear(), R"("id":"m","code":"unavailable")") == 1);
    CHECK(f.leo.hear().empty());
    f.logs.where.refused.clear();
    f.ana.say(message);
    CHECK(count(f.ana.hear(), R"("ok","id":"m","room":"@ana+leo","seq":1)") == 1);
    CHECK(count(f.leo.hear(), R"("seq":1,"from":"ana")") == 1);
}

TEST_CASE("joined says what the log has, also where it could not be opened at first") {
    fixture f;
    CAPTURE(f.loop.seed());
    f.leo.say(R"({"type":"join","room":"tea"})");
    f.leo.say(R"({"type":"topic","room":"tea","topic":"oolong"})");
    f.leo.say(R"({"type":"leave","room":"tea"})");
    (void)f.leo.hear();
    f.loop.advance(40s);  // the room is at rest
    f.logs.where.refused = {"open"};
    f.leo.say(R"({"type":"join","room":"tea","id":"j"})");
    CHECK(count(f.leo.hear(), R"("id":"j","code":"unavailable")") == 1);
    f.logs.where.refused.clear();
    f.leo.say(R"({"type":"join","room":"tea","id":"again"})");
    CHECK(count(f.leo.hear(), R"("topic":"oolong","epoch")") == 1);
}
