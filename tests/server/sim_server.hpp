// tests/server/sim_server.hpp: a whole server on one test loop: its shards, their mailboxes, and no socket.
// Thread: the test loop's.
// Owner: the test; it is stopped by stop() before it dies.
#pragma once

#include "core/test_loop.hpp"
#include "server/shard.hpp"
#include "server/store/memory_log.hpp"
#include "tests/server/sim_wire.hpp"

#include <cstdlib>
#include <vector>

namespace tertulia::sim {

class server {
public:
    /// @param logs outlives it; nullptr: memory's
    server(core::test_loop& loop, std::uint32_t shards, const protocol::limits& most, store::keeper* logs = nullptr)
        : loop_(loop),
          settings_{most, {}},
          memory_{most.memory_bytes, shards},
          net_(std::vector<core::scheduler*>(shards, &loop)) {
        for (std::uint32_t i = 0; i < shards; ++i) {
            shards_.push_back(std::make_unique<shard>(
                i, loop, net_, settings_, logs != nullptr ? *logs : memory_, tokens_, loop.random()(), none_,
                [this](const shard_letter& l) { drained_ += std::holds_alternative<drained>(l) ? 1 : 0; }));
            loop.spawn("shard", [](server& s, shard& one) -> core::task<> {
                co_await one.run();
                ++s.ended_;
            }(*this, *shards_.back()));
        }
    }

    [[nodiscard]] const protocol::limits& limits() const noexcept { return settings_.limits; }

    /// Whether clients may connect: until it stops.
    [[nodiscard]] bool accepting() const noexcept { return accepting_; }

    /// A new connection, to one of the shards. @param refuse as the listener says where there are too many
    std::shared_ptr<wire> connect(std::size_t window, bool refuse = false) {
        auto w = std::make_shared<wire>(loop_.random(), window);
        const auto to = static_cast<std::uint32_t>(loop_.random()() % shards_.size());
        net_.load(to).fetch_add(1);
        shards_[to]->serve(std::make_unique<wire_stream>(w), adopt_socket{-1, {}, refuse, false});
        return w;
    }

    /// Whatever is told to each shard, in the way of the real server.
    template <class Letter>
    void tell_all(const Letter& l) {
        for (std::uint32_t s = 0; s < shards_.size(); ++s) shards_[0]->send_to(s, l);
        loop_.wake();
    }

    /// Drains, and ends when nobody is connected any more. Throws where that never comes.
    void stop() {
        accepting_ = false;
        tell_all(begin_drain{});
        loop_.run_until([&] { return drained_ == shards_.size(); });
        tell_all(end_shard{});
        loop_.run_until([&] { return ended_ == shards_.size(); });
    }

    /// Sockets of all shards.
    [[nodiscard]] std::uint32_t sockets() const noexcept { return net_.total_load(); }

    /// The answer to a request on a connection of its own, head and body.
    std::string http(std::string_view request) {
        auto w = connect(1 << 20);
        w->send(request);
        std::string answer;
        loop_.run_until([&] {
            answer += w->take(1 << 20);
            return w->ended();
        });
        w->finish();
        loop_.settle();
        return answer;
    }

    /// The sum of what /metrics tells of each shard.
    double metric(const std::string& name) {
        const std::string page = http("GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        const std::string line = "\n" + name + "{";
        double sum = -1;
        for (auto i = page.find(line); i != std::string::npos; i = page.find(line, i + 1)) {
            sum = std::max(sum, 0.0) + std::strtod(page.c_str() + page.find("} ", i) + 2, nullptr);
        }
        return sum;
    }

private:
    /// Its streams are wires.
    struct no_sockets final : net::sockets {
        std::unique_ptr<net::stream> adopt(int) override { return nullptr; }
    };

    core::test_loop& loop_;
    no_sockets none_;
    const shard_settings settings_;
    store::memory_keeper memory_;
    const chat::token_signer tokens_;
    network net_;
    std::vector<std::unique_ptr<shard>> shards_;
    bool accepting_ = true;
    std::size_t drained_ = 0;
    std::size_t ended_ = 0;
};

}  // namespace tertulia::sim
