// server/net/socket.cpp: options, and bytes that don't wait.
// Thread: the socket's shard.
// Owner: see the header.
#include "server/net/socket.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cerrno>

namespace tertulia::net {

namespace {

/// Bytes asked for as SO_SNDBUF; Linux doubles it. Unbounded, a reader that stops fills some 3 MB of the kernel's
/// memory before any limit of ours is met.
constexpr int send_buffer_bytes = 64 * 1024;

transfer outcome(ssize_t n) noexcept {
    if (n > 0) return {transfer::state::some, static_cast<std::size_t>(n)};
    if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)) return {transfer::state::later, 0};
    return {transfer::state::ended, 0};
}

}  // namespace

void prepare_socket(int descriptor) noexcept {  // an option that is not set costs speed, not correctness
    const int on = 1;
    (void)::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    (void)::setsockopt(descriptor, SOL_SOCKET, SO_SNDBUF, &send_buffer_bytes, sizeof send_buffer_bytes);
}

transfer receive(int descriptor, std::span<std::uint8_t> into) noexcept {
    return outcome(::recv(descriptor, into.data(), into.size(), MSG_DONTWAIT));
}

transfer transmit(int descriptor, std::string_view bytes) noexcept {
    return outcome(::send(descriptor, bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL));
}

void finish_sending(int descriptor) noexcept {
    (void)::shutdown(descriptor, SHUT_WR);  // it may be gone already
}

}  // namespace tertulia::net
