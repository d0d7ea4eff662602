// tests/server/hub_changes.cpp: what a change of a message does to bytes that were encoded before it, and to whom.
// Thread: one.
// Owner: server_tests.
#include "core/test_loop.hpp"
#include "server/hub/hub.hpp"
#include "server/ws/frame.hpp"
#include "tests/server/memory_stream.hpp"
#include "tests/server/present_form.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace tertulia;
using protocol::format;
using strings = std::vector<std::string>;

namespace {

/// A connection that is only its outgoing side; its socket takes nothing until it is told to.
class reader final : public hub::outbox {
public:
    explicit reader(hub::hub& of, protocol::format as = protocol::format::json) : outbox(of, stream_, as) {
        stream_.room = 0;
    }

    void take(std::size_t bytes = 1 << 24) {
        stream_.room = bytes;
        unblock();
        flush();
        stream_.room = 0;
    }
    /// The payloads that it has whole.
    [[nodiscard]] strings got() const {
        strings all;
        std::string_view in = stream_.written;
        while (in.size() > 3) {
            const auto byte = [&](std::size_t i) { return std::size_t{static_cast<unsigned char>(in[i])}; };
            const std::size_t head = byte(1) < 126 ? 2 : 4;
            const std::size_t size = byte(1) < 126 ? byte(1) : byte(2) << 8 | byte(3);
            if (in.size() < head + size) break;
            all.emplace_back(in.substr(head, size));
            in.remove_prefix(head + size);
        }
        return all;
    }
    [[nodiscard]] bool got_word(std::string_view word) const { return stream_.written.find(word) != std::string::npos; }

private:
    void became_blocked() override {}
    void replies_written() override {}
    test::memory_stream stream_{};
};

/// A room's log in its present form, as a store gives it, and the hub that its events are published to.
struct fixture final : hub::page_source {
    explicit fixture(std::uint64_t recovery = 10'000) : rooms{loop, *this, recovery} {}
    void fetch(const std::string&, hub::page_wish wanted) override { asked.push_back(wanted); }

    void publish(protocol::event_body body, bool sent = true) {
        log.push_back({log.size() + 1, {7, "ana", true}, {}, body});
        hub::published p;
        p.what = log.back();
        ws::append_frame(p.json_frame, ws::opcode::text, protocol::write_event(format::json, "lobby", p.what));
        p.at = loop.now();
        test::apply_change(log, body);
        if (sent) rooms.publish("lobby", p);
    }
    void say(std::string text) { publish(protocol::message_body{std::move(text), {}}); }
    void edit(std::uint64_t target, std::string text) { publish(protocol::edited_body{target, std::move(text)}); }
    void erase(std::uint64_t target) { publish(protocol::deleted_body{target}); }

    void answer() {
        for (const hub::page_wish& wanted : std::exchange(asked, {})) {
            const std::uint64_t first = wanted.start == hub::a_new_start ? new_start : wanted.start;
            std::vector<protocol::event> events;
            for (std::uint64_t s = first; s <= log.size() && events.size() < hub::page_events; ++s) {
                events.push_back(log[s - 1]);
            }
            rooms.page_arrived("lobby",
                               {wanted, first, std::make_shared<const hub::page>(wanted.as, "lobby", first, events)});
        }
    }
    [[nodiscard]] strings present(std::uint64_t first, std::uint64_t last, format as = format::json) const {
        strings all;
        for (std::uint64_t s = first; s <= last; ++s) all.push_back(protocol::write_event(as, "lobby", log[s - 1]));
        return all;
    }
    [[nodiscard]] hub::feed& lobby() { return rooms.open("lobby", log.size()); }

    core::test_loop loop;
    std::vector<protocol::event> log;
    std::vector<hub::page_wish> asked;
    std::uint64_t new_start = 1;
    hub::hub rooms;
};

std::string trimmed(std::string s) {
    s.erase(std::remove(s.begin(), s.end(), ' '), s.end());
    return s;
}

}  // namespace

TEST_CASE("a deleted text is gone from what a follower lacks, and that is as long as before") {
    for (const format as : {format::json, format::text}) {
        fixture f;
        reader slow{f.rooms, as};
        reader quick{f.rooms, as};
        for (reader* r : {&slow, &quick}) r->follow(f.lobby(), 1);
        f.say("what stays");
        f.say("first secret\nof two lines, \"quoted\"");
        f.edit(2, "second secret");
        f.say(std::string(300, 'x'));  // with another head
        f.edit(4, std::string(400, 'y') + " third secret");
        f.edit(1, "what stays, too");
        quick.take();
        const strings before = quick.got();
        f.erase(2);
        f.erase(4);
        slow.take();
        CHECK_FALSE(slow.got_word("secret"));
        CHECK_FALSE(slow.got_word("quoted"));
        CHECK_FALSE(slow.got_word("xxx"));
        CHECK_FALSE(slow.got_word("yyy"));
        const strings got = slow.got();
        REQUIRE(got.size() == 8);
        for (const std::size_t i : {0U, 5U}) CHECK(got[i] == before[i]);
        for (const std::size_t i : {1U, 2U, 3U, 4U}) {
            CHECK(got[i].size() == before[i].size());
            // What a reader of JSON finds is the present form.
            if (as == format::json) CHECK(trimmed(got[i]) == trimmed(f.present(i + 1, i + 1).front()));
        }
        CHECK(got[6] == f.present(7, 7, as).front());
        CHECK(got[7] == f.present(8, 8, as).front());
        CHECK(f.asked.empty());
    }
}

TEST_CASE("a deletion leaves a frame that has begun as it began, and what follows whole") {
    fixture probe;
    reader r{probe.rooms};
    r.follow(probe.lobby(), 1);
    probe.say("a secret");
    r.take();
    const std::size_t first_frame = r.got().front().size() + 2;
    for (std::size_t cut = 1; cut < 2 * first_frame; ++cut) {
        CAPTURE(cut);
        fixture f;
        reader slow{f.rooms};
        slow.follow(f.lobby(), 1);
        f.say("a secret");
        f.say("b secret");
        slow.take(cut);
        f.erase(1);
        f.erase(2);
        slow.take();
        const strings got = slow.got();
        REQUIRE(got.size() == 4);
        CHECK(slow.got_word("b secret") == (cut > first_frame));
        for (std::uint64_t seq = 3; seq <= 4; ++seq) CHECK(got[seq - 1] == f.present(seq, seq).front());
    }
}

TEST_CASE("a cursor that starts at or before a changed message gets its present form, those in the ring go on") {
    for (std::uint64_t start = 1; start <= 8; ++start) {
        CAPTURE(start);
        fixture f;
        reader old{f.rooms};
        old.follow(f.lobby(), 1);
        for (const char* text : {"one", "two", "three"}) f.say(text);
        f.edit(2, "two, better");
        f.say("five");
        std::uint64_t last_stale = 2;
        SUBCASE("edited once") {}
        SUBCASE("edited again, so that the first edit is not as it was") {
            f.edit(2, "two, best");
            last_stale = 4;
        }
        SUBCASE("deleted") {
            f.erase(2);
            last_stale = 4;
        }
        SUBCASE("reacted to") {
            f.publish(protocol::reacted_body{5, "👍", true});
            last_stale = 5;
        }
        f.say("last");
        const std::uint64_t newest = f.log.size();
        if (start > newest + 1) continue;
        reader late{f.rooms};
        late.follow(f.lobby(), start);
        late.take();
        CHECK(f.asked.empty() == (start > last_stale));
        f.answer();
        late.take();
        f.say("live");
        late.take();
        old.take();
        f.answer();
        late.take();
        CHECK(late.got() == f.present(start, newest + 1));
        CHECK(old.got().size() == newest + 1);
        CHECK(f.asked.empty());
    }
}

TEST_CASE("a cursor that is too far behind and starts anew is a new one") {
    fixture f{100};
    reader slow{f.rooms};
    slow.follow(f.lobby(), 1);
    for (int i = 0; i < 200; ++i) {
        f.say("text");
        f.loop.advance(std::chrono::seconds{1});  // so that the ring forgets rather than grow
    }
    f.edit(195, "better");  // which is still in the ring
    f.new_start = 111;
    for (int pages = 0; pages < 3; ++pages) {
        slow.take();
        f.answer();
    }
    slow.take();
    const strings got = slow.got();
    REQUIRE(got.size() == 1 + 91);
    CHECK(strings(got.begin() + 1, got.end()) == f.present(111, 201));  // behind what is told to be passed over
}

TEST_CASE("a cursor that was moved is a new one") {
    fixture f;
    reader r{f.rooms};
    r.follow(f.lobby(), 1);
    for (const char* text : {"one", "two"}) f.say(text);
    r.take();
    f.edit(1, "one, better");
    r.take();
    r.follow(f.lobby(), 1);
    r.take();
    f.answer();
    r.take();
    const strings got = r.got();
    REQUIRE(got.size() == 6);
    CHECK(strings(got.begin() + 3, got.end()) == f.present(1, 3));
}

TEST_CASE("who reads a page of the log gets no text that was deleted meanwhile, no gap and no repeat") {
    for (std::size_t cut = 1; cut < 700; cut += 7) {
        CAPTURE(cut);
        fixture f;
        for (int i = 0; i < 5; ++i) f.say("secret " + std::to_string(i));
        reader slow{f.rooms};
        reader other{f.rooms};
        slow.follow(f.lobby(), 1);
        other.follow(f.lobby(), 1);
        f.rooms.flush();
        f.answer();
        slow.take(cut);  // and so far as it goes
        other.take();
        const std::size_t whole = slow.got().size();
        for (std::uint64_t target = 1; target <= 5; ++target) f.erase(target);
        f.rooms.flush();
        slow.take();
        f.answer();
        slow.take();
        f.say("live");
        slow.take();
        f.answer();
        slow.take();
        const strings got = slow.got();
        REQUIRE(got.size() == 11);
        for (std::size_t i = 0; i < got.size(); ++i) {
            if (i >= whole + 1) CHECK(got[i] == f.present(i + 1, i + 1).front());  // but for one that had begun
        }
        CHECK(other.got().size() == 5);
    }
}

TEST_CASE("a page that is too short for one who waits for it is asked for again, and one that can't be read is not") {
    fixture f;
    for (int i = 0; i < 60; ++i) f.say("text " + std::to_string(i));
    reader a{f.rooms};
    reader b{f.rooms};
    a.follow(f.lobby(), 3);
    b.follow(f.lobby(), 50);
    f.rooms.flush();
    REQUIRE(f.asked.size() == 1);
    const hub::page_wish wanted = std::exchange(f.asked, {}).front();
    CHECK(wanted.start == 1);
    SUBCASE("too short") {
        const std::vector<protocol::event> some{f.log.begin(), f.log.begin() + 40};
        CHECK(a.unfollow("lobby"));  // who asked
        f.rooms.page_arrived("lobby", {wanted, 1, std::make_shared<const hub::page>(wanted.as, "lobby", 1, some)});
        f.rooms.flush();
        REQUIRE(f.asked.size() == 1);
        CHECK(f.asked.front().seq == 50);
        f.answer();
        b.take();
        CHECK(b.got() == f.present(50, 60));
    }
    SUBCASE("not there") {
        f.rooms.page_arrived("lobby", {wanted, 0, nullptr});
        f.rooms.flush();
        CHECK(f.asked.empty());
    }
}

TEST_CASE("where changes may have been missed, nothing that was encoded before is served") {
    fixture f;
    reader stays{f.rooms};
    stays.follow(f.lobby(), 1);
    f.say("a secret");
    f.say("two");
    reader paged{f.rooms};
    f.edit(2, "two, better");
    paged.follow(f.lobby(), 1);  // reads the log
    f.rooms.flush();
    f.answer();
    f.publish(protocol::deleted_body{1}, false);  // nobody here was known to follow
    reader late{f.rooms};
    late.follow(f.lobby(), 1);
    for (reader* r : {&stays, &paged, &late}) r->take();
    f.answer();
    for (reader* r : {&stays, &paged, &late}) {
        r->take();
        CHECK_FALSE(r->got_word("secret"));
        CHECK(r->got() == f.present(1, 4));
    }
}
