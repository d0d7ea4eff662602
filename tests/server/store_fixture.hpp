// tests/server/store_fixture.hpp: the stores that the contract's tests run for, and what those ask of a log.
// Thread: the test's; a store's own threads work beside it.
// Owner: the test.
#pragma once

#include "core/test_loop.hpp"
#include "server/store/memory_log.hpp"
#include "tests/server/store_support.hpp"

namespace tertulia::test {

/// A store that the suite runs for, empty, and the loop that it lives on.
struct in_memory {
    core::test_loop loop;
    store::memory_log log{loop.clock(), loop.random(), 0};
};

struct in_sqlite {
    real_loop loop;
    temporary_folder folder;
    std::unique_ptr<store::sqlite_keeper> keeper =
        store::sqlite_keeper::open(folder / "log.db", store::durability::process, "this boot").value();
    std::unique_ptr<store::log> made = keeper->log_for({loop.on(), loop.random(), {}});
    store::log& log = *made;
};

template <class Store>
struct fixture : Store {
    using Store::log;
    using Store::loop;

    store::draft draft(std::string text, std::string key = {}, std::uint64_t identity = 7) {
        return test::draft(std::move(text), std::move(key), identity);
    }
    store::taken append(const std::string& room, store::draft d) {
        return std::move(loop.run(log.append(loop.ctx(), room, one(std::move(d)))).front());
    }
    store::head open(const std::string& room) { return loop.run(log.open(loop.ctx(), room)).value(); }
    std::vector<std::uint64_t> read(const std::string& room, store::range r, bool* more = nullptr) {
        const auto got = loop.run(log.read(loop.ctx(), room, r)).value();
        if (more != nullptr) *more = got.more;
        std::vector<std::uint64_t> seqs;
        for (const auto& e : got.events) seqs.push_back(e.seq);
        return seqs;
    }
};

}  // namespace tertulia::test
