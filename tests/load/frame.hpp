// tests/load/frame.hpp: WebSocket frames by hand, as a client reads and writes them (RFC 6455 §5).
// Thread: any; plain functions.
// Owner: whoever holds the bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace tertulia::load {

/// RFC 6455 §5.2.
enum class opcode : std::uint8_t { continuation = 0, text = 1, binary = 2, close = 8, ping = 9, pong = 10 };

/// What stands at the start of some bytes from a server.
struct frame {
    enum class state : std::uint8_t {
        whole,    ///< all of it is here: `size` bytes
        partial,  ///< more bytes are needed
        bad,      ///< no server may send this: masked, reserved bits or opcode, in fragments, a long control frame
    };
    state is = state::partial;
    opcode op = opcode::text;
    std::size_t size = 0;        ///< of header and payload
    std::string_view payload{};  ///< in the bytes given
};

/// Reads the first frame of `bytes`. Fragments are `bad`: this server never sends them.
[[nodiscard]] frame read_frame(std::string_view bytes) noexcept;

/// Appends one masked frame (§5.3) to `out`.
void write_frame(std::string& out, opcode op, std::string_view payload, std::uint32_t mask);

}  // namespace tertulia::load
