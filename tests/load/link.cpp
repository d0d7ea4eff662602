// tests/load/link.cpp: see link.hpp.
// Thread: one.
// Owner: the director and the worker.
#include "tests/load/link.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>

namespace tertulia::load {
namespace {

struct header {
    word what;
    std::uint64_t size;
};

}  // namespace

std::pair<link, link> link::make() {
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
        throw std::system_error(errno, std::generic_category(), "socketpair");
    return {link(ends[0]), link(ends[1])};
}

void link::hang_up() noexcept {
    if (fd_ >= 0) close(fd_);
    fd_ = -1;
}

void link::send(word what, std::string_view bytes) {
    const header h{what, bytes.size()};
    std::string out(reinterpret_cast<const char*>(&h), sizeof h);
    out += bytes;
    for (std::string_view rest = out; !rest.empty();) {
        const auto n = ::send(fd_, rest.data(), rest.size(), MSG_NOSIGNAL);
        if (n < 0 && errno != EINTR) return;
        if (n > 0) rest.remove_prefix(static_cast<std::size_t>(n));
    }
}

std::optional<said> link::receive() {
    std::array<char, 64 << 10> some;
    while (!over_) {
        if (auto whole = take()) return whole;
        const auto n = recv(fd_, some.data(), some.size(), MSG_DONTWAIT);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0 && errno == EAGAIN) return std::nullopt;
        if (n <= 0) over_ = true;
        if (n > 0) in_.append(some.data(), static_cast<std::size_t>(n));
    }
    return std::nullopt;
}

std::optional<said> link::take() {
    header h{};
    if (in_.size() < sizeof h) return std::nullopt;
    std::memcpy(&h, in_.data(), sizeof h);
    if (in_.size() - sizeof h < h.size) return std::nullopt;
    said whole{h.what, in_.substr(sizeof h, h.size)};
    in_.erase(0, sizeof h + h.size);
    return whole;
}

}  // namespace tertulia::load
