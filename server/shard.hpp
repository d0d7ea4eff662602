// server/shard.hpp: one thread's worth of server: its connections, the rooms whose home it is, its part of the hub.
// Thread: its own; other threads reach it by letter only.
// Owner: the server; made and destroyed on the main thread while no shard runs.
#pragma once

#include "core/oneshot.hpp"
#include "server/chat/directory.hpp"
#include "server/chat/rooms.hpp"
#include "server/front.hpp"
#include "server/http/forwarded.hpp"
#include "server/network.hpp"
#include "server/store/keeper.hpp"

#include <array>
#include <functional>

namespace tertulia {

/// What all shards are told alike; outlives them.
struct shard_settings {
    protocol::limits limits{};
    http::origin_rules origins{};
    http::trusted_proxies proxies{};
};

/// Its turn: letters, then coroutines, then one write for each connection that has something, then its own letters.
class shard final : core::turn_hook, chat::post_office, hub::page_source {
public:
    /// Letters that are not the chat's and not its own: those for who runs the server, on the listener's shard.
    using post_function = std::function<void(shard_letter)>;

    /// @param opened on this shard's loop
    /// @param seed of this shard's random numbers: epochs, identities, made-up names
    shard(std::uint32_t index, core::scheduler& on, network& net, const shard_settings& with, store::keeper& logs,
          const chat::token_signer& tokens, std::uint64_t seed, net::sockets& opened, post_function to_server);
    ~shard();

    /// Serves until it is told to drain and to end; then nothing of it runs any more.
    core::task<> run();

    /// Serves a socket of this shard's. @param of what the listener knows of it; its descriptor is the socket's
    void serve(std::unique_ptr<net::stream> socket, adopt_socket of);
    void send_to(std::uint32_t shard, shard_letter l);

private:
    class counted_socket;

    void turn_begins() override;
    void turn_ends() override;

    void send(std::uint32_t to, chat::letter l) override;
    [[nodiscard]] std::uint32_t shards() const noexcept override { return net_.shards(); }
    void fetch(const std::string& room, hub::page_wish wanted) override;

    void deliver(shard_letter l);
    void hand_out(shard_letter& l);
    void hand_out(chat::letter& l);
    [[nodiscard]] std::unique_ptr<chat::shard_stats> stats();

    core::task<> drain();
    void cut_off_the_late();
    core::task<> rest_rings();

    const std::uint32_t index_;
    core::scheduler& on_;
    network& net_;
    store::keeper& logs_;
    const shard_settings& with_;
    net::sockets& opened_;
    const post_function to_server_;
    std::mt19937_64 random_;
    std::array<std::uint8_t, std::size_t{64} * 1024> read_buffer_{};
    std::vector<shard_letter> arrived_;

    /// Clients whose command is carried out at a time; the others of a crowd wait in line. A command under way takes
    /// some 3 kB, and ten thousand that join at once would leave holes of that size behind.
    core::semaphore attended_{64};
    core::semaphore searches_{16};
    core::context root_;
    core::scope services_;
    core::scope sockets_;   // each is a connection
    core::context asking_;  // of those that speak HTTP only

    hub::hub hub_;
    const std::unique_ptr<store::log> log_;
    chat::rooms rooms_;
    std::unique_ptr<chat::directory> directory_;  // on one shard
    chat::calls calls_;
    chat::clients clients_;
    ws::engine frames_;
    chat::connection_counters counted_{};
    chat::services of_;
    front front_;

    core::oneshot<std::monostate> drain_asked_;
    core::oneshot<std::monostate> end_asked_;
};

}  // namespace tertulia
