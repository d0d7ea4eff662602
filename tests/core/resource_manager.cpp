// tests/core/resource_manager.cpp: what core/resource_manager.hpp promises.
// Thread: one.
// Owner: core_tests.
#include "core/resource_manager.hpp"

#include "core/sleep.hpp"
#include "tests/core/support.hpp"

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

using namespace core_test;

namespace {

struct room {
    explicit room(std::string n) : name(std::move(n)) {}
    std::string name;
    bool dying = false;
};

using rooms = core::resource_manager<std::string, room>;

/// A manager that counts what it makes and keeps what was put to rest.
struct house {
    explicit house(test_loop& loop)
        : manager(
              loop, 30s,
              [this](const std::string& name) {
                  ++made;
                  if (fails) throw std::runtime_error{"no room"};
                  return std::make_unique<room>(name);
              },
              [this](std::unique_ptr<room> r) {
                  r->dying = true;
                  rested.push_back(std::move(r));
              }) {}
    int made = 0;
    bool fails = false;
    std::vector<std::unique_ptr<room>> rested{};
    rooms manager;
};

}  // namespace

TEST_CASE("R5: what is asked for by name is made once, though ten ask at once, and is the same for all") {
    for_seeds(1'000, [](test_loop& loop) {
        house h{loop};
        std::vector<rooms::handle> handles(10);
        for (auto& handle : handles) {
            loop.spawn("asks", [](rooms& m, context& ctx, rooms::handle& to) -> task<> {
                auto slept = co_await core::yield(ctx);
                CHECK(slept);
                to = m.acquire("lobby");
            }(h.manager, loop.ctx(), handle));
        }
        loop.settle();
        CHECK(h.made == 1);
        for (auto& handle : handles) {
            REQUIRE(handle);
            CHECK(&*handle == &*handles[0]);
            CHECK(handle->name == "lobby");
        }
        auto other = h.manager.acquire("garden");
        CHECK(&*other != &*handles[0]);
        CHECK(h.made == 2);
        CHECK(h.manager.size() == 2);
        int seen = 0;
        h.manager.each([&](room&) { ++seen; });
        CHECK(seen == 2);
    });
}

TEST_CASE("R6: it is found by name while it is used, and find makes nothing") {
    test_loop loop;
    house h{loop};
    CHECK_FALSE(h.manager.find("lobby"));
    CHECK(h.made == 0);
    const auto made = h.manager.acquire("lobby");
    const auto found = h.manager.find("lobby");
    CHECK(&*found == &*made);
}

TEST_CASE("R5: a failed creation is told to each of ten who ask and leaves nothing") {
    test_loop loop;
    house h{loop};
    h.fails = true;
    for (int i = 0; i < 10; ++i) CHECK_THROWS_WITH(static_cast<void>(h.manager.acquire("lobby")), "no room");
    CHECK(h.made == 10);
    CHECK(h.manager.size() == 0);
    CHECK_FALSE(h.manager.find("lobby"));
    h.fails = false;
    CHECK(h.manager.acquire("lobby"));
}

TEST_CASE("R6: what nobody holds is put to rest after the idle time and not before") {
    test_loop loop;
    house h{loop};
    auto held = h.manager.acquire("lobby");
    loop.advance(1h);
    CHECK(h.rested.empty());  // not while somebody holds it
    CHECK(loop.timers() == 0);

    auto too = h.manager.acquire("lobby");
    held.reset();
    CHECK_FALSE(held);
    held.reset();  // once more is harmless
    loop.advance(1h);
    CHECK(h.rested.empty());
    too.reset();
    loop.advance(30s - 1ns);
    CHECK(h.manager.size() == 1);

    SUBCASE("then it is gone and the next one is new") {
        loop.advance(1ns);
        CHECK(h.manager.size() == 0);
        REQUIRE(h.rested.size() == 1);
        CHECK_FALSE(h.manager.find("lobby"));
        CHECK(loop.timers() == 0);
        const auto anew = h.manager.acquire("lobby");
        CHECK(h.made == 2);
        CHECK_FALSE(anew->dying);
    }
    SUBCASE("used just before it stays the same and its time begins anew") {
        auto again = h.manager.find("lobby");
        REQUIRE(again);
        loop.advance(1h);
        CHECK(h.rested.empty());
        again.reset();
        loop.advance(30s - 1ns);
        CHECK(h.rested.empty());
        loop.advance(1ns);
        CHECK(h.rested.size() == 1);
        CHECK(h.made == 1);
        CHECK(loop.timers() == 0);
    }
}

