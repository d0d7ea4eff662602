// server/store/sqlite_keeper.hpp: the database of a server, from its lock to the mark of a clean stop.
// Thread: main, while no shard runs; the logs that it gives are their shards'.
// Owner: main; it outlives the shards.
#pragma once

#include "server/store/file_lock.hpp"
#include "server/store/sqlite_log.hpp"

namespace tertulia::store {

/// What an acknowledged event survives.
enum class durability : std::uint8_t {
    full,     ///< a power failure: each commit is synced
    process,  ///< the process being killed; a start after a crash of the machine gives new epochs
};

/// The id of this start of the machine; empty where it can't be known.
[[nodiscard]] std::string boot_id();

class sqlite_keeper final : public keeper {
public:
    /// Makes the folder and the database where they are missing. Errors: one line for the operator.
    /// @param booted of boot_id()
    /// @param scrub_at the hour of UTC at which it is scrubbed each day; none: it isn't
    static core::result<std::unique_ptr<sqlite_keeper>> open(const std::string& path, durability how,
                                                             const std::string& booted, retention kept = {},
                                                             std::optional<std::chrono::hours> scrub_at = {});

    [[nodiscard]] std::unique_ptr<log> log_for(shard_place shard) override;
    [[nodiscard]] std::optional<token_key> tokens_signed_by() const override { return token_key_; }
    /// Forgets what retention doesn't keep: a few events at a time, going round the rooms about once a minute. Puts
    /// messages from before there was an index of words into it.
    core::task<> tend(core::context& ctx) override;
    core::result<> close() override;

    /// For tests: one step of tend(), and what happens to the database happens to the server.
    core::task<core::result<forgotten>> forget(core::scheduler& on) { return writer_->forget(on, retention_); }
    /// A scrub, to its end: what was deleted is gone from the database's files. Errors: it is not, or not all of it.
    core::task<core::result<>> scrub(core::context& ctx);
    core::task<core::result<bool>> index(core::scheduler& on) { return writer_->index(on); }
    [[nodiscard]] sqlite_writer& writer_for_tests() noexcept { return *writer_; }
    [[nodiscard]] sqlite::connection& database() noexcept { return writer_->alone(); }

private:
    sqlite_keeper(std::string path, file_lock lock, std::unique_ptr<sqlite_writer> writer, retention kept)
        : path_(std::move(path)), lock_(std::move(lock)), writer_(std::move(writer)), retention_(std::move(kept)) {}

    core::task<> forget_what_is_old(core::context& ctx);
    core::task<> index_what_is_old(core::context& ctx);
    core::task<> scrub_daily(core::context& ctx);
    core::result<> read_token_key();
    core::result<> begin(durability how, const std::string& booted);

    const std::string path_;
    const file_lock lock_;  // given back last
    std::unique_ptr<sqlite_writer> writer_;
    const retention retention_;
    std::optional<std::chrono::hours> scrub_at_{};
    token_key token_key_{};
    core::worker_pool readers_{readers, reads_waiting};
    core::worker_pool searchers_{searchers, reads_waiting};

    static constexpr std::size_t readers = 4;  // threads; what is read is in the system's cache, as a rule
    static constexpr std::size_t searchers = 2;
    static constexpr std::size_t reads_waiting = 1024;
};

}  // namespace tertulia::store
