// tests/server/streams.cpp: one contract for every kind of stream, on real sockets of this machine.
// Thread: one; a loop of real time.
// Owner: server_tests.
#include "core/asio_loop.hpp"
#include "core/scope.hpp"
#include "core/sleep.hpp"
#include "server/net/asio_stream.hpp"
#include "server/net/sockets.hpp"

#include <asio/read.hpp>
#include <asio/write.hpp>
#include <doctest/doctest.h>
#include <sys/socket.h>

#include <array>
#include <string>

using namespace tertulia;
using state = net::transfer::state;

namespace {

constexpr std::size_t much = std::size_t{4} << 20;  // more than both kernels' buffers keep

/// A stream of ours and a plain socket at its other end, on one loop.
template <class Sockets>
struct fixture {
    fixture() {
        asio::ip::tcp::acceptor door{loop.io(), {asio::ip::address_v4::loopback(), 0}};
        peer.connect(door.local_endpoint());
        ours = sockets.adopt(door.accept().release());
    }
    void run(core::task<> work) { CHECK(loop.run(std::move(work))); }
    void peer_says(const std::string& bytes) { asio::write(peer, asio::buffer(bytes)); }

    core::system_clock clock;
    core::asio_loop loop{clock};
    Sockets sockets{loop.io()};
    asio::ip::tcp::socket peer{loop.io()};
    std::unique_ptr<net::stream> ours;
    core::context root{loop};
    std::array<std::uint8_t, 4096> into{};
};

/// Fills the socket until it takes no more.
std::size_t fill(net::stream& s) {
    const std::string chunk(64 * 1024, 'x');
    for (std::size_t sent = 0;;) {
        const net::transfer t = s.send(chunk);
        if (t.what != state::some) return sent;
        sent += t.bytes;
    }
}

}  // namespace

TEST_CASE_TEMPLATE("bytes that have come are read, also what is behind a full buffer", Sockets, net::native_sockets,
                   net::asio_sockets) {
    fixture<Sockets> f;
    CHECK(f.ours->read(f.into).what == state::later);
    f.peer_says(std::string(10'000, 'a'));
    f.run([](auto& at) -> core::task<> {
        std::size_t got = 0;
        while (got < 10'000) {
            const bool ready = co_await at.ours->readable(at.root);
            CHECK(ready);
            got += at.ours->read(at.into).bytes;
        }
        CHECK(at.ours->read(at.into).what == state::later);
    }(f));
}

TEST_CASE_TEMPLATE("an end that comes with the last bytes is seen behind them", Sockets, net::native_sockets,
                   net::asio_sockets) {
    fixture<Sockets> f;
    f.peer_says("last");
    f.peer.shutdown(asio::socket_base::shutdown_send);
    f.run([](auto& at) -> core::task<> {
        std::size_t got = 0;
        for (net::transfer t; t.what != state::ended; got += t.bytes) {
            const bool ready = co_await at.ours->readable(at.root);
            CHECK(ready);
            t = at.ours->read(at.into);
        }
        CHECK(got == 4);
    }(f));
}

TEST_CASE_TEMPLATE("a reset wakes who reads and who writes", Sockets, net::native_sockets, net::asio_sockets) {
    fixture<Sockets> f;
    (void)fill(*f.ours);
    f.run([](auto& at) -> core::task<> {
        core::scope both{at.root, "both"};
        both.spawn("reader", [](auto& t) -> core::task<> {
            const bool ready = co_await t.ours->readable(t.root);
            CHECK(ready);
            CHECK(t.ours->read(t.into).what == state::ended);
        }(at));
        both.spawn("writer", [](auto& t) -> core::task<> {
            const bool ready = co_await t.ours->writable(t.root);
            CHECK(ready);
            CHECK(t.ours->send("x").what == state::ended);
        }(at));
        co_await core::yield(at.root);
        at.peer.set_option(asio::socket_base::linger{true, 0});
        at.peer.close();
        auto ended = co_await both.join();
        CHECK(ended);
    }(f));
}

TEST_CASE_TEMPLATE("a full socket is written to again when the other side reads, though that side says nothing more",
                   Sockets, net::native_sockets, net::asio_sockets) {
    fixture<Sockets> f;
    const std::size_t taken = fill(*f.ours);
    CHECK(taken < much);
    f.peer.shutdown(asio::socket_base::shutdown_send);  // a half-closed peer may still read
    f.peer.non_blocking(true);
    f.run([](auto& at) -> core::task<> {
        bool ready = true;
        for (int i = 0; ready; ++i) {  // until both kernels are full: then it waits, and doesn't spin
            REQUIRE(i < 1000);
            core::timed_context soon{at.root, std::chrono::milliseconds{50}};
            ready = co_await at.ours->writable(soon);
            (void)fill(*at.ours);
        }
        std::string bytes(much, '\0');
        asio::error_code ec;
        while (at.peer.read_some(asio::buffer(bytes), ec) > 0 && !ec) {
        }
        ready = co_await at.ours->writable(at.root);
        CHECK(ready);
        CHECK(at.ours->send("x").what == state::some);
    }(f));
}

TEST_CASE_TEMPLATE("a wait ends with its context, and another may follow", Sockets, net::native_sockets,
                   net::asio_sockets) {
    fixture<Sockets> f;
    f.run([](auto& at) -> core::task<> {
        core::context one{at.root};
        core::scope waiting{at.root, "waiting"};
        waiting.spawn("reader", [](auto& t, core::context& ctx) -> core::task<> {
            const bool ready = co_await t.ours->readable(ctx);
            CHECK_FALSE(ready);
        }(at, one));
        co_await core::yield(at.root);
        one.cancel();
        auto ended = co_await waiting.join();
        CHECK(ended);
        at.peer_says("now");
        const bool ready = co_await at.ours->readable(at.root);
        CHECK(ready);
        CHECK(at.ours->read(at.into).bytes == 3);
    }(f));
}

TEST_CASE_TEMPLATE("what was sent arrives behind finish(), then the end", Sockets, net::native_sockets,
                   net::asio_sockets) {
    fixture<Sockets> f;
    CHECK(f.ours->send("bye").bytes == 3);
    f.ours->finish();
    std::string heard;
    asio::error_code ec;
    asio::read(f.peer, asio::dynamic_buffer(heard), ec);
    CHECK(heard == "bye");
    CHECK(ec == asio::error::eof);
}
