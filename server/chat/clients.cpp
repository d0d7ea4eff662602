// server/chat/clients.cpp: the table of connections, and the wheel that finds the silent ones.
// Thread: one shard's.
// Owner: see the header.
#include "server/chat/clients.hpp"

#include "core/sleep.hpp"

namespace tertulia::chat {

namespace {

std::uint64_t second_of(core::time_point t) noexcept {
    return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::seconds>(t.time_since_epoch()).count());
}

}  // namespace

client_ref clients::add(connection& c) {
    if (free_.empty()) {
        free_.push_back(static_cast<std::uint32_t>(places_.size()));
        places_.emplace_back();
    }
    const std::uint32_t at = free_.back();
    free_.pop_back();
    place& p = places_[at];
    p.who = &c;
    ++count_;
    return {shard_, at, ++p.serial};
}

void clients::remove(client_ref ref) noexcept {
    place& p = places_[ref.place];
    if (p.serial != ref.serial || p.who == nullptr) return;
    p.who = nullptr;
    free_.push_back(ref.place);
    --count_;
}

connection* clients::find(client_ref ref) const noexcept {
    if (ref.place >= places_.size() || places_[ref.place].serial != ref.serial) return nullptr;
    return places_[ref.place].who;
}

void clients::watch(watched& w, core::time_point when) noexcept {
    w.unlink();
    wheel_[(second_of(when) + 1) % slots].push_back(w);
}

core::task<> clients::turn_wheel(core::context& ctx) {
    std::uint64_t reached = second_of(ctx.on().now());
    for (;;) {
        auto slept = co_await core::sleep_for(ctx, std::chrono::seconds{1});
        if (!slept) co_return;
        const core::time_point now = ctx.on().now();
        for (const std::uint64_t until = second_of(now); reached < until; ++reached) {
            core::list<watched> due;
            due.take(wheel_[(reached + 1) % slots]);
            while (watched* w = due.pop_front()) watch(*w, w->look(now));
        }
    }
}

}  // namespace tertulia::chat
