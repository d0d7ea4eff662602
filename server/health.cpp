// server/health.cpp: one request over a plain socket that blocks, with a deadline by the kernel.
// Thread: main.
// Owner: see the header.
#include "server/health.hpp"

#include "core/result.hpp"
#include "server/address.hpp"

#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

namespace tertulia {

namespace {

constexpr timeval patience{3, 0};  // of connecting, sending and receiving, each

class socket_handle {
public:
    explicit socket_handle(int descriptor) noexcept : descriptor_(descriptor) {}
    socket_handle(const socket_handle&) = delete;
    socket_handle& operator=(const socket_handle&) = delete;
    ~socket_handle() {
        if (descriptor_ >= 0) ::close(descriptor_);
    }
    [[nodiscard]] int get() const noexcept { return descriptor_; }

private:
    int descriptor_;
};

/// The host and port of a URL, or of what --listen takes.
std::optional<host_port> where(std::string_view url) {
    constexpr std::string_view scheme = "http://";
    const bool whole = url.starts_with(scheme);
    if (whole) url.remove_prefix(scheme.size());
    url = url.substr(0, url.find('/'));
    auto found = read_host_port(url);
    if (!found && whole) found = read_host_port(std::string{url} + ":80");
    if (!found || found->port == "0") return std::nullopt;
    if (found->host == "0.0.0.0" || found->host == "::") found->host = found->host == "::" ? "::1" : "127.0.0.1";
    return found;
}

std::string system_says() {
    return errno == EAGAIN || errno == EINPROGRESS ? "no answer in time" : std::strerror(errno);
}

/// The first line of the answer.
core::result<std::string> ask(const addrinfo& at, const std::string& request) {
    const socket_handle s{::socket(at.ai_family, at.ai_socktype | SOCK_CLOEXEC, at.ai_protocol)};
    if (s.get() < 0) return core::fail(core::errc::failed, system_says());
    for (const int option : {SO_SNDTIMEO, SO_RCVTIMEO}) {
        (void)::setsockopt(s.get(), SOL_SOCKET, option, &patience, sizeof patience);
    }
    if (::connect(s.get(), at.ai_addr, at.ai_addrlen) != 0) return core::fail(core::errc::failed, system_says());
    const auto sent = ::send(s.get(), request.data(), request.size(), MSG_NOSIGNAL);
    if (sent != static_cast<ssize_t>(request.size())) return core::fail(core::errc::failed, system_says());
    std::string line;
    while (line.find("\r\n") == line.npos && line.size() < 1024) {
        std::array<char, 256> bytes{};
        const auto got = ::recv(s.get(), bytes.data(), bytes.size(), 0);
        if (got < 0) return core::fail(core::errc::failed, system_says());
        if (got == 0) return core::fail(core::errc::failed, "the connection ended without an answer");
        line.append(bytes.data(), static_cast<std::size_t>(got));
    }
    return line.substr(0, line.find("\r\n"));
}

core::result<std::string> ask(const host_port& at) {
    const addrinfo hints{0, AF_UNSPEC, SOCK_STREAM, 0, 0, nullptr, nullptr, nullptr};
    addrinfo* found = nullptr;
    const int failed = ::getaddrinfo(at.host.c_str(), at.port.c_str(), &hints, &found);
    if (failed != 0) return core::fail(core::errc::failed, ::gai_strerror(failed));
    const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> all{found, &::freeaddrinfo};
    const std::string request = "GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    core::result<std::string> line = core::fail(core::errc::failed, "no address");
    for (const addrinfo* each = found; each != nullptr && !line; each = each->ai_next) line = ask(*each, request);
    return line;
}

}  // namespace

int check_health(const health_check& what) {
    const auto at = where(what.url);
    std::string why = "http://host:port is needed, with the port that it listens on";
    if (at) {
        const auto line = ask(*at);
        if (line && line->starts_with("HTTP/1.1 200 ")) {
            std::puts("ready");
            return 0;
        }
        why = line ? "it says " + *line : line.error().detail;
    }
    std::fprintf(stderr, "tertulia: %s can't serve: %s\n", what.url.c_str(), why.c_str());
    return 1;
}

}  // namespace tertulia
