// server/net/stream.hpp: all that a connection asks of its socket: readable, writable, read, send.
// Thread: the connection's shard.
// Owner: the coroutine that serves the connection.
#pragma once

#include "core/context.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

namespace tertulia::net {

class stream;

/// Waits until a stream can be read from or written to; what one may wait for at a time: one reader and one writer.
/// Lives in the caller's frame. Resumes on the stream's shard.
class readiness : core::job, core::stop_hook {
public:
    enum class direction : std::uint8_t { read, write };

    readiness(stream& of, direction what, core::context& ctx) noexcept : of_(of), ctx_(ctx), what_(what) {}

    bool await_ready() const noexcept { return ctx_.done(); }
    void await_suspend(std::coroutine_handle<> h);
    /// False: the context has ended. (No result: it would add 48 bytes to the frame of every idle connection.)
    [[nodiscard]] bool await_resume() const noexcept { return !ctx_.done(); }

    /// For streams: the wait is over. The coroutine resumes in this turn or the next.
    void done() noexcept {
        stop_hook::unlink();
        ctx_.on().ready(*this);
    }
    [[nodiscard]] direction what() const noexcept { return what_; }

private:
    void stopped(const core::error&) noexcept override;

    stream& of_;
    core::context& ctx_;
    const direction what_;
};

/// What came of a read or send that did not wait.
struct transfer {
    enum class state : std::uint8_t { some, later, ended };
    state what = state::later;
    std::size_t bytes = 0;  ///< of `some`, at least 1
};

/// A two-way stream of bytes. No call but the awaits waits.
class stream {
public:
    stream() = default;
    stream(const stream&) = delete;
    stream& operator=(const stream&) = delete;
    virtual ~stream() = default;

    [[nodiscard]] readiness readable(core::context& ctx) noexcept { return {*this, readiness::direction::read, ctx}; }
    [[nodiscard]] readiness writable(core::context& ctx) noexcept { return {*this, readiness::direction::write, ctx}; }

    /// `ended`: the other side has closed, or the stream broke.
    [[nodiscard]] virtual transfer read(std::span<std::uint8_t> into) noexcept = 0;
    /// May take fewer bytes than it was given: then await writable().
    [[nodiscard]] virtual transfer send(std::string_view bytes) noexcept = 0;
    /// Nothing more will be sent; what was sent still arrives.
    virtual void finish() noexcept = 0;

protected:
    friend class readiness;
    /// Calls `w.done()` once: when it is ready, or soon after give_up().
    virtual void wait(readiness& w) = 0;
    /// The wait is no longer wanted; `w.done()` is still to be called.
    virtual void give_up(readiness& w) noexcept = 0;
};

/// Makes streams of connected descriptors, on one loop. It outlives them.
class sockets {
public:
    sockets() = default;
    sockets(const sockets&) = delete;
    sockets& operator=(const sockets&) = delete;
    virtual ~sockets() = default;

    /// The stream owns the descriptor.
    [[nodiscard]] virtual std::unique_ptr<stream> adopt(int descriptor) = 0;
};

/// What a socket holds of its shard while it lives; given back by the destructor, after the socket is closed.
class socket_place {
public:
    socket_place() = default;
    socket_place(const socket_place&) = delete;
    socket_place& operator=(const socket_place&) = delete;
    virtual ~socket_place() = default;
};

inline void readiness::await_suspend(std::coroutine_handle<> h) {
    handle = h;
    ctx_.add(*this);
    try {
        of_.wait(*this);
    } catch (...) {
        stop_hook::unlink();
        throw;
    }
}

inline void readiness::stopped(const core::error&) noexcept {
    of_.give_up(*this);
}

}  // namespace tertulia::net
