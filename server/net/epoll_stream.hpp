// server/net/epoll_stream.hpp: streams on TCP sockets that one epoll set of ours watches, below Asio's loop.
// Thread: the shard whose loop the set was made on.
// Owner: a stream is its connection's; the set is whoever made the loop's, and outlives its streams.
#pragma once

#include "server/net/stream.hpp"

#include <asio/io_context.hpp>
#include <asio/posix/basic_stream_descriptor.hpp>

#include <utility>

namespace tertulia::net {

/// A socket that is watched from its first moment to its last, edge by edge (EPOLLET), so that waiting costs no system
/// call and 48 bytes; Asio keeps some 240 for each socket, and tells epoll of each wait anew.
class epoll_stream final : public stream {
public:
    /// Takes over a connected descriptor.
    explicit epoll_stream(int descriptor) noexcept : descriptor_(descriptor) {}
    ~epoll_stream() override;

    [[nodiscard]] transfer read(std::span<std::uint8_t> into) noexcept override;
    [[nodiscard]] transfer send(std::string_view bytes) noexcept override;
    void finish() noexcept override;

    /// What epoll tells: EPOLLIN and so on.
    void happened(std::uint32_t events) noexcept;

private:
    void wait(readiness& w) override;
    void give_up(readiness& w) noexcept override;
    [[nodiscard]] readiness*& waiter(const readiness& w) noexcept {
        return w.what() == readiness::direction::read ? reader_ : writer_;
    }

    const int descriptor_;
    bool may_read_ = false;  // an edge came, and no read since has found less than it asked for
    bool may_write_ = true;
    bool ended_ = false;   // by the other side, or broken: reading needs no further edge
    bool broken_ = false;  // nor does writing
    readiness* reader_ = nullptr;
    readiness* writer_ = nullptr;
};

/// An epoll set that is itself watched by Asio's: one wait for all of a shard's sockets.
class epoll_sockets final : public sockets {
public:
    explicit epoll_sockets(asio::io_context& io);

    [[nodiscard]] std::unique_ptr<stream> adopt(int descriptor) override;

private:
    void look();
    void wait();

    asio::posix::basic_stream_descriptor<asio::io_context::executor_type> set_;
};

}  // namespace tertulia::net
