// server/net/asio_stream.hpp: a stream on a TCP socket of Asio, for systems without epoll.
// Thread: the shard whose loop the socket was opened on.
// Owner: see stream.hpp.
#pragma once

#include "server/net/stream.hpp"

#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>

namespace tertulia::net {

/// A socket with the loop's own executor type: half the memory of Asio's any_io_executor.
using tcp_socket = asio::basic_stream_socket<asio::ip::tcp, asio::io_context::executor_type>;

class asio_stream final : public stream {
public:
    /// Takes over an accepted, connected descriptor.
    asio_stream(asio::io_context& io, int descriptor);

    [[nodiscard]] transfer read(std::span<std::uint8_t> into) noexcept override;
    [[nodiscard]] transfer send(std::string_view bytes) noexcept override;
    void finish() noexcept override;

private:
    void wait(readiness& w) override;
    void give_up(readiness& w) noexcept override;

    tcp_socket socket_;
};

/// See epoll_sockets.
class asio_sockets final : public sockets {
public:
    explicit asio_sockets(asio::io_context& io) noexcept : io_(io) {}
    [[nodiscard]] std::unique_ptr<stream> adopt(int descriptor) override {
        return std::make_unique<asio_stream>(io_, descriptor);
    }

private:
    asio::io_context& io_;
};

}  // namespace tertulia::net
