// server/store/sqlite_backup.hpp: a copy of a database, and a copy put in a database's place.
// Thread: main, of a process that doesn't serve; both block.
// Owner: nobody.
#pragma once

#include "core/result.hpp"

#include <string>

namespace tertulia::store {

/// Copies the database at `path` as it is at one moment, also while a server writes to it, to `to`, which must not be
/// there yet: one file, whole from the moment it has its name, and looked through. Error: one line for the operator.
core::result<> back_up(const std::string& path, const std::string& to);

/// Puts what `from` holds in the place of the database at `path`, which no server may use: a copy, checked, with a new
/// epoch for each room, because what was said since the backup is gone from it.
/// @return the name under which the old database is kept, empty where there was none; error: nothing is changed
core::result<std::string> restore(const std::string& path, const std::string& from);

}  // namespace tertulia::store
