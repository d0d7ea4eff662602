// tests/server/shared_text.cpp: a text that is kept once for all who hold it, and for as long as one of them does.
// Thread: one, and two that copy at the same time.
// Owner: server_tests.
#include "server/chat/shared_text.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <thread>

using tertulia::chat::shared_text;

TEST_CASE("copies of a shared text are the same memory, and outlive the first") {
    shared_text last;
    CHECK(last.empty());
    CHECK(last.view().empty());
    const char* where = nullptr;
    {
        const shared_text first{std::string(100, 'x')};
        where = first.view().data();
        last = first;
        const shared_text moved = std::move(last);
        last = moved;
    }
    CHECK(last.view().data() == where);
    CHECK(last == std::string(100, 'x'));
    CHECK(std::string{last} == std::string(100, 'x'));
    last = "another";
    CHECK(last == "another");
    last = shared_text{};
    CHECK(last.empty());
    CHECK(shared_text{""}.empty());
}

TEST_CASE("a shared text may be copied and let go of on several threads") {
    auto text = std::make_unique<shared_text>("a name that is longer than a small string");
    const auto copies = [](shared_text mine) {
        for (int i = 0; i < 10'000; ++i) {
            const shared_text one = mine;
            if (one != "a name that is longer than a small string") return;
        }
    };
    std::thread other{copies, *text};
    std::thread another{copies, *text};
    text.reset();
    other.join();
    another.join();
}
