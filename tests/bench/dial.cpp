// tests/bench/dial.cpp: see dial.hpp.
// Thread: any.
// Owner: nobody; functions.
#include "tests/bench/dial.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <system_error>

namespace tertulia::bench {

namespace {

constexpr std::size_t head_most = 64 << 10;

}  // namespace

void give_up(const std::string& why) {
    std::fprintf(stderr, "%s: %s\n", program_invocation_short_name, why.c_str());
    std::exit(1);
}

load::target server_at(const std::string& url) {
    const auto parts = load::read_url(url);
    if (!parts) give_up(parts.error());
    const auto server = load::resolve(*parts);
    if (!server) give_up(server.error());
    return *server;
}

int dial(const load::target& server, const std::string& query) {
    const int fd = socket(server.address.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const int on = 1;
    const timeval patience{.tv_sec = 10, .tv_usec = 0};
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    if (connect(fd, reinterpret_cast<const sockaddr*>(&server.address), server.address_bytes) != 0)
        give_up("connect: " + std::system_category().message(errno));
    send_all(fd, upgrade_request(server, query));
    std::string head;
    auto end = head.npos;
    for (char byte = 0; end == head.npos; end = head.find("\r\n\r\n")) {
        if (head.size() > head_most || recv(fd, &byte, 1, 0) != 1) give_up("no answer to an upgrade: " + head);
        head += byte;
    }
    if (const auto fault = load::upgrade_fault(std::string_view(head).substr(0, end + 2)); !fault.empty())
        give_up("upgrade: " + fault);
    return fd;
}

void send_all(int fd, std::string_view bytes) {
    if (::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(bytes.size()))
        give_up("send: " + std::system_category().message(errno));
}

}  // namespace tertulia::bench
