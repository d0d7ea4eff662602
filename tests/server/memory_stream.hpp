// tests/server/memory_stream.hpp: a stream without a socket: takes as many bytes as a test lets it.
// Thread: the test's.
// Owner: the test.
#pragma once

#include "server/net/stream.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace tertulia::test {

class memory_stream final : public net::stream {
public:
    std::string written;                              ///< what was sent
    std::size_t room = static_cast<std::size_t>(-1);  ///< bytes that it still takes
    std::size_t sends = 0;

    net::transfer read(std::span<std::uint8_t>) noexcept override { return {}; }
    net::transfer send(std::string_view bytes) noexcept override {
        ++sends;
        const std::size_t n = std::min(room, bytes.size());
        written += bytes.substr(0, n);
        if (room != static_cast<std::size_t>(-1)) room -= n;
        return {n > 0 ? net::transfer::state::some : net::transfer::state::later, n};
    }
    void finish() noexcept override {}

private:
    void wait(net::readiness& w) override { w.done(); }
    void give_up(net::readiness&) noexcept override {}
};

}  // namespace tertulia::test
