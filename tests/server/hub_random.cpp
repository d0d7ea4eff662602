// tests/server/hub_random.cpp: the hub under random publishing, reading, following and resting, against what was owed.
// Thread: one.
// Owner: server_tests.
#include "core/test_loop.hpp"
#include "server/hub/hub.hpp"
#include "server/ws/frame.hpp"
#include "tests/server/memory_stream.hpp"
#include "tests/server/present_form.hpp"

#include <doctest/doctest.h>

#include <deque>
#include <map>

using namespace tertulia;

namespace {

const std::vector<std::string> room_names{"a", "b", "c"};

/// The logs of the rooms; pages are answered when the test says so, from the log as it is then.
struct logs final : hub::page_source {
    void fetch(const std::string& room, hub::page_wish wanted) override { asked.emplace_back(room, wanted); }
    std::map<std::string, std::vector<protocol::event>> of;
    std::deque<std::pair<std::string, hub::page_wish>> asked;
};

/// What messages say by now: their texts are numbered.
struct version {
    std::uint64_t number = 0;
    bool deleted = false;
};
using versions = std::map<std::uint64_t, version>;

/// One connection, and what it must get: replies in order, events of each room without gap or repeat, no text that was
/// deleted before its frame began, and, of what was changed before it followed, the present form.
class reader final : public hub::outbox {
public:
    reader(hub::hub& of, test::memory_stream& to, std::map<std::string, versions>& now)
        : outbox(of, to, protocol::format::json), stream(to), now_(now) {}

    void judge() {
        in_ += stream.written;
        stream.written.clear();
        for (;;) {
            const auto byte = [&](std::size_t i) { return std::size_t{static_cast<unsigned char>(in_[i])}; };
            if (in_.size() < 4) return;
            const std::size_t start = byte(1) < 126 ? 2 : 4;
            const std::size_t length = byte(1) < 126 ? byte(1) : byte(2) << 8 | byte(3);
            if (in_.size() < start + length) return;
            REQUIRE(byte(0) == 0x81);
            on(in_.substr(start, length));
            in_.erase(0, start + length);
        }
    }
    void follow_now(hub::feed& of, std::uint64_t first) {
        next[of.room()] = first;
        owed_[of.room()] = now_[of.room()];
        follow(of, first);
    }
    /// A text is about to be deleted: it may be in the frame that has begun.
    void before_deletion() {
        judge();
        has_begun_ = has_begun_ || !in_.empty();
    }
    void owe_reply() { say("reply " + std::to_string(said_++)); }

    test::memory_stream& stream;
    std::map<std::string, std::uint64_t> next;  // by room that it follows
    std::uint64_t lagged_events = 0;
    std::uint64_t heard_replies = 0;
    std::uint64_t texts = 0;
    [[nodiscard]] std::uint64_t said() const noexcept { return said_; }

private:
    static std::uint64_t number(const std::string& s, const std::string& behind) {
        const auto at = s.find(behind);
        REQUIRE(at != std::string::npos);
        return std::strtoull(s.c_str() + at + behind.size(), nullptr, 10);
    }
    void on(const std::string& payload) {
        if (payload.starts_with("reply ")) {
            CHECK(number(payload, "reply ") == heard_replies++);
            return;
        }
        const std::string room = payload.substr(payload.find("\"room\":\"") + 8, 1);
        CAPTURE(payload);
        REQUIRE(next.contains(room));
        if (payload.find("\"lagged\"") != std::string::npos) {
            CHECK(number(payload, "\"first\":") == next[room]);
            lagged_events += number(payload, "\"last\":") + 1 - next[room];
            next[room] = number(payload, "\"last\":") + 1;
            return;
        }
        CHECK(number(payload, "\"seq\":") == next[room]++);
        const bool had_begun = std::exchange(has_begun_, false);
        if (payload.find("\"text\":\"") == std::string::npos) return;
        const bool is_edit = payload.find("\"edited\",\"room\"") != std::string::npos;
        const std::uint64_t message = number(payload, is_edit ? "\"target\":" : "\"seq\":");
        CHECK((had_begun || !now_[room][message].deleted));
        CHECK(number(payload, "\"text\":\"") >= owed_[room][message].number);
        ++texts;
    }
    void became_blocked() override {}
    void replies_written() override {}

    std::map<std::string, versions>& now_;
    std::map<std::string, versions> owed_;  // as they were when it followed
    bool has_begun_ = false;
    std::string in_;
    std::uint64_t said_ = 0;
};

struct world {
    explicit world(std::uint64_t seed) : loop{seed}, recovery{200 + loop.random()() % 400} {
        for (auto& s : streams) {
            s.room = 0;
            readers.push_back(std::make_unique<reader>(rooms, s, now));
        }
    }
    std::uint64_t draw(std::uint64_t n) { return loop.random()() % n; }
    const std::string& some_room() { return room_names[draw(room_names.size())]; }

