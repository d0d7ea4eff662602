// server/net/epoll_stream.cpp: edges from epoll, bytes by the system's own calls.
// Thread: the set's shard.
// Owner: see the header.
#include "server/net/epoll_stream.hpp"

#include "server/net/socket.hpp"

#include <sys/epoll.h>
#include <unistd.h>

#include <array>
#include <cassert>
#include <cerrno>
#include <system_error>

namespace tertulia::net {

epoll_stream::~epoll_stream() {
    assert(reader_ == nullptr && writer_ == nullptr);
    ::close(descriptor_);  // leaves the set by that
}

transfer epoll_stream::read(std::span<std::uint8_t> into) noexcept {
    const transfer got = receive(descriptor_, into);
    // Less than asked for means that all is read: what comes later is another edge. But an end that came with the last
    // bytes has had its edge already.
    if (got.bytes < into.size() && got.what != transfer::state::ended) may_read_ = ended_;
    return got;
}

transfer epoll_stream::send(std::string_view bytes) noexcept {
    const transfer done = transmit(descriptor_, bytes);
    if (done.bytes < bytes.size() && done.what != transfer::state::ended) may_write_ = broken_;
    return done;
}

void epoll_stream::finish() noexcept {
    finish_sending(descriptor_);
}

void epoll_stream::happened(std::uint32_t events) noexcept {
    broken_ = broken_ || (events & (EPOLLHUP | EPOLLERR)) != 0;
    ended_ = ended_ || broken_ || (events & EPOLLRDHUP) != 0;
    may_read_ = may_read_ || ended_ || (events & EPOLLIN) != 0;
    may_write_ = may_write_ || broken_ || (events & EPOLLOUT) != 0;
    if (may_read_ && reader_ != nullptr) std::exchange(reader_, nullptr)->done();
    if (may_write_ && writer_ != nullptr) std::exchange(writer_, nullptr)->done();
}

void epoll_stream::wait(readiness& w) {
    if (w.what() == readiness::direction::read ? may_read_ : may_write_) return w.done();
    assert(waiter(w) == nullptr && "one reader and one writer");
    waiter(w) = &w;
}

void epoll_stream::give_up(readiness& w) noexcept {
    if (std::exchange(waiter(w), nullptr) != nullptr) w.done();
}

epoll_sockets::epoll_sockets(asio::io_context& io) : set_(io.get_executor()) {
    const int set = ::epoll_create1(EPOLL_CLOEXEC);
    if (set < 0) throw std::system_error{errno, std::generic_category(), "epoll_create1"};
    set_.assign(set);
    wait();
}

std::unique_ptr<stream> epoll_sockets::adopt(int descriptor) {
    prepare_socket(descriptor);
    auto made = std::make_unique<epoll_stream>(descriptor);
    epoll_event interest{};
    interest.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
    interest.data.ptr = made.get();
    // Out of memory or of watches: who is never told of an edge is ended as one that says nothing.
    if (::epoll_ctl(set_.native_handle(), EPOLL_CTL_ADD, descriptor, &interest) != 0) made->happened(EPOLLERR);
    return made;
}

void epoll_sockets::wait() {
    set_.async_wait(asio::posix::descriptor_base::wait_read, [this](const asio::error_code& ec) {
        if (ec) return;  // the loop is going away
        look();
        wait();  // looks anew at once, so that what came in between is not missed
    });
}

void epoll_sockets::look() {
    std::array<epoll_event, 512> events;
    const int n = ::epoll_wait(set_.native_handle(), events.data(), static_cast<int>(events.size()), 0);
    // No stream dies within this loop: coroutines run later. So no event is of a stream that is gone.
    for (int i = 0; i < n; ++i) {
        const epoll_event& e = events[static_cast<std::size_t>(i)];
        static_cast<epoll_stream*>(e.data.ptr)->happened(e.events);
    }
}

}  // namespace tertulia::net
