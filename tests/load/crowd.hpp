// tests/load/crowd.hpp: thousands of connections in one loop; knows WebSocket and nothing of chat.
// Thread: one.
// Owner: the session.
#pragma once

#include "tests/load/connection.hpp"
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
    /// A text message came for `member`; `now_ns` is when its bytes were read.
    virtual void on_text(std::uint32_t member, std::string_view payload, std::int64_t now_ns) = 0;

    /// The member's connection ended and will not come back.
    virtual void on_gone(std::uint32_t member, const std::string& fault) = 0;

protected:
    ~crowd_listener() = default;
};

/// Connects its members a few at a time, reads what comes and tells the listener.
class crowd {
public:
    /// `query` gives the query string under which a member connects. Both references must outlive the crowd.
    crowd(const target& server, std::uint32_t members, std::function<std::string(std::uint32_t)> query,
          crowd_listener& listener);

    /// Handles what is ready, and waits for it at most until `until_ns`. Begins connections that have not begun.
    void turn(std::int64_t until_ns);

    /// No effect on a member whose connection has ended.
    void send(std::uint32_t member, std::string_view text, std::uint32_t mask);
    void pause(std::uint32_t member, bool paused);

    [[nodiscard]] std::uint32_t opened() const noexcept { return opened_; }

private:
    void begin_some();
    void handle(std::uint32_t member, std::uint32_t events);
    void note_state(std::uint32_t member, connection::state before);

    const target& server_;
    std::function<std::string(std::uint32_t)> query_;
    crowd_listener& listener_;
    poller poller_;
    read_buffer buffer_;
    std::vector<connection> members_;
    std::uint32_t begun_ = 0;
    std::uint32_t under_way_ = 0;  // begun, and neither open nor gone
    std::uint32_t opened_ = 0;
};

}  // namespace tertulia::load