    /// The text of a message's version `n`; long enough for `deleted` to take its place.
    std::string text(std::uint64_t n) {
        return std::to_string(n) + std::string(5 + draw(draw(10) == 0 ? 3'000 : 100), 'x');
    }
    /// A message, or a change of one.
    void publish(const std::string& room) {
        const auto& log = source.of[room];
        if (log.empty() || draw(4) > 0) return publish(room, protocol::message_body{text(0), {}});
        const std::uint64_t target = log.size() - draw(std::min<std::uint64_t>(log.size(), 300));
        version& v = now[room][target];
        if (v.deleted || !std::holds_alternative<protocol::message_body>(log[target - 1].body)) return;
        const std::uint64_t what = draw(4);
        if (what == 0) return publish(room, protocol::reacted_body{target, "x", true});
        if (what > 1) return publish(room, protocol::edited_body{target, text(++v.number)});
        for (auto& r : readers) r->before_deletion();
        v.deleted = true;
        ++deleted;
        publish(room, protocol::deleted_body{target});
    }
    void publish(const std::string& room, protocol::event_body body) {
        auto& log = source.of[room];
        log.push_back({log.size() + 1, {7, "ana", true}, {}, body});
        hub::published p;
        p.what = log.back();
        ws::append_frame(p.json_frame, ws::opcode::text, protocol::write_event(protocol::format::json, room, p.what));
        p.at = loop.now();
        test::apply_change(log, body);
        rooms.publish(room, p);
    }
    void answer_page() {
        if (source.asked.empty()) return;
        const auto [room, wanted] = source.asked.front();
        source.asked.pop_front();
        const auto& log = source.of[room];
        const std::uint64_t a_new = log.size() > 20 ? log.size() - 20 : 1;
        const std::uint64_t first = wanted.start != hub::a_new_start ? wanted.start : a_new;
        // As long as a page that was kept may be: it reaches the event that it was asked for.
        const std::uint64_t last = std::max(wanted.seq, log.size() - draw(std::min<std::uint64_t>(log.size(), 30)));
        std::vector<protocol::event> events;
        for (auto i = first; i <= std::min(last, log.size()) && events.size() < hub::page_events; ++i) {
            events.push_back(log[i - 1]);
        }
        rooms.page_arrived(room, {wanted, first, std::make_shared<const hub::page>(wanted.as, room, first, events)});
    }
    void read(reader& r, std::size_t bytes) {
        r.stream.room = bytes;
        r.unblock();
        r.flush();
        r.judge();
    }
    /// Follows a room from any place on, also one that it follows already, or ends following it.
    void move(reader& r) {
        read(r, 1 << 24);  // no frame has begun
        const std::string& room = some_room();
        if (r.next.contains(room) && draw(3) == 0) {
            CHECK(r.unfollow(room));
            r.next.erase(room);
            return;
        }
        const std::uint64_t newest = source.of[room].size();
        r.follow_now(rooms.open(room, newest), newest + 1 - draw(std::min<std::uint64_t>(newest + 1, 400)));
    }
    void act() {
        reader& r = *readers[draw(readers.size())];
        const std::uint64_t what = draw(100);
        if (what < 40) {
            publish(some_room());
        } else if (what < 45) {
            for (std::uint64_t n = draw(300); n > 0; --n) publish(some_room());
        } else if (what < 50) {
            r.owe_reply();
        } else if (what < 80) {
            read(r, 1 + draw(draw(4) == 0 ? 50'000 : 500));
        } else if (what < 90) {
            answer_page();
        } else if (what < 93) {
            move(r);
        } else if (what < 95) {
            loop.advance(std::chrono::seconds{draw(90)});
            rooms.rest();
        } else {
            rooms.flush();
        }
    }
    [[nodiscard]] bool caught_up() {
        for (const auto& r : readers) {
            for (const auto& [room, next] : r->next) {
                if (next <= source.of[room].size()) return false;
            }
        }
        return true;
    }

    core::test_loop loop;
    const std::uint64_t recovery;
    logs source;
    std::map<std::string, versions> now;
    std::uint64_t deleted = 0;
    hub::hub rooms{loop, source, recovery};
    std::array<test::memory_stream, 4> streams;
    std::vector<std::unique_ptr<reader>> readers;
};

}  // namespace

TEST_CASE("each follower gets what it is owed, whatever it takes, whoever comes and goes, and when rings rest") {
    std::uint64_t lagged = 0;
    std::uint64_t paged = 0;
    std::uint64_t deleted = 0;
    std::uint64_t texts = 0;
    for (std::uint64_t seed = 1; seed <= TERTULIA_SEEDS; ++seed) {
        CAPTURE(seed);
        world w{seed};
        for (int i = 0; i < 1'500; ++i) {
            w.act();
            paged += w.source.asked.size();
            std::size_t kept = 0;
            for (const auto& r : w.readers) kept += r->waiting();
            CHECK(kept < 64 * 1024);
        }
        for (int turns = 0; !w.caught_up(); ++turns) {
            REQUIRE(turns < 1'000);
            for (auto& r : w.readers) w.read(*r, 1 << 20);
            w.answer_page();
            w.rooms.flush();
        }
        for (auto& r : w.readers) {
            w.read(*r, 1 << 20);
            CHECK(r->heard_replies == r->said());
            lagged += r->lagged_events;
            texts += r->texts;
            while (!r->next.empty()) {
                CHECK(r->unfollow(r->next.begin()->first));
                r->next.erase(r->next.begin());
            }
        }
        CHECK(w.rooms.ring_bytes() == 0);
        deleted += w.deleted;
    }
    CHECK(lagged > 0);
    CHECK(paged > 0);
    CHECK(deleted > 0);
    CHECK(texts > deleted);
}
