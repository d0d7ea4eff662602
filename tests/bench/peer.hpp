// tests/bench/peer.hpp: a connection of a measuring client that reads whole frames.
// Thread: one.
// Owner: whoever dialled it; the socket stays open until the program ends.
#pragma once

#include "tests/bench/dial.hpp"
#include "tests/load/frame.hpp"

#include <sys/socket.h>

#include <string>
#include <string_view>

namespace tertulia::bench {

/// A connection that reads whole frames.
class peer {
public:
    explicit peer(int fd) : fd_(fd) {}

    [[nodiscard]] int fd() const noexcept { return fd_; }

    void say(std::string_view command) {
        frame_.clear();
        load::write_frame(frame_, load::opcode::text, command, mask);
        send_all(fd_, frame_);
    }

    /// Reads what is there (or waits for it, where the socket blocks) and gives `take` each text of it.
    template <class F>
    void read(F take) {
        const auto kept = in_.size();
        in_.resize(kept + read_at_once);
        const auto n = recv(fd_, in_.data() + kept, read_at_once, 0);
        if (n <= 0) give_up("a connection is lost, or waits too long");
        in_.resize(kept + static_cast<std::size_t>(n));
        std::string_view bytes(in_);
        for (;;) {
            const auto f = load::read_frame(bytes);
            if (f.is == load::frame::state::partial) break;
            if (f.is != load::frame::state::whole) give_up("a frame that no server may send");
            bytes.remove_prefix(f.size);
            if (f.op == load::opcode::close) give_up("closed by the server");
            if (f.op == load::opcode::ping) {
                frame_.clear();
                load::write_frame(frame_, load::opcode::pong, f.payload, mask);
                send_all(fd_, frame_);
            }
            if (f.op != load::opcode::text) continue;
            if (f.payload.starts_with(R"({"type":"error")")) give_up(std::string(f.payload));
            take(f.payload);
        }
        in_.erase(0, in_.size() - bytes.size());
    }

private:
    static constexpr std::size_t read_at_once = 64 << 10;

    int fd_;
    std::string in_;
    std::string frame_;
};

}  // namespace tertulia::bench
