// server/net/asio_stream.cpp: readiness by Asio's waits, bytes by the system's own calls.
// Thread: the socket's shard.
// Owner: see stream.hpp.
#include "server/net/asio_stream.hpp"

#include "server/net/socket.hpp"

#include <sys/socket.h>

namespace tertulia::net {

asio_stream::asio_stream(asio::io_context& io, int descriptor) : socket_(io.get_executor()) {
    prepare_socket(descriptor);
    int family = AF_INET;
    sockaddr_storage local{};
    socklen_t length = sizeof local;
    if (::getsockname(descriptor, reinterpret_cast<sockaddr*>(&local), &length) == 0) family = local.ss_family;
    asio::error_code ignored;  // what is wrong with it shows at the first read
    socket_.assign(family == AF_INET6 ? asio::ip::tcp::v6() : asio::ip::tcp::v4(), descriptor, ignored);
    socket_.non_blocking(true, ignored);
}

transfer asio_stream::read(std::span<std::uint8_t> into) noexcept {
    return receive(socket_.native_handle(), into);
}

transfer asio_stream::send(std::string_view bytes) noexcept {
    return transmit(socket_.native_handle(), bytes);
}

void asio_stream::finish() noexcept {
    finish_sending(socket_.native_handle());
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
