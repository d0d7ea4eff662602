// server/net/socket.hpp: the system's calls that every kind of stream on a TCP socket makes.
// Thread: the socket's shard.
// Owner: none; the descriptor is the caller's.
#pragma once

#include "server/net/stream.hpp"

namespace tertulia::net {

/// Bounds what the kernel keeps for a reader that stops, and has small frames sent at once (TCP_NODELAY).
void prepare_socket(int descriptor) noexcept;

[[nodiscard]] transfer receive(int descriptor, std::span<std::uint8_t> into) noexcept;
[[nodiscard]] transfer transmit(int descriptor, std::string_view bytes) noexcept;
void finish_sending(int descriptor) noexcept;

}  // namespace tertulia::net
