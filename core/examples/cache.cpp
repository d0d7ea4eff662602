// core/examples/cache.cpp: pages that take a second to load, once for all who ask, and are kept for a minute.
// Thread: one.
// Owner: the program.
#include "core/cache.hpp"

#include "core/examples/run.hpp"
#include "core/sleep.hpp"

#include <string>

namespace {

// [cache]
core::task<core::result<std::string>> load(core::context& ctx, std::string key) {
    auto slept = co_await core::sleep_for(ctx, 1s);
    if (!slept) co_return core::fail(slept.error().code);
    co_return "page " + key;
}

core::task<> read(core::context& ctx, core::cache<std::string, std::string>& pages, std::string key) {
    auto page = co_await pages.get(ctx, key);
    if (page) std::printf("%s\n", page->c_str());
}

core::task<> three_readers(core::context& ctx) {
    core::scope s{ctx, "pages"};
    core::cache<std::string, std::string> pages{s, {.most = 100, .fresh = 1min}, load};
    core::scope readers{ctx, "readers"};
    for (int i = 0; i < 3; ++i) readers.spawn("reads", read(readers.ctx(), pages, "one"));
    auto read_all = co_await readers.join();
    co_await read(ctx, pages, "one");
    auto loaded = co_await s.join();
    const auto& n = pages.counts();
    if (read_all && loaded) std::printf("%d hits, %d load\n", static_cast<int>(n.hits), static_cast<int>(n.loads));
}
// [end]

}  // namespace

core::task<> example(core::context& ctx) {
    co_await three_readers(ctx);
}
