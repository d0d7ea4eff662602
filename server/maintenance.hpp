// server/maintenance.hpp: `tertulia backup`, `restore`, `check` and `scrub`: what an operator does to the database.
// Thread: main; no shard runs in this process, and for two of them one may in another.
// Owner: main.
#pragma once

#include <string>

namespace tertulia {

/// What `tertulia backup FILE` was given.
struct backup_task {
    std::string database{};  ///< its path, of --store
    std::string to{};
};

/// What `tertulia restore FILE` was given.
struct restore_task {
    std::string database{};
    std::string from{};
};

/// What `tertulia check` was given.
struct check_task {
    std::string database{};
    bool quick = false;
};

/// What `tertulia scrub` was given.
struct scrub_task {
    std::string database{};
};

/// Do it, and tell on standard output what was done.
/// @return the exit code: 0, or 1 with a line for each fault on standard error
[[nodiscard]] int carry_out(const backup_task& what);
[[nodiscard]] int carry_out(const restore_task& what);
[[nodiscard]] int carry_out(const check_task& what);
[[nodiscard]] int carry_out(const scrub_task& what);

}  // namespace tertulia
