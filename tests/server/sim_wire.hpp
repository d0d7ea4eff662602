// tests/server/sim_wire.hpp: a connection without a network: both ends, with a bounded buffer towards the client.
// Thread: the test loop's.
// Owner: the two ends share it; the server's end is a net::stream that the server owns.
#pragma once

#include "server/net/stream.hpp"

#include <algorithm>
#include <memory>
#include <random>
#include <stdexcept>
#include <string>
#include <utility>

namespace tertulia::sim {

/// What the server sees of it is what a socket shows: bytes cut anywhere, short writes, an end.
class wire {
public:
    /// @param random cuts what is read and written; @param window bytes towards the client that wait at most
    wire(std::mt19937_64& random, std::size_t window) : random_(random), window_(window) {}

    // The client's end.

    void send(std::string_view bytes) {
        to_server_ += bytes;
        wake_reader();
    }
    /// Takes what has arrived, at most `most` bytes of it.
    std::string take(std::size_t most) {
        std::string some = to_client_.substr(0, most);
        to_client_.erase(0, most);
        if (can_write()) wake_writer();
        return some;
    }
    /// Sends nothing more; what was sent still arrives.
    void finish() {
        client_finished_ = true;
        wake_reader();
    }
    /// Is gone, as a killed process is: the server is told.
    void reset() {
        reset_ = true;
        wake_reader();
        wake_writer();
    }
    /// The next time that the server would wait for it, that throws.
    void fail_next_wait() noexcept { wait_fails_ = true; }
    /// Nothing more will come.
    [[nodiscard]] bool ended() const noexcept { return server_finished_ && to_client_.empty(); }
    /// Bytes to the server that it has not read.
    [[nodiscard]] std::size_t unread() const noexcept { return to_server_.size(); }

private:
    friend class wire_stream;
    [[nodiscard]] bool can_read() const noexcept { return reset_ || client_finished_ || !to_server_.empty(); }
    [[nodiscard]] bool can_write() const noexcept { return reset_ || to_client_.size() < window_; }
    void wake_reader() {
        if (auto* r = std::exchange(reader_, nullptr)) r->done();
    }
    void wake_writer() {
        if (auto* w = std::exchange(writer_, nullptr)) w->done();
    }
    /// Mostly all of it, sometimes a part: at least one byte.
    [[nodiscard]] std::size_t cut(std::size_t n) { return random_() % 4 == 0 ? 1 + random_() % n : n; }

    std::mt19937_64& random_;
    const std::size_t window_;
    std::string to_server_;
    std::string to_client_;
    bool client_finished_ = false;
    bool server_finished_ = false;
    bool reset_ = false;
    bool wait_fails_ = false;
    net::readiness* reader_ = nullptr;
    net::readiness* writer_ = nullptr;
};

/// The server's end.
class wire_stream final : public net::stream {
public:
    explicit wire_stream(std::shared_ptr<wire> of) : of_(std::move(of)) {}
    ~wire_stream() override { of_->server_finished_ = true; }

    net::transfer read(std::span<std::uint8_t> into) noexcept override {
        if (of_->reset_) return {net::transfer::state::ended, 0};
        if (of_->to_server_.empty()) {
            return {of_->client_finished_ ? net::transfer::state::ended : net::transfer::state::later, 0};
        }
        const std::size_t n = of_->cut(std::min(into.size(), of_->to_server_.size()));
        std::copy_n(of_->to_server_.begin(), n, into.begin());
        of_->to_server_.erase(0, n);
        return {net::transfer::state::some, n};
    }
    net::transfer send(std::string_view bytes) noexcept override {
        if (of_->reset_) return {net::transfer::state::ended, 0};
        if (!of_->can_write()) return {net::transfer::state::later, 0};
        const std::size_t n = of_->cut(std::min(bytes.size(), of_->window_ - of_->to_client_.size()));
        of_->to_client_ += bytes.substr(0, n);
        return {net::transfer::state::some, n};
    }
    void finish() noexcept override { of_->server_finished_ = true; }

private:
    net::readiness*& place(const net::readiness& w) noexcept {
        return w.what() == net::readiness::direction::read ? of_->reader_ : of_->writer_;
    }
    void wait(net::readiness& w) override {
        const bool now = w.what() == net::readiness::direction::read ? of_->can_read() : of_->can_write();
        if (now) return w.done();
        if (std::exchange(of_->wait_fails_, false)) throw std::runtime_error("a defect of the stream");
        assert(place(w) == nullptr);
        place(w) = &w;
    }
    void give_up(net::readiness& w) noexcept override {
        if (std::exchange(place(w), nullptr) != nullptr) w.done();
    }

    std::shared_ptr<wire> of_;
};

}  // namespace tertulia::sim
