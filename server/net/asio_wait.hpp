// server/net/asio_wait.hpp: waiting for one of Asio's objects within a context: an acceptor, a set of signals.
// Thread: that of the object's loop.
// Owner: the caller's frame.
#pragma once

#include "core/context.hpp"

#include <asio/error_code.hpp>
#include <asio/signal_set.hpp>
#include <asio/socket_base.hpp>

namespace tertulia::net {

/// `Start` begins the wait with a handler, `Stop` cancels it; the handler is still called then.
template <class Start, class Stop>
class asio_wait : core::job, core::stop_hook {
public:
    asio_wait(core::context& ctx, Start start, Stop stop) : ctx_(ctx), start_(start), stop_(stop) {}

    bool await_ready() const noexcept { return ctx_.done(); }
    void await_suspend(std::coroutine_handle<> h) {
        handle = h;
        ctx_.add(*this);
        start_([this](const asio::error_code&, auto&&...) {
            stop_hook::unlink();
            ctx_.on().ready(*this);
        });
    }
    [[nodiscard]] core::result<> await_resume() const {
        if (ctx_.done()) return tl::unexpected<core::error>(ctx_.why());
        return {};
    }

private:
    void stopped(const core::error&) noexcept override { stop_(); }

    core::context& ctx_;
    Start start_;
    Stop stop_;
};

/// Waits until `a` has a connection to accept. Errors: the context's.
template <class Acceptor>
[[nodiscard]] auto readable(Acceptor& a, core::context& ctx) {
    return asio_wait{ctx, [&a](auto handler) { a.async_wait(asio::socket_base::wait_read, handler); },
                     [&a] {
                         asio::error_code ignored;
                         a.cancel(ignored);
                     }};
}

/// Waits for one of the signals of `s`. Errors: the context's.
[[nodiscard]] inline auto signalled(asio::signal_set& s, core::context& ctx) {
    return asio_wait{ctx, [&s](auto handler) { s.async_wait(handler); },
                     [&s] {
                         asio::error_code ignored;
                         s.cancel(ignored);
                     }};
}

}  // namespace tertulia::net
