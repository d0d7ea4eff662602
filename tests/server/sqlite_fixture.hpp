// tests/server/sqlite_fixture.hpp: a server's database in a folder of the test, opened as often as a test likes.
// Thread: the test's; the store's own threads work beside it.
// Owner: the test.
#pragma once

#include "tests/server/store_support.hpp"

namespace tertulia::test {

/// A server's database, and the log of its one shard; opened as often as a test likes.
struct sqlite_fixture {
    void start(store::durability how = store::durability::process, const std::string& booted = "boot 1") {
        auto opened = store::sqlite_keeper::open(path, how, booted);
        REQUIRE_MESSAGE(opened, opened.error().detail);
        keeper = std::move(*opened);
        log = keeper->log_for({loop.on(), loop.random(), {}});
    }
    /// As a killed process does, or with the mark of a clean stop.
    void end(bool clean = true) {
        log.reset();
        if (clean) REQUIRE(keeper->close());
        keeper.reset();
    }
    std::string refused() {
        const auto opened = store::sqlite_keeper::open(path, store::durability::full, "boot 1");
        REQUIRE_FALSE(opened);
        return opened.error().detail;
    }
    store::taken append(const std::string& room, store::draft d) {
        return std::move(loop.run(log->append(loop.ctx(), room, one(std::move(d)))).front());
    }
    store::head head(const std::string& room) { return loop.run(log->open(loop.ctx(), room)).value(); }
    std::vector<protocol::event> events(const std::string& room) {
        return loop.run(log->read(loop.ctx(), room, {0, 0, 1000})).value().events;
    }
    void sql(const std::string& text) {
        REQUIRE(store::sqlite::connection::open(path, store::sqlite::connection::access::write)->execute(text));
    }

    real_loop loop;
    temporary_folder folder;
    const std::string path = folder / "data/tertulia.db";  // the folder is made with it
    std::unique_ptr<store::sqlite_keeper> keeper;
    std::unique_ptr<store::log> log;
};

}  // namespace tertulia::test
