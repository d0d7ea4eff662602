// server/store/sqlite_search.cpp: from a coroutine to a thread that may search for a while, and can be stopped.
// Thread: see the header.
// Owner: see the header.
#include "server/store/sqlite_search.hpp"

#include "core/stop_flag.hpp"

namespace tertulia::store {

namespace {

constexpr std::chrono::seconds search_within{3};  // in the line and on its thread
constexpr core::pool_limits searching{2, 0};      // so many of a shard at once

}  // namespace

sqlite_search::sqlite_search(std::string path, core::scheduler& on, core::worker_pool& workers)
    : path_(std::move(path)),
      workers_(workers),
      finders_(
          on, searching, [this](core::context& ctx) { return new_finder(ctx); },
          [](core::context&, sqlite_finder& f) -> core::task<bool> { co_return f.healthy(); }) {}

core::task<core::result<std::unique_ptr<sqlite_finder>>> sqlite_search::new_finder(core::context& ctx) {
    auto made = co_await workers_.run(ctx, [this] { return sqlite_finder::open(path_); });
    co_return made;
}

core::task<core::result<found_messages>> sqlite_search::find(core::context& ctx, search_question what) {
    core::timed_context soon{ctx, search_within};
    auto lent = co_await finders_.acquire(soon, "sqlite_search");
    if (!lent) co_return tl::unexpected<core::error>(lent.error());
    sqlite_finder& finder = **lent;
    const core::stop_flag stop{soon};
    auto got = co_await workers_.run(soon, [&] { return finder.find(what, [&stop] { return stop.done(); }); });
    if (!got && got.error().code == core::errc::unavailable) lent->discard();
    co_return got;
}

}  // namespace tertulia::store
