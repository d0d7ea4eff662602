// tests/load/connection.cpp: see connection.hpp.
// Thread: one.
// Owner: the crowd or the churn.
#include "tests/load/connection.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

namespace tertulia::load {
namespace {

std::string close_fault(std::string_view payload) {
    if (payload.size() < 2) return "closed by the server without a code";
    const auto byte = [&](std::size_t i) { return static_cast<unsigned>(static_cast<unsigned char>(payload[i])); };
    return "closed by the server with " + std::to_string(byte(0) << 8 | byte(1));
}

}  // namespace

connection::~connection() {
    if (fd_ >= 0) close(fd_);
}

connection::connection(connection&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)),
      number_(other.number_),
      watched_(other.watched_),
      state_(other.state_),
      paused_(other.paused_),
      goodbye_(other.goodbye_),
      read_(other.read_),
      kept_(std::move(other.kept_)),
      out_(std::move(other.out_)),
      fault_(std::move(other.fault_)) {}

void connection::start(const target& server, dialling how, poller& loop, std::uint32_t number) {
    if (fd_ >= 0) end("");
    number_ = number;
    state_ = state::connecting;
    paused_ = goodbye_ = false;
    fault_.clear();
    out_ = std::move(how.request);
    fd_ = socket(server.address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd_ < 0) return end(std::string("socket: ") + std::strerror(errno));
    const int on = 1;
    setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (how.receive_bytes > 0) setsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &how.receive_bytes, sizeof how.receive_bytes);
    if (how.source) {
        // The port is chosen when it is known whom to, so that each address has all its ports for each server.
        setsockopt(fd_, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
        if (bind(fd_, reinterpret_cast<const sockaddr*>(&*how.source), sizeof *how.source) != 0)
            return end(std::string("bind: ") + std::strerror(errno));
    }
    const auto* address = reinterpret_cast<const sockaddr*>(&server.address);
    if (connect(fd_, address, server.address_bytes) != 0 && errno != EINPROGRESS)
        return end(std::string("connect: ") + std::strerror(errno));
    watched_ = EPOLLOUT;
    loop.add(fd_, watched_, number_);
}

void connection::end(std::string fault) {
    if (fd_ >= 0) close(fd_);
    fd_ = -1;
    state_ = state::gone;
    fault_ = std::move(fault);
    read_ = {};
    std::string{}.swap(kept_);
    std::string{}.swap(out_);
}

void connection::on_ready(std::uint32_t events, read_buffer& buffer, poller& loop, std::size_t most) {
    if (state_ == state::gone) return;
    if (state_ == state::connecting) {
        int error = 0;
        socklen_t size = sizeof error;
        getsockopt(fd_, SOL_SOCKET, SO_ERROR, &error, &size);
        if (error != 0) return end(std::string("connect: ") + std::strerror(error));
        state_ = state::upgrading;
        return flush(loop);
    }
    if (events & EPOLLOUT) flush(loop);
    if (state_ == state::gone) return;
    // A reset is told whether we watch for it or not.
    if (paused_ && (events & (EPOLLERR | EPOLLHUP))) return end("connection reset");
    constexpr std::uint32_t ends = EPOLLERR | EPOLLHUP | EPOLLRDHUP;
    if (!paused_ && (events & (EPOLLIN | ends))) take_bytes((events & ends) != 0, most, buffer, loop);
}

void connection::sip(std::size_t most, read_buffer& buffer, poller& loop) {
    if (state_ == state::open) take_bytes(false, most, buffer, loop);
}

void connection::take_bytes(bool ended, std::size_t most, read_buffer& buffer, poller& loop) {
    std::memcpy(buffer.data(), kept_.data(), kept_.size());
    const auto space = std::min(most, buffer.size() - kept_.size());
    const auto n = recv(fd_, buffer.data() + kept_.size(), space, 0);
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (n < 0) return end(std::string("connection lost: ") + std::strerror(errno));
    if (n == 0) return end(goodbye_ ? "" : "connection lost: ended without a close");
    read_ = {buffer.data(), kept_.size() + static_cast<std::size_t>(n)};
    kept_.clear();
    // Edge-triggered: what is left, or the end after it, is told only if asked for anew.
    if (!paused_ && (ended || static_cast<std::size_t>(n) == space)) loop.change(fd_, watched_, number_);
    if (state_ == state::upgrading) take_upgrade();
}

void connection::take_upgrade() {
    const auto end_of_head = read_.find("\r\n\r\n");
    if (end_of_head == read_.npos) {
        if (read_.size() > read_at_once / 2) return end("upgrade: an endless head");
        kept_.assign(std::exchange(read_, {}));
        return;
    }
    if (auto fault = upgrade_fault(read_.substr(0, end_of_head + 2)); !fault.empty()) return end("upgrade: " + fault);
    read_.remove_prefix(end_of_head + 4);
    state_ = state::open;
}

std::optional<std::string_view> connection::next(poller& loop) {
    while (!read_.empty()) {
        const auto f = read_frame(read_);
        if (f.is == frame::state::bad) {
            end("a frame that no server may send");
            break;
        }
        if (f.is == frame::state::partial) {
            if (read_.size() >= read_at_once * 8) {
                end("a frame of more than half a MiB");
                break;
            }
            kept_.assign(std::exchange(read_, {}));
            break;
        }
        read_.remove_prefix(f.size);
        switch (f.op) {
            case opcode::text: return f.payload;
            case opcode::ping: write(opcode::pong, f.payload, number_, loop); break;
            case opcode::pong: break;
            case opcode::close: on_close(f.payload, loop); break;
            default: end("a binary frame"); break;
        }
    }
    return std::nullopt;
}

void connection::on_close(std::string_view payload, poller& loop) {
    if (goodbye_) return end("");
    write(opcode::close, payload.substr(0, 2), number_, loop);
    end(close_fault(payload));
}

void connection::send(std::string_view text, std::uint32_t mask, poller& loop) {
    if (state_ == state::open) write(opcode::text, text, mask, loop);
}

void connection::say_goodbye(poller& loop) {
    if (state_ != state::open) return;
    goodbye_ = true;
    write(opcode::close, "\x03\xe8", number_, loop);
}

void connection::reset() {
    const linger now{.l_onoff = 1, .l_linger = 0};
    if (fd_ >= 0) setsockopt(fd_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    end("");
}

void connection::pause(bool paused, poller& loop) {
    paused_ = paused;
    if (state_ == state::open) watch(loop);
}

void connection::write(opcode op, std::string_view payload, std::uint32_t mask, poller& loop) {
    const bool waits = !out_.empty();
    write_frame(out_, op, payload, mask);
    if (!waits) flush(loop);
}

void connection::flush(poller& loop) {
    while (!out_.empty()) {
        const auto n = ::send(fd_, out_.data(), out_.size(), MSG_NOSIGNAL);
        if (n < 0 && errno == EAGAIN) return watch(loop);
        // The peer's close or reset is told by the next read, after what it sent before.
        if (n < 0) {
            out_.clear();
            break;
        }
        out_.erase(0, static_cast<std::size_t>(n));
    }
    watch(loop);
}

void connection::watch(poller& loop) {
    const std::uint32_t wanted = (paused_ ? 0u : EPOLLIN | EPOLLRDHUP) | (out_.empty() ? 0u : EPOLLOUT);
    if (wanted != std::exchange(watched_, wanted)) loop.change(fd_, wanted, number_);
}

}  // namespace tertulia::load