TEST_CASE("each rests at its own time in the order they were left") {
    test_loop loop;
    house h{loop};
    for (const char* name : {"a", "b", "c"}) {
        { const auto used = h.manager.acquire(name); }
        loop.advance(10s);
    }
    CHECK(h.rested.size() == 1);
    { const auto used = h.manager.acquire("b"); }  // moves b behind c
    loop.advance(20s);
    REQUIRE(h.rested.size() == 2);
    loop.advance(10s);
    REQUIRE(h.rested.size() == 3);
    CHECK(h.rested[0]->name == "a");
    CHECK(h.rested[1]->name == "c");
    CHECK(h.rested[2]->name == "b");
}

TEST_CASE("R6: what is used at the moment it should rest is the same or a new one and never a dying one") {
    for_seeds(1'000, [](test_loop& loop) {
        house h{loop};
        { const auto used = h.manager.acquire("lobby"); }
        for (int i = 0; i < 4; ++i) {
            loop.spawn("uses", [](rooms& m, context& ctx) -> task<> {
                auto slept = co_await core::sleep_for(ctx, 30s);
                CHECK(slept);
                const auto used = m.acquire("lobby");
                auto moment = co_await core::yield(ctx);
                CHECK(moment);
                CHECK_FALSE(used->dying);
            }(h.manager, loop.ctx()));
        }
        loop.advance(30s);
        CHECK(loop.running() == 0);
        loop.advance(30s);
        CHECK(h.rested.size() == static_cast<std::size_t>(h.made));
    });
}

TEST_CASE("a handle moves and releases once") {
    test_loop loop;
    house h{loop};
    auto b = h.manager.acquire("b");
    {
        auto a = h.manager.acquire("a");
        rooms::handle moved{std::move(a)};
        CHECK(moved->name == "a");
        b = std::move(moved);
        CHECK(b->name == "a");
        h.manager.rest_all();
    }
    CHECK(h.rested.empty());  // what b held before went with the handle that was moved into it
    h.manager.rest_all();
    REQUIRE(h.rested.size() == 1);
    CHECK(h.rested[0]->name == "b");
    b.reset();
    h.manager.rest_all();
    CHECK(h.rested.size() == 2);
}

TEST_CASE("all that nobody holds can be put to rest at once and goes with the manager at the latest") {
    test_loop loop;
    house h{loop};
    const auto held = h.manager.acquire("held");
    { const auto used = h.manager.acquire("idle"); }
    h.manager.rest_all();
    REQUIRE(h.rested.size() == 1);
    CHECK(h.rested[0]->name == "idle");
    CHECK(h.manager.size() == 1);
    CHECK(loop.timers() == 0);

    std::vector<std::string> rested;
    {
        rooms manager{loop, 30s, [](const std::string& n) { return std::make_unique<room>(n); },
                      [&](std::unique_ptr<room> r) { rested.push_back(r->name); }};
        const auto used = manager.acquire("one");
    }
    CHECK(rested == std::vector<std::string>{"one"});
    CHECK(loop.timers() == 0);
}

TEST_CASE("what is put to rest may use and leave others as it goes") {
    test_loop loop;
    rooms* manager = nullptr;
    int rested = 0;
    rooms m{loop, 30s, [](const std::string& n) { return std::make_unique<room>(n); },
            [&](std::unique_ptr<room> r) {
                ++rested;
                if (rested > 1) return;
                const auto again = manager->acquire(r->name);  // a new one already
                CHECK_FALSE(again->dying);
                const auto other = manager->acquire("other");
            }};
    manager = &m;
    { const auto used = m.acquire("first"); }
    loop.advance(30s);
    CHECK(rested == 1);
    CHECK(m.size() == 2);
    loop.advance(30s);
    CHECK(rested == 3);
    CHECK(loop.timers() == 0);
}

TEST_CASE("a handle that outlives its manager is a bug that is told") {
    CHECK(contains(last_words([] {
                       test_loop loop{1};
                       rooms::handle kept;
                       house h{loop};
                       kept = h.manager.acquire("lobby");
                   }),
                   "all_.empty()"));
}
