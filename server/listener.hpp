// server/listener.hpp: the one listener: accepts, and gives each socket to the shard with the fewest.
// Thread: the listening shard's.
// Owner: the server.
#pragma once

#include "core/context.hpp"
#include "core/task.hpp"
#include "server/addresses.hpp"
#include "server/http/forwarded.hpp"
#include "server/network.hpp"

#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>

#include <string>
#include <vector>

namespace tertulia {

class shard;

/// One listener for all shards, for with one for each (SO_REUSEPORT) a second server would start on the same port
/// without an error, and connections that wait at one that closes would be reset.
class listener {
public:
    /// @param proxies whose sockets are counted by who is behind them, when that is told (count_client)
    /// @param most connections of the server; @param most_per_address of one address that is not loopback; 0: no bound
    listener(asio::io_context& io, network& net, shard& here, const http::trusted_proxies& proxies, std::uint32_t most,
             std::uint32_t most_per_address) noexcept
        : io_(io), net_(net), here_(here), proxies_(proxies), most_(most), by_address_(most_per_address) {}

    /// Binds `host:port`. @return the URL that it listens on, or what is wrong, for a person
    core::result<std::string> bind(const std::string& where);

    /// Accepts on all that was bound until `ctx` ends; then the ports are closed.
    core::task<> run(core::context& ctx);

    /// Counts a socket of that address. @return whether it has no more than it may
    bool enter(const std::string& address);

    /// A socket of that address is closed.
    void gone(const std::string& address) { by_address_.gone(address); }

private:
    using acceptor = asio::basic_socket_acceptor<asio::ip::tcp, asio::io_context::executor_type>;

    core::task<> accept_on(acceptor& a, core::context& ctx);
    void hand_out(int descriptor, const asio::ip::address& from);
    void tell_refused(const std::string& address) const;

    asio::io_context& io_;
    network& net_;
    shard& here_;
    const http::trusted_proxies& proxies_;
    const std::uint32_t most_;
    std::vector<acceptor> acceptors_;
    addresses by_address_;
};

}  // namespace tertulia
