// tests/load/poller.hpp: epoll, and waiting until a time in nanoseconds.
// Thread: one.
// Owner: whoever runs the loop.
#pragma once

#include <sys/epoll.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace tertulia::load {

/// Which sockets can be read or written, by a number of the caller's own.
class poller {
public:
    /// Throws std::system_error when the kernel gives no epoll.
    poller();
    ~poller();
    poller(const poller&) = delete;
    poller& operator=(const poller&) = delete;

    /// Watches `fd` for `events` (EPOLLIN, EPOLLOUT, EPOLLRDHUP), edge-triggered, which spares the kernel a second look
    /// at each socket that was ready; ends by itself when `fd` is closed.
    void add(int fd, std::uint32_t events, std::uint32_t number);

    /// Watches for these from now on, and tells again what is ready already.
    void change(int fd, std::uint32_t events, std::uint32_t number);

    /// Waits until something is ready, `until_ns` of `now_ns` has come, or a signal. What it gives lives until the next
    /// call.
    [[nodiscard]] std::span<const epoll_event> wait(std::int64_t until_ns);

private:
    // So few that due messages are not kept waiting behind a long turn of reading.
    static constexpr std::size_t most_at_once = 256;

    int fd_;
    std::array<epoll_event, most_at_once> ready_{};
};

}  // namespace tertulia::load
