// server/ws/frame.hpp: outgoing WebSocket frames, built by hand: one message in one unmasked frame (RFC 6455 §5.2).
// Thread: any; plain functions.
// Owner: whoever holds the string.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace tertulia::ws {

/// What a message or control frame is; the values are those of the wire.
enum class opcode : std::uint8_t { text = 1, binary = 2, close = 8, ping = 9, pong = 10 };

/// The longest payload of a control frame, in bytes (RFC 6455 §5.5).
inline constexpr std::size_t control_bytes_most = 125;

/// Bytes of a whole frame from the server, header and payload, for a payload of `payload` bytes.
[[nodiscard]] std::size_t frame_size(std::size_t payload) noexcept;

/// Appends one final frame. A control frame's payload must have at most `control_bytes_most` bytes (asserted).
void append_frame(std::string& out, opcode op, std::string_view payload);

/// The payload's bytes in a whole `frame` that append_frame() made.
[[nodiscard]] std::span<char> payload_of(std::span<char> frame) noexcept;

/// Appends a close frame with `code` (one that may stand on the wire, RFC 6455 §7.4; asserted) and `reason` (UTF-8),
/// which is cut at the edge of a code point where it is longer than the 123 bytes that fit.
void append_close(std::string& out, std::uint16_t code, std::string_view reason);

/// Whether `code` may stand in a close frame: 1000 to 1003 and 1007 to 1014 (registered by IANA), 3000 to 4999 (RFC
/// 6455 §7.4.2). 1004 to 1006 and 1015 are reserved and never on the wire.
[[nodiscard]] bool is_close_code(std::uint16_t code) noexcept;

}  // namespace tertulia::ws
