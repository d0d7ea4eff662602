// tests/server/hub.cpp: from a published event to the bytes that each follower gets, whatever its socket takes.
// Thread: one.
// Owner: server_tests.
#include "server/hub/hub.hpp"

#include "core/test_loop.hpp"
#include "server/ws/frame.hpp"
#include "tests/server/memory_stream.hpp"

#include <doctest/doctest.h>

#include <map>

using namespace tertulia;

namespace {

/// A connection that is only its outgoing side.
class reader final : public hub::outbox {
public:
    reader(hub::hub& of, test::memory_stream& to) : outbox(of, to, protocol::format::json), stream(to) {}

    /// Lets the socket take `bytes` more, and writes.
    void take(std::size_t bytes) {
        stream.room = bytes;
        unblock();
        flush();
    }

    test::memory_stream& stream;
    bool defective = false;

private:
    void became_blocked() override {
        if (defective && !broken()) throw std::runtime_error("a defect of the connection");
    }
    void replies_written() override {}
};

protocol::event event(std::uint64_t seq) {
    return {seq, {7, "ana", true}, {}, protocol::message_body{"text " + std::to_string(seq), {}}};
}

std::string frame_of(const protocol::event& e) {
    std::string f;
    ws::append_frame(f, ws::opcode::text, protocol::write_event(protocol::format::json, "lobby", e));
    return f;
}

/// A log that holds all events there are, and answers when the test says so.
class all_events final : public hub::page_source {
public:
    void fetch(const std::string&, hub::page_wish wanted) override { asked.push_back(wanted); }
    void answer(hub::hub& to, std::uint64_t oldest, std::uint64_t newest, std::uint64_t new_start) {
        for (const hub::page_wish& wanted : std::exchange(asked, {})) {
            std::uint64_t s = std::max(wanted.start == hub::a_new_start ? new_start : wanted.start, oldest);
            const std::uint64_t first = s;
            std::vector<protocol::event> events;
            for (; s <= newest && events.size() < hub::page_events; ++s) {
                events.push_back(changed.contains(s) ? changed.at(s) : event(s));
            }
            const auto framed = std::make_shared<const hub::page>(wanted.as, "lobby", first, events);
            given = framed;
            to.page_arrived("lobby", {wanted, first, framed});
        }
    }
    [[nodiscard]] std::vector<std::uint64_t> asked_starts() const {
        std::vector<std::uint64_t> all;
        for (const hub::page_wish& w : asked) all.push_back(w.start);
        return all;
    }
    std::vector<hub::page_wish> asked;
    std::weak_ptr<const hub::page> given;              // the last one
    std::map<std::uint64_t, protocol::event> changed;  // what is not event(seq)
};

struct fixture {
    explicit fixture(std::uint64_t recovery = 10'000) : rooms{loop, log, recovery} {}
    void publish(std::uint64_t seq) { publish(event(seq)); }
    void publish(protocol::event e) {
        hub::published p;
        p.what = std::move(e);
        p.json_frame = frame_of(p.what);
        p.at = loop.now();
        rooms.publish("lobby", p);
        expected += p.json_frame;
    }
    core::test_loop loop;
    all_events log;
    hub::hub rooms;
    std::string expected;
};

}  // namespace

TEST_CASE("what is published in one turn goes to each follower in one write") {
    fixture f;
    test::memory_stream socket;
    reader ana{f.rooms, socket};
    ana.follow(f.rooms.open("lobby", 0), 1);
    for (std::uint64_t seq = 1; seq <= 50; ++seq) f.publish(seq);
    f.rooms.flush();
    CHECK(socket.sends == 1);
    CHECK(socket.written == f.expected);
    CHECK(f.rooms.stats().deliveries == 50);
}

TEST_CASE("a reply goes before the events of the same turn") {
    fixture f;
    test::memory_stream socket;
    reader ana{f.rooms, socket};
    ana.follow(f.rooms.open("lobby", 0), 1);
    f.publish(1);
    ana.say("reply");
    f.rooms.flush();
    std::string reply;
    ws::append_frame(reply, ws::opcode::text, "reply");
    CHECK(socket.written == reply + f.expected);
    CHECK(socket.sends == 1);
}

TEST_CASE("a follower gets every event once and in order, wherever its socket cuts the bytes") {
    for (std::size_t cut = 1; cut <= 300; ++cut) {
        CAPTURE(cut);
        fixture f;
        test::memory_stream socket;
        socket.room = cut;
        reader ana{f.rooms, socket};
        ana.follow(f.rooms.open("lobby", 0), 1);
        for (std::uint64_t seq = 1; seq <= 6; ++seq) {
            f.publish(seq);
            f.rooms.flush();
        }
        while (socket.written.size() < f.expected.size()) {
            const std::size_t before = socket.written.size();
            ana.take(cut);
            REQUIRE(socket.written.size() > before);
        }
        CHECK(socket.written == f.expected);
    }
}

TEST_CASE("one that stops reading costs a bounded amount, and reads on from the log without gap or repeat") {
    fixture f;
    test::memory_stream socket;
    socket.room = 100;
    reader slow{f.rooms, socket};
    slow.follow(f.rooms.open("lobby", 0), 1);
    constexpr std::uint64_t newest = 9'000;  // more than the ring keeps
    for (std::uint64_t seq = 1; seq <= newest; ++seq) f.publish(seq);
    f.rooms.flush();
    CHECK(slow.waiting() < 300);
    CHECK(f.rooms.ring_bytes() <= hub::ring::most_bytes);
    while (socket.written.size() < f.expected.size()) {
        const std::size_t before = socket.written.size();
        slow.take(5'000);
        f.log.answer(f.rooms, 1, newest, newest);
        slow.take(5'000);
        REQUIRE(socket.written.size() > before);
    }
    CHECK(socket.written == f.expected);
    CHECK(f.rooms.stats().lagged == 0);
}

TEST_CASE("one that is farther behind than may be is told what it will not be sent, and goes on at a new start") {
    fixture f{1'000};
    test::memory_stream socket;
    socket.room = 0;
    reader slow{f.rooms, socket};
    slow.follow(f.rooms.open("lobby", 0), 1);
    constexpr std::uint64_t newest = 9'000;
    for (std::uint64_t seq = 1; seq <= newest; ++seq) f.publish(seq);
    f.rooms.flush();
    slow.take(1 << 24);
    REQUIRE(f.log.asked_starts() == std::vector<std::uint64_t>{hub::a_new_start});
    f.log.answer(f.rooms, 1, newest, newest - 49);
    slow.take(1 << 24);
    std::string told;
    ws::append_frame(told, ws::opcode::text,
                     protocol::write_passing(protocol::format::json, "lobby", protocol::lagged{1, newest - 50}));
    std::string rest;
    for (std::uint64_t seq = newest - 49; seq <= newest; ++seq) rest += frame_of(event(seq));
    CHECK(socket.written == told + rest);
    CHECK(f.rooms.stats().lagged == newest - 50);
}

TEST_CASE("followers who lack the same events wait for one page") {
    fixture f;
    test::memory_stream sockets[3];
    reader a{f.rooms, sockets[0]};
    reader b{f.rooms, sockets[1]};
    reader c{f.rooms, sockets[2]};
    for (reader* r : {&a, &b, &c}) r->follow(f.rooms.open("lobby", 60), 3);
    f.rooms.flush();
    CHECK(f.log.asked_starts() == std::vector<std::uint64_t>{1});
    f.log.answer(f.rooms, 1, 60, 1);
    f.rooms.flush();
    std::string all;
    for (std::uint64_t seq = 3; seq <= 60; ++seq) all += frame_of(event(seq));
    for (const auto& s : sockets) CHECK(s.written == all);
}

TEST_CASE("a room that nobody follows is not kept, and one without traffic keeps no ring") {
    fixture f;
    test::memory_stream socket;
    reader ana{f.rooms, socket};
    ana.follow(f.rooms.open("lobby", 0), 1);
    f.publish(1);
    f.rooms.flush();
    CHECK(f.rooms.ring_bytes() > 0);
    f.loop.advance(std::chrono::minutes{2});
    f.rooms.rest();
    CHECK(f.rooms.ring_bytes() == 0);
    f.publish(2);
    f.rooms.flush();
    CHECK(socket.written == f.expected);
    CHECK(ana.unfollow("lobby"));
    CHECK(f.rooms.ring_bytes() == 0);
    CHECK_FALSE(ana.unfollow("lobby"));
}

TEST_CASE("a hole in the numbers that come is filled from the log, whether an event or a follower shows it") {
    fixture f;
    test::memory_stream sockets[2];
    reader old{f.rooms, sockets[0]};
    reader late{f.rooms, sockets[1]};
    old.follow(f.rooms.open("lobby", 0), 1);
    f.publish(1);
    f.rooms.flush();
    SUBCASE("an event") {
        f.expected += frame_of(event(2));
        f.publish(3);
    }
    SUBCASE("a follower who was told of a newer one") {
        late.follow(f.rooms.open("lobby", 3), 1);
        for (const std::uint64_t seq : {2U, 3U}) f.expected += frame_of(event(seq));
        old.touch();
    }
    f.rooms.flush();
    CHECK(f.rooms.ring_bytes() <= hub::ring::least_bytes);
    f.log.answer(f.rooms, 1, 3, 1);
    f.rooms.flush();
    f.publish(4);
    f.rooms.flush();
    CHECK(sockets[0].written == f.expected);
    if (late.follows("lobby")) CHECK(sockets[1].written == f.expected);
}

TEST_CASE("one that takes no more keeps no page of the log, and reads on without gap or repeat") {
    fixture f;
    test::memory_stream socket;
    socket.room = 500;
    reader slow{f.rooms, socket};
    constexpr std::uint64_t newest = 200;
    for (std::uint64_t seq = 1; seq <= newest; ++seq) f.expected += frame_of(event(seq));
    const auto held = [&] { return f.log.given.use_count(); };
    slow.follow(f.rooms.open("lobby", newest), 1);
    f.rooms.flush();
    SUBCASE("where it stops within a page") {
        f.log.answer(f.rooms, 1, newest, newest);
        CHECK(held() == 1);
        f.rooms.flush();
        CHECK(slow.blocked());
        CHECK(held() == 0);
    }
    SUBCASE("where the page comes when it has stopped already") {
        slow.say(std::string(600, 'x'));
        f.rooms.flush();
        REQUIRE(slow.blocked());
        f.log.answer(f.rooms, 1, newest, newest);
        CHECK(held() == 0);
        slow.take(100 + 4);  // the rest of what was said, which is not looked at below
        socket.written.clear();
    }
    while (socket.written.size() < f.expected.size()) {
        const std::size_t before = socket.written.size();
        slow.take(700);
        f.log.answer(f.rooms, 1, newest, newest);
        slow.take(700);
        REQUIRE(socket.written.size() > before);
    }
    CHECK(socket.written == f.expected);
}

TEST_CASE("an exception while one is written to ends that one, and the others are written") {
    fixture f;
    test::memory_stream sockets[3];
    reader a{f.rooms, sockets[0]};
    reader b{f.rooms, sockets[1]};
    reader c{f.rooms, sockets[2]};
    for (reader* r : {&a, &b, &c}) r->follow(f.rooms.open("lobby", 0), 1);
    sockets[1].room = 10;
    b.defective = true;
    f.publish(1);
    f.rooms.flush();
    CHECK(b.broken());
    for (const std::size_t i : {0U, 2U}) CHECK(sockets[i].written == f.expected);
    f.publish(2);
    f.rooms.flush();
    CHECK(sockets[0].written == f.expected);
    CHECK(sockets[1].written.size() == 10);
}

TEST_CASE("after a deletion nobody is given the old text: not from the ring, not from a page, not a new cursor") {
    for (std::size_t cut = 1; cut <= 900; cut += 7) {
        CAPTURE(cut);
        fixture f;
        test::memory_stream quick_socket;
        test::memory_stream slow_socket;
        test::memory_stream new_socket;
        reader quick{f.rooms, quick_socket};
        reader slow{f.rooms, slow_socket};
        quick.follow(f.rooms.open("lobby", 0), 1);
        slow.follow(f.rooms.open("lobby", 0), 1);
        slow_socket.room = cut;  // somewhere within these events
        for (std::uint64_t seq = 1; seq <= 6; ++seq) f.publish(seq);
        f.rooms.flush();
        const std::string told = slow_socket.written;

        const protocol::event gone{7, {7, "ana", true}, {}, protocol::deleted_body{4}};
        protocol::message_body nothing;
        nothing.deleted = true;
        f.log.changed[4] = {4, {7, "ana", true}, {}, nothing};
        f.log.changed[7] = gone;
        f.publish(gone);
        f.rooms.flush();
        CHECK(quick_socket.written == f.expected);  // who was there goes on

        reader late{f.rooms, new_socket};
        late.follow(f.rooms.open("lobby", 7), 1);
        for (int i = 0; i < 4; ++i) {
            slow.take(static_cast<std::size_t>(-1));
            f.rooms.flush();
            f.log.answer(f.rooms, 1, 7, 1);
            f.rooms.flush();
        }
        std::string present;
        for (std::uint64_t seq = 1; seq <= 7; ++seq) {
            present += frame_of(f.log.changed.contains(seq) ? f.log.changed.at(seq) : event(seq));
        }
        CHECK(new_socket.written == present);
        CHECK(present.find("text 4") == std::string::npos);
        // The slow one has each event once, in order; what it was told before stands, a begun frame is ended.
        const std::size_t begun = frame_of(event(1)).size() * 3;  // where event 4 begins
        const bool had_it = told.size() > begun;
        CHECK((slow_socket.written.find("text 4") != std::string::npos) == had_it);
        // Its ring had the message: taken out of it in place, so that all is as long as it was.
        CHECK(slow_socket.written.size() == f.expected.size());
        if (had_it) CHECK(slow_socket.written == f.expected);
        CHECK(slow_socket.written.ends_with(frame_of(gone)));
    }
}

TEST_CASE("after an edit a cursor in front of its target reads the log, one behind it goes on in the ring") {
    fixture f;
    test::memory_stream socket;
    test::memory_stream late_socket;
    reader ana{f.rooms, socket};
    ana.follow(f.rooms.open("lobby", 0), 1);
    for (std::uint64_t seq = 1; seq <= 6; ++seq) f.publish(seq);
    f.rooms.flush();
    f.publish({7, {7, "ana", true}, {}, protocol::edited_body{4, "better"}});
    f.rooms.flush();
    CHECK(socket.written == f.expected);
    reader late{f.rooms, late_socket};
    late.follow(f.rooms.open("lobby", 7), 5);
    f.rooms.flush();
    CHECK(f.log.asked.empty());
    CHECK(late_socket.written == f.expected.substr(4 * frame_of(event(1)).size()));
    late.follow(f.rooms.open("lobby", 7), 4);
    f.rooms.flush();
    CHECK(f.log.asked_starts() == std::vector<std::uint64_t>{1});
}

TEST_CASE("where the numbers of a room begin anew nothing of the log before is given out") {
    fixture f;
    test::memory_stream old_socket;
    test::memory_stream new_socket;
    reader stays{f.rooms, old_socket};
    stays.follow(f.rooms.open("lobby", 0), 1);
    for (std::uint64_t seq = 1; seq <= 6; ++seq) f.publish(seq);
    f.rooms.flush();
    reader late{f.rooms, new_socket};
    late.follow(f.rooms.open("lobby", 0), 1);
    f.rooms.flush();
    CHECK(new_socket.written.empty());
    protocol::event first = event(1);
    first.body = protocol::message_body{"of another log", {}};
    f.publish(first);
    f.rooms.flush();
    CHECK(new_socket.written == frame_of(first));
}
