// server/store/sqlite_log.hpp: a shard's logs in SQLite: reads through a pool of connections, appends to the writer.
// Thread: one shard's; what blocks runs on the workers'.
// Owner: the shard.
#pragma once

#include "core/worker_pool.hpp"
#include "server/store/keeper.hpp"
#include "server/store/sqlite_reader.hpp"
#include "server/store/sqlite_search.hpp"
#include "server/store/sqlite_writer.hpp"

#include <unordered_map>

namespace tertulia::store {

class sqlite_log final : public log {
public:
    /// @param workers run what blocks, the writer's commits and searches apart
    /// @param searchers run searches; all three outlive it
    sqlite_log(std::string path, keeper::shard_place shard, sqlite_writer& writer, core::worker_pool& workers,
               core::worker_pool& searchers);

    core::task<core::result<head>> open(core::context& ctx, std::string room) override;
    core::task<std::vector<taken>> append(core::context& ctx, std::string room, std::vector<draft> drafts) override;
    core::task<core::result<read_events>> read(core::context& ctx, std::string room, range what) override;
    core::task<core::result<std::uint64_t>> start_of(core::context& ctx, std::string room, std::uint32_t messages,
                                                     std::uint64_t most_back) override;
    void close(const std::string& room) override;
    core::task<core::result<std::vector<listed>>> rooms(core::context& ctx, std::string query) override;
    core::task<core::result<>> writable(core::context& ctx) override;
    [[nodiscard]] search& searched() noexcept override { return search_; }
    [[nodiscard]] log_counts counts() const noexcept override;

private:
    struct opened {
        head at{};
        std::uint32_t forgetting = 0;  // of the writer, when `at.oldest` was read
    };
    using readers = core::resource_pool<sqlite_reader>;

    core::task<core::result<std::unique_ptr<sqlite_reader>>> new_reader(core::context& ctx);
    /// What `f` gives, which is asked of a reader on a worker's thread.
    template <class F>
    core::task<std::invoke_result_t<F&, sqlite_reader&>> ask(core::context& ctx, F f);

    const std::string path_;
    const keeper::shard_place shard_;
    sqlite_writer& writer_;
    core::worker_pool& workers_;
    readers readers_;
    sqlite_search search_;
    std::unordered_map<std::string, opened> open_;  // nobody else appends to these, so they are as they are on disk
    log_counts counts_;
};

}  // namespace tertulia::store
