// server/network.hpp: the shards' mailboxes, and what they say to each other beside the chat's own letters.
// Thread: each mailbox between two shards; the loads any.
// Owner: the server.
#pragma once

#include "core/mailbox.hpp"
#include "server/chat/letters.hpp"

#include <atomic>
#include <memory>
#include <vector>

namespace tertulia {

/// An accepted socket, given to the shard that will serve it.
struct adopt_socket {
    int descriptor = -1;
    std::string address{};  ///< of the peer; empty where it is not counted: loopback, a trusted proxy
    bool refuse = false;    ///< there are too many: 503
    bool proxied = false;   ///< the peer is a trusted proxy: what it says about its client is so
};
/// To the listener's shard: a trusted proxy brings a client of that address. Answer: ok, or a refusal where it has too
/// many; it is counted in both cases, until `socket_gone`.
struct count_client {
    chat::caller from{};
    std::string address{};
};
/// To the listener's shard: the socket of that address is closed.
struct socket_gone {
    std::string address{};
};
/// Close all clients; the answer is `drained`.
struct begin_drain {};
struct drained {};
/// Nobody is connected any more, anywhere: put the rooms to rest and end.
struct end_shard {};

using shard_letter =
    std::variant<chat::letter, adopt_socket, count_client, socket_gone, begin_drain, drained, end_shard>;

/// The shard whose loop has the listener and the signals.
inline constexpr std::uint32_t listening_shard = 0;

class network {
public:
    /// @param loops one scheduler for each shard
    explicit network(const std::vector<core::scheduler*>& loops) : shards_(loops.size()), load_(loops.size()) {
        for (std::size_t from = 0; from < shards_; ++from) {
            for (core::scheduler* to : loops) boxes_.push_back(std::make_unique<core::mailbox<shard_letter>>(*to));
        }
    }
    [[nodiscard]] std::uint32_t shards() const noexcept { return static_cast<std::uint32_t>(shards_); }
    [[nodiscard]] core::mailbox<shard_letter>& between(std::uint32_t from, std::uint32_t to) noexcept {
        return *boxes_[from * shards_ + to];
    }
    /// Sockets of a shard, those included that are on their way to it. Only for choosing and bounding, so relaxed.
    [[nodiscard]] std::atomic<std::uint32_t>& load(std::uint32_t shard) noexcept { return load_[shard]; }
    [[nodiscard]] std::uint32_t total_load() const noexcept {
        std::uint32_t all = 0;
        for (const auto& l : load_) all += l.load(std::memory_order_relaxed);
        return all;
    }

private:
    const std::size_t shards_;
    std::vector<std::unique_ptr<core::mailbox<shard_letter>>> boxes_;
    std::vector<std::atomic<std::uint32_t>> load_;
};

}  // namespace tertulia
