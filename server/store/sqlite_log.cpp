// server/store/sqlite_log.cpp: from coroutines to the threads that may block, and back.
// Thread: see the header.
// Owner: see the header.
#include "server/store/sqlite_log.hpp"

namespace tertulia::store {

namespace {

constexpr std::chrono::seconds read_within{10};
constexpr core::pool_limits reading{4, 1};  // so many reads of a shard at once

}  // namespace

sqlite_log::sqlite_log(std::string path, keeper::shard_place shard, sqlite_writer& writer, core::worker_pool& workers,
                       core::worker_pool& searchers)
    : path_(std::move(path)),
      shard_(std::move(shard)),
      writer_(writer),
      workers_(workers),
      readers_(
          shard_.on, reading, [this](core::context& ctx) { return new_reader(ctx); },
          [](core::context&, sqlite_reader& r) -> core::task<bool> { co_return r.healthy(); }),
      search_(path_, shard_.on, searchers) {}

core::task<core::result<std::unique_ptr<sqlite_reader>>> sqlite_log::new_reader(core::context& ctx) {
    auto made = co_await workers_.run(ctx, [this] { return sqlite_reader::open(path_); });
    co_return made;
}

template <class F>
core::task<std::invoke_result_t<F&, sqlite_reader&>> sqlite_log::ask(core::context& ctx, F f) {
    using answer = std::invoke_result_t<F&, sqlite_reader&>;
    core::timed_context soon{ctx, read_within};
    auto lent = co_await readers_.acquire(soon, "sqlite_log");
    if (!lent) co_return answer{tl::unexpected<core::error>(lent.error())};
    sqlite_reader& reader = **lent;
    ++counts_.reads;
    auto got = co_await workers_.run(soon, [&] { return f(reader); });
    if (!got && got.error().code == core::errc::unavailable) lent->discard();
    co_return got;
}

core::task<core::result<head>> sqlite_log::open(core::context& ctx, std::string room) {
    const std::uint32_t forgetting = writer_.forgetting(room);  // asked for before the log is read
    if (const auto known = open_.find(room); known != open_.end() && known->second.forgetting == forgetting) {
        co_return known->second.at;
    }
    auto found = co_await ask(ctx, [&](sqlite_reader& r) { return r.head_of(room); });
    if (!found) co_return core::result<head>{tl::unexpected<core::error>(found.error())};
    // A room without events has an epoch that it will keep with its first one.
    if (!*found) *found = head{new_epoch(shard_.random)};
    const std::uint64_t oldest = (*found)->oldest;
    opened& o = open_.try_emplace(std::move(room), opened{std::move(**found), forgetting}).first->second;
    // Of what was known only this can be another; and what was just read may lag behind an append.
    o.at.oldest = oldest;
    o.forgetting = forgetting;
    co_return o.at;
}

core::task<std::vector<taken>> sqlite_log::append(core::context& ctx, std::string room, std::vector<draft> drafts) {
    const std::size_t asked = drafts.size();
    auto before = co_await open(ctx, room);
    if (!before) co_return std::vector<taken>(asked, not_stored());
    sqlite_append on_its_way;
    on_its_way.room = room;
    on_its_way.epoch = before->epoch;
    on_its_way.drafts = std::move(drafts);
    on_its_way.now = shard_.on.clock().wall();
    const auto how = co_await writer_.append(shard_.on, on_its_way);
    counts_.commits += how == sqlite_writer::role::passenger ? 0 : 1;
    counts_.failures += how == sqlite_writer::role::failed ? 1 : 0;
    if (on_its_way.newest > before->newest) counts_.events += on_its_way.newest - before->newest;
    if (const auto now = open_.find(room); now != open_.end() && on_its_way.newest > 0) {
        now->second.at.newest = on_its_way.newest;
        now->second.at.topic = std::move(on_its_way.topic);
    }
    co_return std::move(on_its_way.answers);
}

core::task<core::result<read_events>> sqlite_log::read(core::context& ctx, std::string room, range what) {
    auto got = co_await ask(ctx, [&](sqlite_reader& r) { return r.read(room, what); });
    co_return got;
}

core::task<core::result<std::uint64_t>> sqlite_log::start_of(core::context& ctx, std::string room,
                                                             std::uint32_t messages, std::uint64_t most_back) {
    auto got = co_await ask(ctx, [&](sqlite_reader& r) { return r.start_of(room, messages, most_back); });
    co_return got;
}

void sqlite_log::close(const std::string& room) {
    open_.erase(room);
}

core::task<core::result<std::vector<listed>>> sqlite_log::rooms(core::context& ctx, std::string query) {
    auto got = co_await ask(ctx, [&](sqlite_reader& r) { return r.rooms(query); });
    if (got && shard_.at_home) std::erase_if(*got, [&](const listed& l) { return !shard_.at_home(l.room); });
    co_return got;
}

core::task<core::result<>> sqlite_log::writable(core::context&) {
    auto how = co_await writer_.writable(shard_.on);
    co_return how;
}

log_counts sqlite_log::counts() const noexcept {
    log_counts now = counts_;
    now.readers = readers_.counts();
    return now;
}

}  // namespace tertulia::store
