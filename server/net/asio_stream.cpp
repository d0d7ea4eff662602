// server/net/asio_stream.cpp: readiness by Asio's waits, bytes by the system's own calls.
// Thread: the socket's shard.
// Owner: see stream.hpp.
#include "server/net/asio_stream.hpp"

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

asio_stream::asio_stream(asio::io_context& io, int descriptor) : socket_(io.get_executor()) {
    asio::error_code ignored;  // an option that is not set costs speed, not correctness
    int family = AF_INET;
    sockaddr_storage local{};
    socklen_t length = sizeof local;
    if (::getsockname(descriptor, reinterpret_cast<sockaddr*>(&local), &length) == 0) family = local.ss_family;
    socket_.assign(family == AF_INET6 ? asio::ip::tcp::v6() : asio::ip::tcp::v4(), descriptor, ignored);
    socket_.non_blocking(true, ignored);
    socket_.set_option(asio::ip::tcp::no_delay{true}, ignored);
    socket_.set_option(asio::socket_base::send_buffer_size{send_buffer_bytes}, ignored);
}

transfer asio_stream::read(std::span<std::uint8_t> into) noexcept {
    return outcome(::recv(socket_.native_handle(), into.data(), into.size(), MSG_DONTWAIT));
}

transfer asio_stream::send(std::string_view bytes) noexcept {
    return outcome(::send(socket_.native_handle(), bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL));
}

void asio_stream::finish() noexcept {
    asio::error_code ignored;  // it may be gone already
    socket_.shutdown(asio::socket_base::shutdown_send, ignored);
}

void asio_stream::wait(readiness& w) {
    // Asio's callback and not its awaitable: 500 bytes less for each connection that waits (measured). A readiness
    // stays where it is until done(), so the pointer holds.
    socket_.async_wait(
        w.what() == readiness::direction::read ? asio::socket_base::wait_read : asio::socket_base::wait_write,
        [&w](const asio::error_code&) { w.done(); });
}

void asio_stream::give_up(readiness&) noexcept {
    asio::error_code ignored;
    socket_.cancel(ignored);  // the other direction's waiter looks, finds nothing, and waits again
}

}  // namespace tertulia::net
