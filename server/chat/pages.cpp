// server/chat/pages.cpp: reading and framing a page where none is kept.
// Thread: the rooms' home shard.
// Owner: see the header.
#include "server/chat/pages.hpp"

namespace tertulia::chat {

namespace {

/// Of all rooms of a shard together. A page of short messages takes some 16 kB.
constexpr std::size_t pages_most = 64;
/// What retention forgets meanwhile may be given out for so long.
constexpr std::chrono::seconds fresh{10};

core::task<core::result<pages::shared_page>> read_and_frame(store::log& log, core::context& ctx, page_key which) {
    auto got = co_await log.read(ctx, which.log, {which.start - 1, 0, hub::page_events});
    if (!got) co_return tl::unexpected<core::error>(got.error());
    const std::uint64_t first = got->events.empty() ? which.start : got->events.front().seq;
    co_return std::make_shared<const hub::page>(which.as, which.room, first, got->events);
}

}  // namespace

pages::pages(core::scope& in, store::log& log)
    : kept_(in, {pages_most, fresh, core::duration::zero()},
            [&log](core::context& ctx, page_key which) { return read_and_frame(log, ctx, std::move(which)); }) {}

core::task<core::result<pages::shared_page>> pages::get(core::context& ctx, page_key which, std::uint64_t seq) {
    const shared_page* kept = kept_.find(which);
    if (kept != nullptr && !(*kept)->holds(seq)) kept_.erase(which);
    return kept_.get(ctx, std::move(which));
}

void pages::changed(std::string_view room, std::uint64_t seq) {
    kept_.erase_if([&](const page_key& k) { return k.room == room && k.start + hub::page_events > seq; });
}

}  // namespace tertulia::chat
