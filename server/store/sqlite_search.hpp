// server/store/sqlite_search.hpp: a shard's searches in SQLite, on threads of their own: a slow one delays no read.
// Thread: one shard's; what blocks runs on the workers'.
// Owner: a shard's sqlite_log.
#pragma once

#include "core/resource_pool.hpp"
#include "core/worker_pool.hpp"
#include "server/store/sqlite_finder.hpp"

namespace tertulia::store {

class sqlite_search final : public search {
public:
    /// @param workers run what blocks; they outlive it
    sqlite_search(std::string path, core::scheduler& on, core::worker_pool& workers);

    core::task<core::result<found_messages>> find(core::context& ctx, search_question what) override;

private:
    using finders = core::resource_pool<sqlite_finder>;
    core::task<core::result<std::unique_ptr<sqlite_finder>>> new_finder(core::context& ctx);

    const std::string path_;
    core::worker_pool& workers_;
    finders finders_;
};

}  // namespace tertulia::store
