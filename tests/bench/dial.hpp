// tests/bench/dial.hpp: how the measuring clients connect: blocking, one after the other, for nothing is measured yet.
// Thread: any.
// Owner: nobody; functions.
#pragma once

#include "tests/load/target.hpp"

#include <string>
#include <string_view>

namespace tertulia::bench {

/// Ends the program with a line on stderr and exit code 1.
[[noreturn]] void give_up(const std::string& why);

/// The server at `url`; gives up where there is none.
[[nodiscard]] load::target server_at(const std::string& url);

/// A socket on which a WebSocket was opened; gives up where it can't be. Reads on it give up after ten seconds.
[[nodiscard]] int dial(const load::target& server, const std::string& query);

/// Sends all of it. So little is ever on its way that the socket takes it at once.
void send_all(int fd, std::string_view bytes);

/// The mask of every frame: a load test hides nothing.
inline constexpr std::uint32_t mask = 0x5eed5eed;

}  // namespace tertulia::bench
