// tests/load/crowd.hpp: thousands of connections in one loop; knows WebSocket and nothing of chat.
// Thread: one.
// Owner: the session.
#pragma once

#include "tests/load/connection.hpp"
#include "tests/load/histogram.hpp"
#include "tests/load/poller.hpp"
#include "tests/load/target.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace tertulia::load {

/// What a crowd tells. Members are numbered from 0.
class crowd_listener {
public:
    /// The member's connection is open: from now on it can send.
    virtual void on_open(std::uint32_t member) = 0;

    /// A text message came for `member`; `now_ns` is when its bytes were read.
    virtual void on_text(std::uint32_t member, std::string_view payload, std::int64_t now_ns) = 0;

    /// The member's connection ended.
    virtual void on_gone(std::uint32_t member, const std::string& fault) = 0;

protected:
    ~crowd_listener() = default;
};

/// How many they are, and how fast they connect.
struct crowd_size {
    std::uint32_t members = 0;
    double connects_per_s = 0;     ///< so many begin in a second at most; 0: as fast as they are answered
    std::uint32_t under_way = 64;  ///< so many connect at the same time at most
};

/// Connects its members a few at a time, reads what comes and tells the listener.
class crowd {
public:
    /// `dial` is asked how a member connects, when it begins. Both references must outlive the crowd.
    crowd(const target& server, crowd_size size, std::function<dialling(std::uint32_t)> dial, crowd_listener& listener);

    /// Handles what is ready, and waits for it at most until `until_ns`. Begins connections that have not begun.
    void turn(std::int64_t until_ns);

    /// No effect on a member whose connection has ended.
    void send(std::uint32_t member, std::string_view text, std::uint32_t mask);
    void pause(std::uint32_t member, bool paused);

    /// Reads up to `bytes` for a paused member.
    void sip(std::uint32_t member, std::size_t bytes);

    /// Ends the member's connection, by a reset or by an end without a close, and begins another for it.
    void restart(std::uint32_t member, dialling how, bool by_reset);

    /// From now on counts in `turns` how long what is ready takes to be handled. It must outlive the crowd.
    void time_turns(histogram& turns) noexcept { turns_ = &turns; }

private:
    void begin_some();
    [[nodiscard]] std::int64_t next_begin_ns() const;
    template <class Read>
    void handle(std::uint32_t member, Read read);
    void note_state(std::uint32_t member, connection::state before);

    const target& server_;
    crowd_size size_;
    std::function<dialling(std::uint32_t)> dial_;
    crowd_listener& listener_;
    poller poller_;
    read_buffer buffer_;
    std::vector<connection> members_;
    std::int64_t start_ns_;
    std::int64_t now_ns_ = 0;  // as of the last read
    std::uint32_t begun_ = 0;
    std::uint32_t under_way_ = 0;  // begun, and neither open nor gone
    histogram* turns_ = nullptr;
};

}  // namespace tertulia::load
