// tests/load/poller.cpp: see poller.hpp.
// Thread: one.
// Owner: whoever runs the loop.
#include "tests/load/poller.hpp"

#include "tests/load/clock.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

namespace tertulia::load {

poller::poller() : fd_(epoll_create1(EPOLL_CLOEXEC)) {
    if (fd_ < 0) throw std::system_error(errno, std::generic_category(), "epoll_create1");
}

poller::~poller() {
    close(fd_);
}

void poller::add(int fd, std::uint32_t events, std::uint32_t number) {
    epoll_event e{.events = events | EPOLLET, .data = {.u32 = number}};
    epoll_ctl(fd_, EPOLL_CTL_ADD, fd, &e);
}

void poller::change(int fd, std::uint32_t events, std::uint32_t number) {
    epoll_event e{.events = events | EPOLLET, .data = {.u32 = number}};
    epoll_ctl(fd_, EPOLL_CTL_MOD, fd, &e);
}

std::span<const epoll_event> poller::wait(std::int64_t until_ns) {
    const auto left = std::max<std::int64_t>(0, until_ns - now_ns());
    const timespec timeout{.tv_sec = left / ns_per_s, .tv_nsec = left % ns_per_s};
    // In nanoseconds: a millisecond's rounding would be most of the latency that is measured.
    const int n = epoll_pwait2(fd_, ready_.data(), static_cast<int>(ready_.size()), &timeout, nullptr);
    return {ready_.data(), static_cast<std::size_t>(std::max(n, 0))};
}

}  // namespace tertulia::load
