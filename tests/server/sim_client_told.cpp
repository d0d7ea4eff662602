// tests/server/sim_client_told.cpp: what a simulated client is told, held against the promises of docs/protocol.md.
// Thread: the test loop's.
// Owner: see the header.
#include "tests/server/sim_client.hpp"

namespace tertulia::sim {

void client::read() {
    in_ += wire_->take(calm_ ? std::string::npos : 1 + draw(8'000));
    if (upgraded_ || read_head()) {
        while (wire_ && read_frame()) {
        }
    }
    if (!wire_ || !wire_->ended()) return;
    const bool allowed = upgraded_ ? stalled_long_ || (closing_ && narrow_) : !server_.accepting();
    if (!allowed) fault("the server ended without a close frame; it had sent: " + in_);
    if (!server_.accepting()) over_ = true;
    wire_->finish();
    lose(false);
}

bool client::read_head() {
    const std::size_t end = in_.find("\r\n\r\n");
    if (end == std::string::npos) return false;
    if (!in_.starts_with("HTTP/1.1 101 ")) fault("no upgrade: " + in_);
    in_.erase(0, end + 4);
    upgraded_ = true;
    return true;
}

/// One frame of a server: not masked, never in fragments. False: it is not whole yet.
bool client::read_frame() {
    const auto byte = [&](std::size_t i) { return static_cast<std::size_t>(static_cast<unsigned char>(in_[i])); };
    if (in_.size() < 2) return false;
    std::size_t head = 2;
    std::size_t length = byte(1);
    if (length >= 126) {
        head = length == 126 ? 4 : 10;
        if (in_.size() < head) return false;
        length = 0;
        for (std::size_t i = 2; i < head; ++i) length = length << 8 | byte(i);
    }
    if (in_.size() - head < length) return false;
    const std::size_t opcode = byte(0);
    const std::string payload = in_.substr(head, length);
    in_.erase(0, head + length);
    switch (opcode) {
        case 0x81: on_text(payload); break;
        case 0x88: on_close(payload); return false;
        case 0x89: send(payload, 10); break;
        default: fault("a frame that begins with " + std::to_string(opcode)); return false;
    }
    return true;
}

void client::on_close(const std::string& payload) {
    const int code =
        payload.size() < 2 ? 0 : static_cast<unsigned char>(payload[0]) << 8 | static_cast<unsigned char>(payload[1]);
    const std::string reason = payload.size() < 2 ? "" : payload.substr(2);
    if (code == 1001) {
        ++judge_.counts.told_to_return;
        if (!reason.starts_with("retry_ms=")) fault("1001 because of " + reason);
        judge_.retry_ms.push_back(reason);
        over_ = true;
    } else if (code == 4108) {
        ++judge_.counts.closed_silent;
        if (!stalled_long_) fault("closed as silent");
    } else if (code != 1000 || !closing_) {
        fault("closed with " + std::to_string(code) + " " + reason);
    }
    wire_->finish();
    lose(false);
}

void client::on_text(const std::string& payload) {
    const json j = json::parse(payload, nullptr, false);
    if (j.is_discarded()) return fault("not JSON: " + payload);
    const std::string type = j.value("type", "");
    if (type == "message" || type == "topic") return on_event(j, payload);
    if (type == "welcome") return on_welcome(j);
    if (type == "joined") return on_joined(j);
    if (type == "lagged") return on_lagged(j);
    if (type == "presence" || type == "typing" || type == "parted") {
        place& p = rooms_[j.at("room").get<std::string>()];
        if (!p.following) fault("it does not follow the room of " + payload);
        if (type == "parted") {
            ++judge_.counts.parted;
            p.following = false;
        }
        return;
    }
    const asked a = answered(j);
    if (type == "ok") return on_ok(j, a);
    if (type == "error") return on_error(j, a);
    if (type == "history") {
        const std::string room = j.at("room");
        for (const json& e : j.at("events")) {
            judge_.saw(label_, room, rooms_[room].epoch, e.at("seq"), e.dump(), e.value("text", ""));
        }
    } else if (type != "rooms" && type != "members") {
        fault("what is " + payload);
    }
}

/// The command that a reply is for; there must be one, and it gets no second reply.
client::asked client::answered(const json& j) {
    asked a;
    a.what = kind::bad;
    if (!j.contains("id")) {
        if (j.at("type") != "error") fault("a reply without id: " + j.dump());
        return a;
    }
    const auto found = asked_.find(j.at("id"));
    if (found == asked_.end()) {
        fault("a reply to nothing: " + j.dump());
        return a;
    }
    a = std::move(found->second);
    asked_.erase(found);
    return a;
}

void client::on_welcome(const json& j) {
    if (!token_.empty()) {
        if (!j.at("resumed")) fault("its token was not enough: " + j.dump());
        ++judge_.counts.resumed;
    }
    if (!user_.empty() && user_ != j.at("user")) fault("its name is not " + user_ + " any more");
    user_ = j.at("user");
    token_ = j.at("token");
    greeted_ = true;
    rejoin();
}

void client::on_joined(const json& j) {
    const asked a = answered(j);
    const std::string room = j.at("room");
    if (a.what != kind::join || a.room != room) return fault("it did not ask for " + j.dump());
    place& p = rooms_[room];
    const std::uint64_t first = j.at("first");
    const std::uint64_t newest = j.at("seq");
    const bool recovered = j.at("recovered");
    const std::string epoch = j.at("epoch");
    if (p.next > 1 && p.epoch != epoch) fault("another epoch, and nothing was lost: " + j.dump());
    if (p.epoch == epoch && newest + 1 < p.next) fault("numbers went back to " + j.dump());
    const bool should = a.since && a.epoch == epoch && *a.since <= newest && newest - *a.since <= a.most;
    if (recovered != should) fault("since " + std::to_string(a.since.value_or(0)) + " became " + j.dump());
    if (recovered ? first != *a.since + 1 : first < 1 || first > newest + 1) fault("first is wrong in " + j.dump());
    judge_.counts.recovered += recovered ? 1 : 0;
    judge_.counts.moved_on += a.since && !recovered ? 1 : 0;
    p.epoch = epoch;
    p.next = first;
    p.following = true;
    p.asked = false;
    post_again();
}

void client::on_ok(const json& j, const asked& a) {
    place& p = rooms_[a.room];
    const std::uint64_t seq = j.value("seq", std::uint64_t{0});
    const bool duplicate = j.value("duplicate", false);
    switch (a.what) {
        case kind::message: {
            if (duplicate && !a.again) fault("it posted this once only: " + j.dump());
            judge_.stands(label_, a.room, p.epoch, seq, a.text);
            judge_.counts.duplicates += duplicate ? 1 : 0;
            stored_.push_back(a);
            stored_.back().seq = seq;
            return;
        }
        case kind::repeat:
            if (!duplicate || seq != a.seq) fault("the same key again: " + j.dump());
            return;
        case kind::leave:
        case kind::keep: p.following = p.asked = false; return;
        case kind::other: return;
        default: fault("this should have been refused: " + j.dump());
    }
}

void client::on_error(const json& j, const asked& a) {
    const std::string code = j.at("code");
    const bool follows = !a.room.empty() && rooms_[a.room].following;
    if (a.what == kind::leave || a.what == kind::keep) rooms_[a.room].asked = false;
    if (a.what == kind::bad) {
        if (code != "bad_json" && code != "bad_command" && code != "bad_field" && code != "too_long") fault(j.dump());
        return;
    }
    if (a.what == kind::conflict && code == "conflict") return;
    // Another connection of the same guest may have ended the membership: then this one was told so before.
    if (code != "not_joined" || follows || a.what == kind::join) fault("refused: " + j.dump());
}

void client::on_event(const json& j, const std::string& payload) {
    const std::string room = j.at("room");
    const std::uint64_t seq = j.at("seq");
    place& p = rooms_[room];
    ++judge_.counts.events;
    if (!p.following) return fault("it does not follow the room of " + payload);
    if (seq != p.next) fault("wanted " + std::to_string(p.next) + " and got " + payload);
    p.next = seq + 1;
    const std::string text = j.value("text", "");
    judge_.saw(label_, room, p.epoch, seq, payload, text);
    for (const auto& [id, a] : asked_) {
        if (a.what == kind::message && !a.again && a.text == text && a.room == room)
            fault("its own event before the ok: " + payload);
    }
}

void client::on_lagged(const json& j) {
    place& p = rooms_[j.at("room").get<std::string>()];
    if (!p.following || j.at("first") != p.next || j.at("last") < j.at("first")) {
        fault("wanted " + std::to_string(p.next) + " and got " + j.dump());
    }
    ++judge_.counts.lagged;
    p.next = j.at("last").get<std::uint64_t>() + 1;
}

void client::check_caught_up() {
    if (!wire_ || !greeted_) return fault("is not connected");
    for (const auto& [id, a] : asked_) fault("got no answer about " + a.room + " '" + a.text + "' " + id);
    for (const auto& [name, p] : rooms_) {
        if (!p.following || p.next == judge_.newest(name, p.epoch) + 1) continue;
        fault("stands at " + std::to_string(p.next) + " in " + name + ", which has " +
              std::to_string(judge_.newest(name, p.epoch)));
    }
}

}  // namespace tertulia::sim
