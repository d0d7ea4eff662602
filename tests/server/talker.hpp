// tests/server/talker.hpp: a client that a test leads by the hand: it says what it is told to, and keeps what it hears.
// Thread: the test loop's.
// Owner: the test.
#pragma once

#include "tests/server/sim_server.hpp"
#include "tests/server/ws_engine.hpp"

#include <string>
#include <vector>

namespace tertulia::test {

/// The usual limits, but as many commands a second as a test likes.
inline protocol::limits without_rate() {
    protocol::limits most;
    most.commands_per_s = 0;
    return most;
}

class talker {
public:
    /// @param query of the URL, with its question mark
    talker(core::test_loop& loop, sim::server& at, const std::string& query, std::size_t window = 1 << 20)
        : loop_(loop), wire_(at.connect(window)) {
        wire_->send("GET /ws" + query +
                    " HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
    }

    void say(std::string json) { wire_->send(ws_test::text(std::move(json))); }
    void say_frame(std::string_view bytes) { wire_->send(bytes); }
    /// Is gone, as a killed process is.
    void vanish() { wire_->reset(); }
    void fail_next_wait() { wire_->fail_next_wait(); }
    void finish() { wire_->finish(); }

    /// Lets the server do what there is to do, and gives all frames since the last time: "text …", "close 1001 …", …
    std::vector<std::string> hear() {
        std::size_t before = 0;
        do {
            loop_.settle();
            before = in_.size();
            in_ += wire_->take(std::string::npos);
        } while (in_.size() > before);
        if (!upgraded_) {
            const std::size_t end = in_.find("\r\n\r\n");
            if (end == std::string::npos) return {};
            head = in_.substr(0, end + 2);
            in_.erase(0, end + 4);
            upgraded_ = true;
        }
        std::vector<std::string> heard;
        while (in_.size() >= 2) {
            const auto byte = [&](std::size_t i) { return std::size_t{static_cast<unsigned char>(in_[i])}; };
            const std::size_t start = byte(1) < 126 ? 2 : byte(1) == 126 ? 4 : 10;
            std::size_t length = byte(1);
            if (in_.size() < start) break;
            if (start > 2) length = 0;
            for (std::size_t i = 2; i < start; ++i) length = length << 8 | byte(i);
            if (in_.size() < start + length) break;
            const std::string payload = in_.substr(start, length);
            switch (byte(0) & 15) {
                case 1: heard.push_back("text " + payload); break;
                case 8:
                    heard.push_back("close " +
                                    std::to_string(static_cast<unsigned char>(payload.at(0)) << 8 |
                                                   static_cast<unsigned char>(payload.at(1))) +
                                    " " + payload.substr(2));
                    break;
                case 9: heard.push_back("ping " + payload); break;
                case 10: heard.push_back("pong " + payload); break;
                default: heard.push_back("? " + payload);
            }
            in_.erase(0, start + length);
        }
        return heard;
    }
    [[nodiscard]] bool ended() const noexcept { return wire_->ended(); }
    [[nodiscard]] std::size_t unread() const noexcept { return wire_->unread(); }

    std::string head;  ///< of the answer to the upgrade

private:
    core::test_loop& loop_;
    std::shared_ptr<sim::wire> wire_;
    std::string in_;
    bool upgraded_ = false;
};

/// How many of `heard` have `part` in them.
inline std::size_t count(const std::vector<std::string>& heard, std::string_view part) {
    return static_cast<std::size_t>(std::count_if(
        heard.begin(), heard.end(), [&](const std::string& h) { return h.find(part) != std::string::npos; }));
}

}  // namespace tertulia::test
