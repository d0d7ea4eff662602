// server/store/sqlite_writer.hpp: the one who writes: appends of all rooms that gather during a commit share the next.
// Thread: append() and writable() any shard's; all of SQLite on the writer's own.
// Owner: sqlite_keeper; it outlives every append.
#pragma once

#include "core/task.hpp"
#include "core/worker_pool.hpp"
#include "server/store/sqlite_changes.hpp"
#include "server/store/sqlite_forgetter.hpp"
#include "server/store/sqlite_indexer.hpp"
#include "server/store/sqlite_scrubber.hpp"

#include <array>
#include <atomic>
#include <functional>
#include <mutex>
#include <span>
#include <vector>

namespace tertulia::store {

/// An append on its way to the writer, in its caller's frame.
struct sqlite_append {
    std::string room{};
    std::string epoch{};  ///< of the log, where this makes it
    std::vector<draft> drafts{};
    protocol::wall_time now{};

    std::vector<taken> answers{};  ///< one for each draft
    std::uint64_t newest = 0;      ///< of the room after it; 0 where nothing is stored yet
    std::string topic{};
    bool done = false;  // the writer's own
};

class sqlite_writer {
public:
    /// What became of the transaction that an append found itself in.
    enum class role : std::uint8_t {
        passenger,  ///< another append began it
        led,        ///< this one began it, and it was committed
        failed,     ///< this one began it, and nothing of it is stored, or it is not known
    };

    /// @param db for writing, with all tables
    static core::result<std::unique_ptr<sqlite_writer>> make(sqlite::connection db);

    /// Stores all drafts of `what` and of those that wait beside it, or of none, and answers. None: each is
    /// `unavailable`, and never appears; where a sync fails and what it left behind can't be overwritten, each is
    /// `internal`, and nothing more is stored until it can. Cannot be cancelled: who appends gets to know what became
    /// of it. Resumes on `on`.
    core::task<role> append(core::scheduler& on, sqlite_append& what);

    /// Forgets a few events that `what` doesn't keep, in a transaction of its own; called until all rooms were seen.
    core::task<core::result<forgotten>> forget(core::scheduler& on, const retention& what);
    /// Puts a few messages into the index of words that were there before it, in a transaction of its own.
    /// @return whether none is left
    core::task<core::result<bool>> index(core::scheduler& on);
    /// One step of a scrub, in a transaction of its own. @return whether it was the last, or none is needed
    core::task<core::result<bool>> scrub(core::scheduler& on);
    /// Another number once the room, or one of a few others, has forgotten events. Any thread.
    [[nodiscard]] std::uint32_t forgetting(std::string_view room) const noexcept {
        return marks_[std::hash<std::string_view>{}(room) % marks_.size()].load(std::memory_order_acquire);
    }

    /// Whether it can write: as the last transaction said, or where that failed by trying again.
    core::task<core::result<>> writable(core::scheduler& on);

    /// For who has the writer to itself, before the shards and after them.
    [[nodiscard]] sqlite::connection& alone() noexcept { return db_; }

private:
    struct statements {
        sqlite::statement begin, commit, forget, room, new_room, room_now, event, key, used;
    };

    explicit sqlite_writer(sqlite::connection db) : db_(std::move(db)) {}

    role lead(sqlite_append& first);
    core::result<> transact(std::span<sqlite_append* const> all);
    core::result<> store(std::span<sqlite_append* const> all);
    core::result<> store(sqlite_append& one);
    core::result<std::optional<key_use>> use_of(const draft& d, std::int64_t room, protocol::wall_time now);
    core::result<> insert(const draft& d, std::int64_t room, std::uint64_t seq, protocol::wall_time at,
                          protocol::wall_time now);
    core::result<> commit();
    core::result<> clear_doubt();
    core::result<forgotten> forget(const retention& what, protocol::wall_time now);
    /// A transaction that `what` fills, beside the appends'.
    core::result<> beside(const std::function<core::result<>()>& what);
    core::result<> try_to_write();
    void remember(const core::result<>& how);
    [[nodiscard]] core::result<> last_said();

    sqlite::connection db_;
    statements do_{};
    sqlite_words words_{};
    sqlite_indexer indexer_{};
    sqlite_changes changes_{};
    std::unique_ptr<sqlite_scrubber> scrubber_;
    std::string overwrite_;  // a transaction of one page that changes nothing
    bool in_doubt_ = false;  // a transaction that was not acknowledged may be found at the next start
    std::unique_ptr<sqlite_forgetter> forgetter_;
    std::array<std::atomic<std::uint32_t>, 1024> marks_{};  // by room
    std::mutex lock_;
    std::vector<sqlite_append*> waiting_;  // this and what follows is guarded by lock_
    core::result<> last_{};                // of the last transaction
    core::worker_pool thread_{1, queue};   // the last member: its thread ends before what it uses

    /// Appends behind it wait in front of the pool; their drafts are in the next transaction all the same.
    static constexpr std::size_t queue = 1024;
};

}  // namespace tertulia::store
