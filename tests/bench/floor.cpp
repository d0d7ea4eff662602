// tests/bench/floor.cpp: the least that a chat server could do: bare epoll, one prebuilt frame for all. Not a server.
// Thread: one.
// Owner: the process; ends by a signal.
#include "tests/load/process.hpp"

#include <CLI/CLI.hpp>
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <system_error>
#include <unordered_map>
#include <vector>

namespace {

constexpr std::size_t frames_in_block = 256;
constexpr std::size_t ready_at_once = 1024;
// The answer to the key of RFC 6455 §1.3, which is the one that the driver always sends.
constexpr std::string_view upgrade_accept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

[[noreturn]] void give_up(const char* what) {
    std::fprintf(stderr, "tertulia-floor: %s: %s\n", what, std::system_category().message(errno).c_str());
    std::exit(1);
}

/// A server's text frame of `bytes` in all (RFC 6455 §5.2), with what the driver knows a message by.
std::string event_frame(std::size_t bytes) {
    const std::size_t header = bytes <= 127 ? 2 : 4;
    const std::size_t payload = bytes - header;
    std::string frame{'\x81'};
    if (header == 2) {
        frame += static_cast<char>(payload);
    } else {
        frame += {'\x7e', static_cast<char>(payload >> 8), static_cast<char>(payload & 0xff)};
    }
    frame += R"({"type":"message",)";
    return frame.append(bytes - frame.size(), 'x');
}

/// Everything that all receive is one frame repeated, so what a member lacks is a range of an endless row of them:
/// from its `sent` to its room's `end`, in bytes.
class loop {
public:
    loop(std::uint16_t port, std::size_t frame_bytes);
    [[noreturn]] void run();

private:
    struct member {
        std::uint64_t sent = 0;
        std::uint32_t room = 0;
        std::uint32_t rest = 0;  ///< bytes of a client's frame that are still to come
        enum class state : std::uint8_t { none, asked, open, blocked } is = state::none;
    };
    struct room {
        std::uint64_t end = 0;
        std::vector<int> members;
        bool changed = false;
    };

    void accept_all();
    void read(int fd);
    void upgrade(int fd, std::string_view head);
    void count_messages(int fd, std::string_view bytes);
    void write(int fd);
    void drop(int fd);
    void watch(int fd, std::uint32_t events, int how) const {
        epoll_event e{.events = events, .data = {.fd = fd}};
        if (epoll_ctl(epoll_, how, fd, &e) != 0) give_up("epoll_ctl");
    }

    const int epoll_;
    const int listener_;
    const std::size_t frame_bytes_;
    std::string block_;  // the frame, many times
    std::vector<char> buffer_ = std::vector<char>(64 << 10);
    std::vector<member> members_;  // by descriptor
    std::vector<room> rooms_;
    std::vector<std::uint32_t> changed_;
    std::unordered_map<std::string, std::uint32_t> by_query_;
};

loop::loop(std::uint16_t port, std::size_t frame_bytes)
    : epoll_(epoll_create1(0)), listener_(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0)), frame_bytes_(frame_bytes) {
    const std::string frame = event_frame(frame_bytes);
    for (std::size_t i = 0; i < frames_in_block; ++i) block_ += frame;
    sockaddr_in address{
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr = {.s_addr = htonl(INADDR_LOOPBACK)}, .sin_zero = {}};
    socklen_t size = sizeof address;
    auto* where = reinterpret_cast<sockaddr*>(&address);
    if (bind(listener_, where, size) != 0 || listen(listener_, SOMAXCONN) != 0) give_up("listen");
    getsockname(listener_, where, &size);
    watch(listener_, EPOLLIN, EPOLL_CTL_ADD);
    std::printf("listening on http://127.0.0.1:%d\n", ntohs(address.sin_port));
    std::fflush(stdout);
}

// As the server's turn: all that has come is read first, then each member is written to once.
void loop::run() {
    std::array<epoll_event, ready_at_once> ready{};
    for (;;) {
        const int n = epoll_wait(epoll_, ready.data(), static_cast<int>(ready.size()), -1);
        for (int i = 0; i < n; ++i) {
            const int fd = ready[static_cast<std::size_t>(i)].data.fd;
            if (fd == listener_) {
                accept_all();
                continue;
            }
            if (member& m = members_[static_cast<std::size_t>(fd)];
                m.is == member::state::blocked && (ready[static_cast<std::size_t>(i)].events & EPOLLOUT)) {
                m.is = member::state::open;
                watch(fd, EPOLLIN, EPOLL_CTL_MOD);
                write(fd);
            }
            read(fd);
        }
        for (const std::uint32_t r : changed_) {
            for (const int fd : rooms_[r].members) write(fd);
            rooms_[r].changed = false;
        }
        changed_.clear();
    }
}

