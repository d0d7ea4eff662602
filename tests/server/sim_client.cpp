// tests/server/sim_client.cpp: what a simulated client does. See sim_client_told.cpp for what it judges.
// Thread: the test loop's.
// Owner: see the header.
#include "tests/server/sim_client.hpp"

#include "core/sleep.hpp"
#include "tests/server/ws_engine.hpp"

#include <array>

namespace tertulia::sim {

using namespace std::chrono_literals;

namespace {
/// Half of the joins are to the first three: some rooms are full, others see their last follower go.
constexpr std::array<const char*, 12> room_names{"lobby", "tea", "chess", "void", "a-1", "a-2",
                                                 "a-3",   "a-4", "a-5",   "a-6",  "a-7", "a-8"};
}  // namespace

client::client(server& at, judge& by, std::uint64_t seed, std::string label, const client* twin)
    : server_(at), judge_(by), random_(seed), label_(std::move(label)), twin_(twin) {}

core::task<> client::live(core::context& ctx) {
    ctx_ = &ctx;
    while (!over_) {
        auto slept = co_await core::sleep_for(ctx, std::chrono::milliseconds{1 + draw(150)});
        if (!slept) break;
        step();
    }
    if (wire_) wire_->finish();
    wire_.reset();
}

void client::step() {
    if (calm_) stalled_until_ = {};
    if (ctx_->on().now() < stalled_until_) return;
    if (!wire_) {
        if (leaving_) over_ = true;
        if (!server_.accepting()) over_ = true;
        if (!over_ && ctx_->on().now() >= connect_at_) connect();
        return;
    }
    read();
    if (!wire_ || !upgraded_ || closing_) return;
    if (!greeted_) return;
    if (leaving_) {
        close();
    } else if (!calm_) {
        act();
    }
}

/// One connection after the other: says hello by the URL or by a command, as the same guest as before.
void client::connect() {
    if (token_.empty() && twin_ != nullptr) token_ = twin_->token_;
    if (token_.empty() && twin_ != nullptr) return;  // not yet
    std::string target = "/ws";
    const bool by_url = chance(50);
    const std::string who = !token_.empty() ? "token=" + token_ : "name=" + label_;
    if (by_url) target += "?" + who;
    const std::size_t window = std::size_t{200} << draw(8);
    narrow_ = window < 4'000;
    wire_ = server_.connect(window);
    in_.clear();
    upgraded_ = greeted_ = closing_ = stalled_long_ = false;
    wire_->send("GET " + target +
                " HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
    if (by_url) return;
    // Frames may come with the head, before the answer to it (RFC 6455 §4.1 has clients wait; not all do).
    json hello{{"type", "hello"}, {"id", "hello"}};
    hello[token_.empty() ? "name" : "token"] = token_.empty() ? label_ : token_;
    send(hello.dump());
}

/// The connection is gone: what was unanswered is unknown, and posts will be sent again with their keys.
void client::lose(bool server_is_told) {
    if (server_is_told) wire_->reset();
    wire_.reset();
    for (auto& [id, a] : asked_) {
        if (a.what == kind::message) unknown_.push_back(a);
    }
    asked_.clear();
    for (auto& [name, p] : rooms_) p.following = p.asked = false;
    connect_at_ = ctx_->on().now() + std::chrono::milliseconds{draw(calm_ ? 100 : 12'000)};
}

void client::stall(core::duration how_long) {
    const core::time_point now = ctx_->on().now();
    if (now - stalled_until_ < 40s) return;  // several in a row would be a long one that nobody knows of
    stalled_until_ = now + how_long;
    if (how_long > 30s) stalled_long_ = true;
}

const std::string* client::some_followed() {
    std::vector<const std::string*> found;
    for (const auto& [name, p] : rooms_) {
        if (p.following && !p.asked) found.push_back(&name);
    }
    return found.empty() ? nullptr : found[draw(found.size())];
}

void client::act() {
    const std::string* room = some_followed();
    const std::uint64_t what = draw(1000);
    if (room == nullptr || what < 40) return join(room_names[draw(chance(50) ? 3 : room_names.size())]);
    if (what < 400) return post(*room);
    if (what < 420) return repeat();
    if (what < 445) return leave(*room);
    if (what < 460) return stall(std::chrono::seconds{1 + draw(20)});
    if (what < 464) return stall(80s);
    if (what < 468) return lose(true);
    if (what < 470) return lose(false);
    if (what < 480) return spoil();
    if (what < 490) (void)ask({{"type", "typing"}, {"room", *room}}, {});
    if (what >= 490 && what < 500) (void)ask({{"type", "history"}, {"room", *room}, {"limit", 20}}, {});
    if (what >= 500 && what < 505) (void)ask({{"type", "rooms"}}, {});
    if (what >= 505 && what < 510) (void)ask({{"type", "members"}, {"room", *room}}, {});
    if (what >= 510 && what < 512) close();
}

void client::close() {
    closing_ = true;
    send("\x03\xe8", 8);
}

std::string client::ask(json command, asked a) {
    std::string id = "c" + std::to_string(++numbered_);
    command["id"] = id;
    send(command.dump());
    asked_.emplace(id, std::move(a));
    return id;
}

void client::send(const std::string& payload, int opcode) {
    wire_->send(ws_test::client_frame{opcode, payload}.bytes());
}

void client::join(const std::string& room) {
    place& p = rooms_[room];
    if (p.asked) return;
    p.asked = true;
    asked a;
    a.what = kind::join;
    a.room = room;
    json command{{"type", "join"}, {"room", room}};
    const std::uint64_t recovery = server_.limits().recovery_events;
    if (!p.epoch.empty() && chance(90)) {
        command["since"] = p.next - 1;
        command["epoch"] = p.epoch;
        a.since = p.next - 1;
        a.epoch = p.epoch;
        a.most = recovery;
        if (chance(5)) {
            a.most = 1 + draw(20);
            command["limit"] = a.most;
        }
    } else if (chance(50)) {
        command["history"] = draw(201);
    }
    (void)ask(std::move(command), std::move(a));
}

/// After a connection was made: all rooms, from where it was.
void client::rejoin() {
    for (auto& [name, p] : rooms_) {
        if (!p.epoch.empty()) join(name);
    }
}

nlohmann::ordered_json client::message_of(const asked& a) {
    return {{"type", "message"}, {"room", a.room}, {"text", a.text}, {"key", a.key}};
}

void client::post(const std::string& room) {
    asked a;
    a.what = kind::message;
    a.room = room;
    a.text = label_ + " " + std::to_string(numbered_);
    if (chance(30)) a.text += " " + std::string(draw(900), 'x');
    a.key = "key-" + label_ + "-" + std::to_string(numbered_);
    ++judge_.counts.posted;
    json command = message_of(a);
    (void)ask(std::move(command), std::move(a));
}

/// Those whose answer was lost, as far as their rooms are followed again.
void client::post_again() {
    std::vector<asked> later;
    for (asked& a : std::exchange(unknown_, {})) {
        if (!rooms_[a.room].following) {
            later.push_back(std::move(a));
            continue;
        }
        a.again = true;
        json command = message_of(a);
        (void)ask(std::move(command), std::move(a));
    }
    unknown_ = std::move(later);
}

/// A key that was used: for the same once more, or for something else.
void client::repeat() {
    if (stored_.empty()) return;
    asked a = stored_[draw(stored_.size())];
    if (!rooms_[a.room].following || rooms_[a.room].asked) return;
    const bool same = chance(70);
    a.what = same ? kind::repeat : kind::conflict;
    json command = message_of(a);
    if (!same) command["text"] = "another";
    (void)ask(std::move(command), std::move(a));
}

void client::leave(const std::string& room) {
    asked a;
    a.what = chance(50) ? kind::leave : kind::keep;
    a.room = room;
    rooms_[room].asked = true;
    json command{{"type", "leave"}, {"room", room}};
    if (a.what == kind::keep) command["keep"] = true;
    (void)ask(std::move(command), std::move(a));
}

/// What is wrong and must be told to be wrong, and must end nothing.
void client::spoil() {
    asked a;
    a.what = kind::bad;
    switch (draw(4)) {
        case 0: send("{\"type\":"); return;  // answered without an id
        case 1: (void)ask({{"type", "no such thing"}}, std::move(a)); return;
        case 2: (void)ask({{"type", "message"}, {"room", "lobby"}}, std::move(a)); return;
        default:
            (void)ask({{"type", "message"}, {"room", "lobby"}, {"text", std::string(5000, 'y')}}, std::move(a));
            return;
    }
}

}  // namespace tertulia::sim
