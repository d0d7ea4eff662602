// server/store/sqlite_schema.hpp: what stands in the database, and how an older one becomes a newer one.
// Thread: main, before the shards start.
// Owner: nobody.
#pragma once

#include "server/store/sqlite.hpp"

#include <span>

namespace tertulia::store::sqlite {

/// Number n brings a database of version n to n + 1 (`PRAGMA user_version`). What has been released is never changed;
/// new ones go behind.
using migrations = std::span<const char* const>;
[[nodiscard]] migrations all_migrations() noexcept;

/// Errors, for the operator: it is not ours, or of a newer version than `all` makes.
[[nodiscard]] core::result<std::size_t> version_of(connection& db, migrations all = all_migrations());

/// Of every room: events may have been lost.
core::result<> new_epochs(connection& db);

/// Opens the database for writing, in WAL mode, of the newest version; makes it where there is none, so that a file is
/// whole from the moment it has its name. Before an older one is brought forward a copy is made beside it, `PATH.v1`.
/// Errors, for the operator: it is damaged, or of a newer version, or not ours, or cannot be read or written.
[[nodiscard]] core::result<connection> open_database(const std::string& path, migrations all = all_migrations());

}  // namespace tertulia::store::sqlite
