// tests/server/ws_memory.cpp: what a connection's receiving side holds, idle and in the middle of a frame.
// Thread: one; it counts the allocations of the whole test binary while it looks.
// Owner: server_tests.
#include "tests/heap.hpp"
#include "tests/server/ws_engine.hpp"

#include <doctest/doctest.h>

#include <memory>

using namespace ws_test;
using tertulia::test::heap_bytes;  // the receivers below take far more than what else may move meanwhile

namespace {

constexpr std::size_t most = 65536;
constexpr std::size_t connections = 100;

// How much the heap grows by feeding `bytes` to each of a hundred receivers.
std::size_t held_by_each(const std::string& bytes) {
    ws::engine shared;
    std::vector<std::unique_ptr<ws::receiver>> receivers;
    for (std::size_t i = 0; i < connections; ++i) receivers.push_back(std::make_unique<ws::receiver>(shared, most));
    std::string copy;
    copy.reserve(bytes.size());
    const std::size_t before = heap_bytes();
    for (auto& receiver : receivers) {
        copy = bytes;
        std::span<std::uint8_t> rest(reinterpret_cast<std::uint8_t*>(copy.data()), copy.size());
        while (const auto got = receiver->next(rest).value()) continue;
    }
    const std::size_t after = heap_bytes();
    return after > before ? (after - before) / connections : 0;
}

}  // namespace

TEST_CASE("an idle receiver is small and borrows nothing") {
    CHECK(sizeof(ws::receiver) <= 24);
    peer p;
    CHECK(p.receiver.idle());
    p.feed("");
    CHECK(p.receiver.idle());
    p.feed(text("hola") + control(9, "x") + part(1, "a") + last("b"));
    CHECK(p.receiver.idle());
}

TEST_CASE("a receiver is not idle inside a header, a payload or a message") {
    const std::string whole = text("hola");
    for (std::size_t cut = 1; cut < whole.size(); ++cut) {
        peer p;
        p.feed(whole.substr(0, cut));
        CHECK_FALSE(p.receiver.idle());
        p.feed(whole.substr(cut));
        CHECK(p.receiver.idle());
    }
    peer p;
    p.feed(part(1, "a") + control(9));
    CHECK_FALSE(p.receiver.idle());
    p.feed(last("b"));
    CHECK(p.receiver.idle());
}

TEST_CASE("one that ends inside a message leaves nothing of it to the next that borrows") {
    ws::engine shared;
    for (const std::string& unfinished : {part(1, "old \xf0\x9f"), text("old").substr(0, 5), std::string("\x81")}) {
        {
            ws::receiver first(shared, most);
            std::string bytes = unfinished;
            std::span<std::uint8_t> rest(reinterpret_cast<std::uint8_t*>(bytes.data()), bytes.size());
            CHECK_FALSE(first.next(rest).value());
        }
        ws::receiver second(shared, most);
        std::string bytes = text("new");
        std::span<std::uint8_t> rest(reinterpret_cast<std::uint8_t*>(bytes.data()), bytes.size());
        const auto got = second.next(rest).value();
        REQUIRE(got);
        CHECK(got->payload == "new");
    }
}

TEST_CASE("a hundred connections inside messages at once do not mix them up") {
    ws::engine shared;
    std::vector<std::unique_ptr<ws::receiver>> receivers;
    const auto feed = [&](std::size_t i, std::string bytes) {
        std::span<std::uint8_t> rest(reinterpret_cast<std::uint8_t*>(bytes.data()), bytes.size());
        return receivers[i]->next(rest).value();
    };
    for (std::size_t i = 0; i < connections; ++i) {
        receivers.push_back(std::make_unique<ws::receiver>(shared, most));
        CHECK_FALSE(feed(i, part(1, std::to_string(i))));
    }
    for (std::size_t i = 0; i < connections; ++i) CHECK(feed(i, last(".")).value().payload == std::to_string(i) + ".");
}

TEST_CASE("memory follows what has come, not what is announced") {
    const std::size_t before = heap_bytes();
    const std::vector<char> probe(100'000);
    REQUIRE(heap_bytes() - before >= probe.size());  // or the figures below would say nothing

    constexpr std::size_t state = 700;  // a processor, a message, and what malloc adds
    SUBCASE("by a first frame") {
        CHECK(held_by_each(client_frame{1, "", true, 0, -1, most}.bytes()) < state);
        CHECK(held_by_each(client_frame{1, "abc", true, 0, -1, most}.bytes()) < state);
    }
    SUBCASE("by a continuation") {
        CHECK(held_by_each(part(1, "abc") + client_frame{0, "", true, 0, -1, most - 3}.bytes()) < state);
    }
    SUBCASE("and nothing is kept of finished messages") {
        CHECK(held_by_each(text(std::string(most, 'a'))) < state / 10);
    }
}
