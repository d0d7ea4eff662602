// server/store/sqlite_check.hpp: whether a database holds what docs/store.md says.
// Thread: any; it blocks, for minutes where there are gigabytes.
// Owner: nobody.
#pragma once

#include "server/store/sqlite.hpp"

#include <vector>

namespace tertulia::store {

/// What was found.
struct check_report {
    std::vector<std::string> faults{};  ///< one line each, at most a hundred
    std::uint64_t rooms = 0;
    std::uint64_t events = 0;
    bool pages_only = false;  ///< it is of an older version, whose tables this program doesn't judge
};

/// Reads all of it from one snapshot, also while a server writes. Errors: it can't be read at all.
/// @param quick only the order of its pages and the counts of its rooms
core::result<check_report> check_database(sqlite::connection& db, bool quick);
core::result<check_report> check_database(const std::string& path, bool quick);

}  // namespace tertulia::store
