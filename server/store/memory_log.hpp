// server/store/memory_log.hpp: logs in memory, bounded: what `--store memory` keeps until the process ends.
// Thread: one shard's.
// Owner: the shard.
#pragma once

#include "core/list.hpp"
#include "server/store/judge.hpp"
#include "server/store/keeper.hpp"

#include <algorithm>
#include <deque>
#include <map>
#include <random>
#include <unordered_map>

namespace tertulia::store {

/// Keeps at most `most_bytes`: past it the room that was longest unused forgets its oldest events, and last all of
/// them, which begins a new epoch.
class memory_log final : public log, private search {
public:
    /// @param most_bytes of events and keys together; 0: no bound
    /// @param random draws the epochs
    memory_log(const core::clock& time, std::mt19937_64& random, std::size_t most_bytes);
    ~memory_log() override;

    core::task<core::result<head>> open(core::context& ctx, std::string room) override;
    core::task<std::vector<taken>> append(core::context& ctx, std::string room, std::vector<draft> drafts) override;
    core::task<core::result<read_events>> read(core::context& ctx, std::string room, range what) override;
    core::task<core::result<std::uint64_t>> start_of(core::context& ctx, std::string room, std::uint32_t messages,
                                                     std::uint64_t most_back) override;
    void close(const std::string& room) override;
    core::task<core::result<std::vector<listed>>> rooms(core::context& ctx, std::string query) override;
    core::task<core::result<>> writable(core::context& ctx) override;
    [[nodiscard]] search& searched() noexcept override { return *this; }
    [[nodiscard]] log_counts counts() const noexcept override;

private:
    struct key_record {
        key_use use;
        core::time_point at;
    };
    struct room_log : core::list_hook<room_log> {
        const std::string* name = nullptr;  // its key in rooms_
        bool open = false;                  // a room uses it, and counts on its numbers
        std::string epoch;
        std::deque<protocol::event> events;  // without gaps, the last is `newest`
        std::uint64_t newest = 0;
        std::string topic;
        std::unordered_map<std::string, key_record> keys;                        // by identity and key
        std::deque<std::unordered_map<std::string, key_record>::iterator> age;   // of `keys`, the oldest first
        std::unordered_map<std::uint64_t, std::vector<one_reaction>> reactions;  // by message
        std::unordered_map<std::uint64_t, std::uint64_t> edits;                  // by message: its newest one

        [[nodiscard]] std::uint64_t oldest() const noexcept { return newest - events.size() + 1; }
        [[nodiscard]] protocol::event& at(std::uint64_t seq) noexcept {
            return events[static_cast<std::size_t>(seq - oldest())];
        }
        /// The message, where it is there and not deleted.
        [[nodiscard]] protocol::event* message(std::uint64_t seq) noexcept;
        [[nodiscard]] std::optional<target_now> target_of(const draft& d) noexcept;
        /// As it is to be served.
        [[nodiscard]] protocol::event present(protocol::event e) const;
    };

    class scan;
    core::task<core::result<found_messages>> find(core::context& ctx, search_question what) override;

    room_log& use(const std::string& room);
    taken append_one(room_log& r, draft d);
    void apply(room_log& r, const protocol::event& change);
    void put_text(room_log& r, std::uint64_t seq, std::optional<std::string> text);
    void put_reaction(room_log& r, const protocol::event& e, const protocol::reacted_body& how);
    void forget_reactions(room_log& r, std::uint64_t message);
    void forget_oldest(room_log& r);
    void forget_old_keys(room_log& r);
    void forget_key(room_log& r);
    void drop(room_log& r);
    void forget_past_bound();

    const core::clock& clock_;
    std::mt19937_64& random_;
    const std::size_t most_bytes_;
    std::size_t bytes_ = 0;
    std::uint64_t events_ = 0;
    std::map<std::string, room_log> rooms_;
    core::list<room_log> by_use_;  // the longest unused first
};

class memory_keeper final : public keeper {
public:
    /// @param most_bytes of all shards together, an equal part for each; 0: no bound
    memory_keeper(std::size_t most_bytes, std::uint32_t shards) noexcept
        : most_bytes_(most_bytes == 0 ? 0 : std::max<std::size_t>(1, most_bytes / shards)) {}

    [[nodiscard]] std::unique_ptr<log> log_for(shard_place shard) override {
        return std::make_unique<memory_log>(shard.on.clock(), shard.random, most_bytes_);
    }

private:
    const std::size_t most_bytes_;  // of a shard
};

}  // namespace tertulia::store
