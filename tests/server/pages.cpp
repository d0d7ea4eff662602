// tests/server/pages.cpp: a page of the log is read once for all who ask, and never older than what the room changed.
// Thread: one.
// Owner: server_tests.
#include "server/chat/pages.hpp"

#include "core/test_loop.hpp"
#include "server/store/memory_log.hpp"

#include <doctest/doctest.h>

using namespace tertulia;

namespace {

struct fixture {
    fixture() { change(protocol::message_body{"first", {}}); }
    ~fixture() {
        loop.run([](core::scope& of) -> core::task<> {
            auto ended = co_await of.join();
            CHECK(ended);
        }(reading));
    }
    void change(protocol::event_body body) {
        std::vector<store::draft> one;
        one.push_back({{7, "ana", true}, std::move(body), {}});
        REQUIRE(loop.run(log.append(loop.ctx(), "lobby", std::move(one))).front());
    }
    chat::pages::shared_page get(std::uint64_t start, std::uint64_t seq, protocol::format as = protocol::format::json) {
        const std::string epoch = loop.run(log.open(loop.ctx(), "lobby"))->epoch;
        return loop.run(all.get(loop.ctx(), {"lobby", "lobby", epoch, start, as}, seq)).value();
    }
    [[nodiscard]] static bool has(const chat::pages::shared_page& p, std::string_view word) {
        return p->bytes.find(word) != std::string::npos;
    }

    core::test_loop loop;
    store::memory_log log{loop.clock(), loop.random(), 1 << 20};
    core::scope reading{loop.ctx(), "reading"};
    chat::pages all{reading, log};
};

}  // namespace

TEST_CASE("a page is read and framed once for all who ask, for each format") {
    fixture f;
    for (int i = 0; i < 70; ++i) f.change(protocol::message_body{"more", {}});
    const auto first = f.get(1, 1);
    CHECK(first->starts.size() == hub::page_events);
    CHECK(f.get(1, 60) == first);
    CHECK(f.get(65, 65)->first == 65);
    CHECK(f.get(1, 1, protocol::format::text) != first);
    CHECK(f.get(1, 1) == first);
    SUBCASE("until it has been kept for some seconds") {
        f.loop.advance(std::chrono::seconds{11});
        CHECK(f.get(1, 1) != first);
    }
    SUBCASE("until what is not used is given back") {
        f.all.rest();
        CHECK(f.get(1, 1) != first);
    }
}

TEST_CASE("a page that ends before what is wanted is read anew") {
    fixture f;
    const auto first = f.get(1, 1);
    f.change(protocol::message_body{"second", {}});
    CHECK(f.get(1, 1) == first);
    const auto longer = f.get(1, 2);
    CHECK(f.has(longer, "second"));
    CHECK(f.get(1, 1) == longer);
}

TEST_CASE("after a change no page is given that has the changed message or lies behind it, and others are kept") {
    fixture f;
    for (int i = 2; i <= 130; ++i) f.change(protocol::message_body{"text-" + std::to_string(i) + "-", {}});
    const auto one = f.get(1, 1);
    const auto two = f.get(65, 65);
    const auto three = f.get(129, 129);
    REQUIRE(f.has(two, "text-100-"));
    f.change(protocol::deleted_body{100});
    f.all.changed("lobby", 100);
    CHECK(f.get(1, 1) == one);
    CHECK_FALSE(f.has(f.get(65, 65), "text-100-"));
    CHECK(f.get(129, 129) != three);  // there may be edits of it
    f.all.changed("another room", 1);
    CHECK(f.get(1, 1) == one);
}

TEST_CASE("where a log begins anew nothing of the one before is given") {
    fixture f;
    REQUIRE(f.has(f.get(1, 1), "first"));
    f.log.close("lobby");
    for (int i = 0; i < 200; ++i) {
        std::vector<store::draft> one;
        one.push_back({{7, "ana", true}, protocol::message_body{std::string(8'000, 'x'), {}}, {}});
        REQUIRE(f.loop.run(f.log.append(f.loop.ctx(), "busy", std::move(one))).front());
    }
    f.change(protocol::message_body{"another", {}});
    CHECK_FALSE(f.has(f.get(1, 1), "first"));
}
