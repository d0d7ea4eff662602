// tests/server/ws_engine.hpp: a client's frames, built by hand, and what the engine makes of them.
// Thread: one.
// Owner: server_tests.
#pragma once

#include "server/ws/engine.hpp"

#include <algorithm>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ws_test {

namespace ws = tertulia::ws;

/// One frame of a client; what a bad client would change can be changed.
struct client_frame {
    int op = 1;
    std::string payload{};
    bool fin = true;
    int rsv = 0;               ///< the three bits, RSV1 highest
    int length_bytes = -1;     ///< 0, 2 or 8 after the second byte; -1: as few as it takes
    long long announced = -1;  ///< a length other than the payload's, as bits
    bool masked = true;

    std::string bytes() const {
        const auto length = announced == -1 ? payload.size() : static_cast<std::uint64_t>(announced);
        const int after = length_bytes >= 0 ? length_bytes : length < 126 ? 0 : length < 65536 ? 2 : 8;
        std::string out;
        out.push_back(static_cast<char>((fin ? 0x80 : 0) | rsv << 4 | op));
        const int second = after == 0 ? static_cast<int>(length) : after == 2 ? 126 : 127;
        out.push_back(static_cast<char>((masked ? 0x80 : 0) | second));
        for (int i = after - 1; i >= 0; --i) out.push_back(static_cast<char>(length >> (8 * i) & 0xff));
        constexpr std::string_view key = "\x11\xa2\x03\xf4";
        if (masked) out.append(key);
        for (std::size_t i = 0; i < payload.size(); ++i)
            out.push_back(masked ? static_cast<char>(payload[i] ^ key[i % 4]) : payload[i]);
        return out;
    }
};

inline std::string text(std::string payload) {
    return client_frame{1, std::move(payload)}.bytes();
}
inline std::string part(int op, std::string payload) {
    return client_frame{op, std::move(payload), false}.bytes();
}
inline std::string last(std::string payload) {
    return client_frame{0, std::move(payload)}.bytes();
}
inline std::string control(int op, std::string payload = {}) {
    return client_frame{op, std::move(payload)}.bytes();
}
inline std::string closing(int code, std::string_view reason = {}) {
    std::string payload{static_cast<char>(code >> 8), static_cast<char>(code & 0xff)};
    return control(8, payload.append(reason));
}

/// An engine with one receiver. What came out is told in words: "text hola", "ping x", "close 1000 bye", "! 1002".
class peer {
public:
    explicit peer(std::size_t most = 65536) : receiver(shared, most) {}

    void feed(std::string_view bytes) {
        std::vector<std::uint8_t> copy(bytes.begin(), bytes.end());
        std::span<std::uint8_t> rest(copy);
        for (;;) {
            auto got = receiver.next(rest);
            if (!got)
                told.push_back("! " + std::to_string(got.error().close_code));
            else if (*got)
                told.push_back(words(**got));
            else
                break;
        }
        left = rest.size();
    }

    ws::engine shared{};
    ws::receiver receiver;
    std::vector<std::string> told{};
    std::size_t left = 0;

private:
    static std::string words(const ws::message& m) {
        switch (m.kind) {
            case ws::opcode::text: return "text " + m.payload;
            case ws::opcode::binary: return "binary " + m.payload;
            case ws::opcode::ping: return "ping " + m.payload;
            case ws::opcode::pong: return "pong " + m.payload;
            case ws::opcode::close: return "close " + std::to_string(m.close_code) + " " + m.payload;
        }
        return "?";
    }
};

using told = std::vector<std::string>;

/// What comes of `bytes`, given in one piece.
inline told hear(std::string_view bytes, std::size_t most = 65536) {
    peer p(most);
    p.feed(bytes);
    return p.told;
}

}  // namespace ws_test
