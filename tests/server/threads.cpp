// tests/server/threads.cpp: shards on threads of their own, real sockets: what the simulation's one thread can't show.
// Thread: the test's, which is the clients', and one for each shard.
// Owner: server_tests. Run under ThreadSanitizer, too.
#include "core/asio_loop.hpp"
#include "server/net/asio_stream.hpp"
#include "server/net/sockets.hpp"
#include "server/shard.hpp"
#include "server/store/memory_log.hpp"
#include "tests/server/ws_engine.hpp"

#include <asio/connect.hpp>
#include <asio/post.hpp>
#include <asio/read.hpp>
#include <asio/write.hpp>
#include <doctest/doctest.h>

#include <thread>

using namespace tertulia;

namespace {

/// The real server's shards, without its listener and signals.
class server {
public:
    using open_sockets = std::unique_ptr<net::sockets> (*)(asio::io_context&);

    server(std::uint32_t shards, open_sockets open) {
        static const core::system_clock machine;
        std::vector<core::scheduler*> schedulers;
        for (std::uint32_t i = 0; i < shards; ++i) {
            loops_.push_back(std::make_unique<core::asio_loop>(machine));
            schedulers.push_back(loops_.back().get());
        }
        settings_.limits.commands_per_s = 0;
        net_ = std::make_unique<network>(schedulers);
        for (std::uint32_t i = 0; i < shards; ++i) {
            sockets_.push_back(open(loops_[i]->io()));
            shards_.push_back(std::make_unique<shard>(i, *loops_[i], *net_, settings_, logs_, tokens_, i + 1,
                                                      *sockets_[i], [this](const shard_letter& l) { take(l); }));
        }
        for (std::uint32_t i = 0; i < shards; ++i) {
            threads_.emplace_back([this, i] { (void)loops_[i]->run(shards_[i]->run()); });
        }
    }
    /// Waits for the threads; after drain().
    ~server() { threads_.clear(); }

    void drain() {
        in_first([this] { tell_all(begin_drain{}); });
    }
    void adopt(std::uint32_t to, int descriptor) {
        net_->load(to).fetch_add(1);
        in_first([this, to, descriptor] { shards_[0]->send_to(to, adopt_socket{descriptor, {}, false}); });
    }

private:
    template <class F>
    void in_first(F f) {
        asio::post(loops_[0]->io(), std::move(f));
    }
    template <class Letter>
    void tell_all(const Letter& l) {
        for (std::uint32_t s = 0; s < shards_.size(); ++s) shards_[0]->send_to(s, l);
    }
    void take(const shard_letter& l) {  // on the first shard's thread
        if (std::holds_alternative<drained>(l) && ++drained_ == shards_.size()) tell_all(end_shard{});
    }

    shard_settings settings_;
    store::memory_keeper logs_{0, 2};
    const chat::token_signer tokens_;
    std::vector<std::unique_ptr<core::asio_loop>> loops_;
    std::unique_ptr<network> net_;
    std::vector<std::unique_ptr<net::sockets>> sockets_;
    std::vector<std::unique_ptr<shard>> shards_;
    std::size_t drained_ = 0;
    std::vector<std::jthread> threads_;
};

/// A blocking client.
class client {
public:
    client(asio::io_context& io, server& at, std::uint32_t shard, const std::string& query) : socket_(io) {
        asio::ip::tcp::acceptor door{io, {asio::ip::address_v4::loopback(), 0}};
        socket_.connect(door.local_endpoint());
        at.adopt(shard, door.accept().release());
        write("GET /ws" + query +
              " HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
              "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
        std::string head;
        while (!head.ends_with("\r\n\r\n")) head += read(1);
        CHECK(head.starts_with("HTTP/1.1 101 "));
    }
    void write(const std::string& bytes) { asio::write(socket_, asio::buffer(bytes)); }
    void say(const std::string& json) { write(ws_test::text(json)); }
    /// The next frame: its opcode, and its payload.
    std::pair<int, std::string> hear() {
        const std::string head = read(2);
        std::size_t length = static_cast<unsigned char>(head[1]);
        if (length >= 126) {
            const std::string more = read(length == 126 ? 2 : 8);
            length = 0;
            for (const char c : more) length = length << 8 | static_cast<unsigned char>(c);
        }
        return {head[0] & 15, read(length)};
    }
    std::string hear_until(const std::string& part) {
        for (;;) {
            auto [opcode, payload] = hear();
            if (payload.find(part) != std::string::npos) return payload;
            if (opcode == 8) return "closed: " + payload;
        }
    }

private:
    std::string read(std::size_t n) {
        std::string bytes(n, '\0');
        asio::read(socket_, asio::buffer(bytes));
        return bytes;
    }
    asio::ip::tcp::socket socket_;
};

std::uint64_t seq_of(const std::string& event) {
    return std::strtoull(event.c_str() + event.find("\"seq\":") + 6, nullptr, 10);
}

}  // namespace

TEST_CASE("clients of two threads get every event of rooms on both, once and in order") {
    constexpr std::size_t posts = 200;
    const std::vector<std::string> rooms{"a", "b", "c", "d"};  // some live on one shard, some on the other
    asio::io_context io;
    server::open_sockets open = nullptr;
    SUBCASE("on sockets of epoll") {
        open = [](asio::io_context& on) -> std::unique_ptr<net::sockets> {
            return std::make_unique<net::native_sockets>(on);
        };
    }
    SUBCASE("on sockets of Asio") {
        open = [](asio::io_context& on) -> std::unique_ptr<net::sockets> {
            return std::make_unique<net::asio_sockets>(on);
        };
    }
    server at{2, open};
    std::vector<std::unique_ptr<client>> clients;
    for (std::uint32_t i = 0; i < 4; ++i) {
        clients.push_back(std::make_unique<client>(io, at, i % 2, "?name=user-" + std::to_string(i)));
        for (const auto& room : rooms) {
            clients.back()->say(R"({"type":"join","room":")" + room + R"(","history":0})");
            CHECK(clients.back()->hear_until("\"joined\"").find("\"first\":1,") != std::string::npos);
        }
    }
    for (std::size_t i = 0; i < posts; ++i) {
        clients[i % clients.size()]->say(R"({"type":"message","room":")" + rooms[i % rooms.size()] +
                                         R"(","text":"x"})");
        clients[i % clients.size()]->say(R"({"type":"rooms","id":"all"})");
    }
    for (auto& c : clients) {
        std::map<std::string, std::uint64_t> reached;
        for (std::size_t i = 0; i < posts; ++i) {
            const std::string event = c->hear_until("\"message\"");
            const std::string room = event.substr(event.find("\"room\":\"") + 8, 1);
            CHECK(seq_of(event) == ++reached[room]);
        }
        for (const auto& room : rooms) CHECK(reached[room] == posts / rooms.size());
    }
    clients.front().reset();  // one is gone by itself; the others are told to go
    at.drain();
    for (std::size_t i = 1; i < clients.size(); ++i) CHECK(clients[i]->hear_until("retry_ms=").starts_with("\x03\xe9"));
}
