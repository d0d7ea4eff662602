// server/listener.cpp: binding, accepting, and who is refused.
// Thread: the listening shard's.
// Owner: see the header.
#include "server/listener.hpp"

#include "core/scope.hpp"
#include "core/sleep.hpp"
#include "server/address.hpp"
#include "server/net/asio_wait.hpp"
#include "server/shard.hpp"

#include <spdlog/spdlog.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace tertulia {

namespace {

constexpr std::chrono::milliseconds without_descriptors{100};
/// Accepted in one turn. What comes in a storm goes through its handshake in waves, so that the memory that each needs
/// for a moment is needed by few at a time, and those who talk already have their turns in between.
constexpr int accepted_at_once = 64;

}  // namespace

core::result<std::string> listener::bind(const std::string& where) {
    const auto hp = read_host_port(where);
    if (!hp) return core::fail(core::errc::failed, where + " is no host:port");
    asio::error_code ec;
    asio::ip::tcp::resolver resolver{io_};
    const auto found = resolver.resolve(hp->host, hp->port, asio::ip::tcp::resolver::passive, ec);
    if (ec || found.empty()) return core::fail(core::errc::failed, "--listen " + where + ": " + ec.message());
    const asio::ip::tcp::endpoint at = found.begin()->endpoint();
    acceptor a{io_.get_executor()};
    a.open(at.protocol(), ec);
    if (!ec) a.set_option(asio::socket_base::reuse_address{true}, ec);
    if (!ec) a.bind(at, ec);
    if (!ec) a.listen(asio::socket_base::max_listen_connections, ec);
    if (!ec) a.non_blocking(true, ec);
    if (ec) return core::fail(core::errc::failed, "can't listen on " + where + ": " + ec.message());
    const auto local = a.local_endpoint(ec);
    acceptors_.push_back(std::move(a));
    const bool six = local.address().is_v6();
    return "http://" + (six ? "[" : std::string{}) + local.address().to_string() + (six ? "]" : "") + ":" +
           std::to_string(local.port());
}

core::task<> listener::run(core::context& ctx) {
    core::scope accepting{ctx, "listener"};
    for (acceptor& a : acceptors_) accepting.spawn("accept", accept_on(a, accepting.ctx()));
    auto ended = co_await accepting.join();
    (void)ended;
    acceptors_.clear();
}

core::task<> listener::accept_on(acceptor& a, core::context& ctx) {
    for (;;) {
        auto ready = co_await net::readable(a, ctx);
        if (!ready) co_return;
        for (int accepted = 0; accepted < accepted_at_once; ++accepted) {
            asio::ip::tcp::endpoint from;
            auto size = static_cast<socklen_t>(from.capacity());
            const int descriptor = ::accept4(a.native_handle(), from.data(), &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
            if (descriptor >= 0) {
                hand_out(descriptor, from.address());
                continue;
            }
            if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
                spdlog::warn("can't accept: {}", std::strerror(errno));
                auto slept = co_await core::sleep_for(ctx, without_descriptors);
                if (!slept) co_return;
            }
            break;  // none is waiting, or one that went away again
        }
    }
}

void listener::hand_out(int descriptor, const asio::ip::address& from) {
    const std::uint32_t all = net_.total_load();
    if (most_ > 0 && all >= most_ + refusals_at_once) {
        ::close(descriptor);
        return;
    }
    adopt_socket a{descriptor, {}, most_ > 0 && all >= most_};
    const auto six = from.is_v6() ? from.to_v6() : asio::ip::make_address_v6(asio::ip::v4_mapped, from.to_v4());
    const http::ip_address peer = six.to_bytes();
    a.proxied = proxies_.trusts(peer);
    if (!a.proxied && !http::is_loopback(peer)) {
        a.address = http::write_address(peer);
        const auto verdict = by_address_.accept(a.address);
        if (verdict == addresses::verdict::closed) {
            ::close(descriptor);
            return;
        }
        if (verdict == addresses::verdict::refused) {
            a.refuse = true;
            tell_refused(a.address);
        }
    }
    std::uint32_t least = 0;
    for (std::uint32_t s = 1; s < net_.shards(); ++s) {
        if (net_.load(s).load(std::memory_order_relaxed) < net_.load(least).load(std::memory_order_relaxed)) least = s;
    }
    net_.load(least).fetch_add(1, std::memory_order_relaxed);
    here_.send_to(least, std::move(a));
}

bool listener::enter(const std::string& address) {
    if (by_address_.enter(address)) return true;
    tell_refused(address);
    return false;
}

void listener::tell_refused(const std::string& address) const {
    spdlog::debug("{} has {} connections already, and is refused another", address, by_address_.of(address) - 1);
}

}  // namespace tertulia
