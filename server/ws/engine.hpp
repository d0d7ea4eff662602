// server/ws/engine.hpp: the RFC 6455 engine for what clients send: bytes in, messages out. Knows no socket.
// Thread: one shard; an engine and its receivers are used by that shard only.
// Owner: the shard owns its engine, a connection its receiver; the engine must outlive its receivers.
#pragma once

#include "core/result.hpp"
#include "server/ws/frame.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

namespace tertulia::ws {

/// A whole message or control frame of a client, unmasked. A text is valid UTF-8.
struct message {
    opcode kind = opcode::text;
    std::string payload{};         ///< of close: the peer's reason, valid UTF-8
    std::uint16_t close_code = 0;  ///< of close: the peer's code, 1005 where it gave none; otherwise 0
};

/// What broke the framing; the connection is to be closed with it.
struct violation {
    std::uint16_t close_code = 1002;  ///< 1002 protocol error, 1007 not UTF-8, 1009 too big
    std::string reason{};             ///< for a person; fits a close frame
};

/// A half-read frame's state; websocketpp's processor with its holes closed.
class processor;

/// What the receivers of one shard share: message manager, random generator and a few processors that are lent to those
/// with an unfinished frame or message, so that an idle connection holds none.
class engine {
public:
    engine();
    ~engine();  ///< asserts that no receiver still borrows
    engine(const engine&) = delete;
    engine& operator=(const engine&) = delete;

private:
    friend class receiver;
    struct shared;
    std::unique_ptr<shared> shared_;
};

/// The reading side of one connection. Allocates only while a frame or message is unfinished, and then in the measure
/// of the bytes that have come, not of those announced.
class receiver {
public:
    /// @param most_bytes of a frame and of a whole message; exactly so many still pass. 0: no limit but 4 GiB.
    receiver(engine& shared, std::size_t most_bytes) noexcept;
    ~receiver();
    receiver(const receiver&) = delete;
    receiver& operator=(const receiver&) = delete;

    /// Consumes from the front of `bytes` (unmasked in place; the span is moved forward) up to and with one message;
    /// control frames come as they arrive, also between the fragments of a message. Empty: all bytes are taken and no
    /// message is complete. After a violation or a close message whatever comes is taken and ignored (RFC 6455 §5.5.1,
    /// §7.1.7).
    [[nodiscard]] core::result<std::optional<message>, violation> next(std::span<std::uint8_t>& bytes);

    /// No unfinished frame or message; nothing is borrowed.
    [[nodiscard]] bool idle() const noexcept { return borrowed_ == nullptr; }

private:
    void give_back() noexcept;
    core::result<std::optional<message>, violation> end(violation why);

    engine& engine_;
    processor* borrowed_ = nullptr;  // of engine_; while a frame or message is unfinished
    std::uint32_t most_bytes_;
    bool ended_ = false;  // by a violation or a close message
};

}  // namespace tertulia::ws
