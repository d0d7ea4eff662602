// tests/load/connection.hpp: one WebSocket client on one socket: upgrade, frames, pings, close.
// Thread: one, that of its poller.
// Owner: the crowd (or the churn) that made it.
#pragma once

#include "tests/load/frame.hpp"
#include "tests/load/poller.hpp"
#include "tests/load/target.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tertulia::load {

/// Where bytes are read into; one for all connections, so that thousands of them keep none of their own.
class read_buffer {
public:
    [[nodiscard]] char* data() noexcept { return bytes_.data(); }
    [[nodiscard]] std::size_t size() const noexcept { return bytes_.size(); }

private:
    std::vector<char> bytes_ = std::vector<char>(1 << 20);  // also the largest frame that is taken
};

/// How a connection is made.
struct dialling {
    std::string request{};  ///< see `upgrade_request`
    std::optional<sockaddr_in> source{};
    int receive_bytes = 0;  ///< of the kernel's buffer; 0: as it likes
};

/// A client's connection. It keeps bytes only of an unfinished frame, or while the socket takes no more.
class connection {
public:
    enum class state : std::uint8_t { fresh, connecting, upgrading, open, gone };

    /// Of one turn: enough for thousands of events, and small enough to stay in the processor's cache.
    static constexpr std::size_t read_at_once = 64 << 10;

    connection() = default;
    ~connection();
    connection(connection&& other) noexcept;
    connection& operator=(connection&&) = delete;

    /// Begins to connect, also one that was open before; `number` is what the poller says of it. A failure is seen as
    /// `gone`.
    void start(const target& server, dialling how, poller& loop, std::uint32_t number);

    /// The poller said that the socket is ready. When bytes have come, up to `most` of them are read into `buffer`, and
    /// `next` gives what they hold, before anything else is read into it. If there is more the poller will say so.
    void on_ready(std::uint32_t events, read_buffer& buffer, poller& loop, std::size_t most = read_at_once);

    /// The text messages of what was read, one after another; nothing: no more, and what is unfinished is kept.
    /// Answers pings and closes on the way.
    [[nodiscard]] std::optional<std::string_view> next(poller& loop);

    /// Sends one text frame, as much of it at once as the socket takes. Not before `open`, no effect after.
    void send(std::string_view text, std::uint32_t mask, poller& loop);

    /// Sends a close frame of code 1000; the server's answer ends the connection without a fault.
    void say_goodbye(poller& loop);

    /// Ends it at once with a TCP reset, as a client does that is cut off.
    void reset();

    /// Stops reading, or reads on. Paused it is still read from by `sip`.
    void pause(bool paused, poller& loop);

    /// Reads up to `most` bytes now, as `on_ready` does, if there are any.
    void sip(std::size_t most, read_buffer& buffer, poller& loop);

    [[nodiscard]] state is() const noexcept { return state_; }

    /// Why it is gone, for a person; empty when it ended as it should.
    [[nodiscard]] const std::string& fault() const noexcept { return fault_; }

private:
    void end(std::string fault);
    void take_upgrade();
    void take_bytes(bool ended, std::size_t most, read_buffer& buffer, poller& loop);
    void write(opcode op, std::string_view payload, std::uint32_t mask, poller& loop);
    void flush(poller& loop);
    void watch(poller& loop);
    void on_close(std::string_view payload, poller& loop);

    int fd_ = -1;
    std::uint32_t number_ = 0;
    std::uint32_t watched_ = 0;  // what the poller was told
    state state_ = state::fresh;
    bool paused_ = false;
    bool goodbye_ = false;   // we have sent a close
    std::string_view read_;  // in the read buffer: not yet given by `next`
    std::string kept_;       // the start of an unfinished frame
    std::string out_;        // what the socket has not taken
    std::string fault_;
};

}  // namespace tertulia::load