void loop::accept_all() {
    for (int fd; (fd = accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK)) >= 0;) {
        const int on = 1;
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        if (members_.size() <= static_cast<std::size_t>(fd)) members_.resize(static_cast<std::size_t>(fd) + 1);
        members_[static_cast<std::size_t>(fd)] = {.is = member::state::asked};
        watch(fd, EPOLLIN, EPOLL_CTL_ADD);
    }
}

void loop::read(int fd) {
    const auto n = recv(fd, buffer_.data(), buffer_.size(), 0);
    if (n < 0 && errno == EAGAIN) return;
    if (n <= 0) return drop(fd);
    const std::string_view bytes(buffer_.data(), static_cast<std::size_t>(n));
    if (members_[static_cast<std::size_t>(fd)].is == member::state::asked) {
        upgrade(fd, bytes);
    } else {
        count_messages(fd, bytes);
    }
}

// The driver's request comes whole, and its key is always the same. Who asks with the same room is in one room.
void loop::upgrade(int fd, std::string_view head) {
    const auto from = head.find("room=");
    const auto to = head.find_first_of(" &", from);
    if (from == head.npos || to == head.npos || !head.ends_with("\r\n\r\n")) return drop(fd);
    const auto next = static_cast<std::uint32_t>(rooms_.size());
    const auto [found, fresh] = by_query_.try_emplace(std::string(head.substr(from, to - from)), next);
    if (fresh) rooms_.emplace_back();
    room& r = rooms_[found->second];
    r.members.push_back(fd);
    members_[static_cast<std::size_t>(fd)] = {.sent = r.end, .room = found->second, .is = member::state::open};
    constexpr std::string_view joined = R"({"type":"joined"})";
    std::string answer = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n";
    answer.append("Sec-WebSocket-Accept: ").append(upgrade_accept).append("\r\n\r\n");
    answer.append({'\x81', static_cast<char>(joined.size())}).append(joined);
    if (send(fd, answer.data(), answer.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(answer.size())) give_up("send");
}

// Each text frame is a message to all of the room; nothing else of it is looked at.
void loop::count_messages(int fd, std::string_view bytes) {
    member& m = members_[static_cast<std::size_t>(fd)];
    room& r = rooms_[m.room];
    const auto skipped = std::min<std::size_t>(m.rest, bytes.size());
    m.rest -= static_cast<std::uint32_t>(skipped);
    bytes.remove_prefix(skipped);
    while (!bytes.empty()) {
        const auto byte = [&](std::size_t i) { return static_cast<unsigned>(static_cast<unsigned char>(bytes[i])); };
        if (bytes.size() < 4 || (byte(1) & 0x7f) == 127) return drop(fd);  // the driver sends no such thing
        const bool text = (byte(0) & 0x0f) == 1;
        const std::size_t size = (byte(1) & 0x7f) == 126 ? 8 + (byte(2) << 8 | byte(3)) : 6 + (byte(1) & 0x7f);
        m.rest = static_cast<std::uint32_t>(size - std::min(size, bytes.size()));
        bytes.remove_prefix(std::min(size, bytes.size()));
        if (!text) continue;
        r.end += frame_bytes_;
        if (!r.changed) changed_.push_back(m.room);
        r.changed = true;
    }
}

void loop::write(int fd) {
    member& m = members_[static_cast<std::size_t>(fd)];
    if (m.is != member::state::open) return;
    const std::uint64_t end = rooms_[m.room].end;
    while (m.sent < end) {
        const auto at = static_cast<std::size_t>(m.sent % frame_bytes_);
        const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(end - m.sent, block_.size() - at));
        const auto n = send(fd, block_.data() + at, size, MSG_NOSIGNAL);
        if (n >= 0) {
            m.sent += static_cast<std::uint64_t>(n);
            continue;
        }
        if (errno != EAGAIN) return;  // the next read tells
        m.is = member::state::blocked;
        return watch(fd, EPOLLIN | EPOLLOUT, EPOLL_CTL_MOD);
    }
}

void loop::drop(int fd) {
    member& m = members_[static_cast<std::size_t>(fd)];
    if (m.is != member::state::asked) std::erase(rooms_[m.room].members, fd);
    m.is = member::state::none;
    close(fd);
}

}  // namespace

int main(int argc, char** argv) {
    std::uint16_t port = 0;
    std::size_t frame_bytes = 256;
    CLI::App app{"Sends the same frame to all members of a room for each message: what no chat server can beat."};
    app.option_defaults()->always_capture_default();
    app.add_option("--port", port, "of 127.0.0.1; 0: a free one");
    app.add_option("--frame-bytes", frame_bytes, "of the frame that is sent, with its header")
        ->check(CLI::Range(64, 4096));
    CLI11_PARSE(app, argc, argv);
    tertulia::load::raise_descriptor_limit();
    loop{port, frame_bytes}.run();
}
