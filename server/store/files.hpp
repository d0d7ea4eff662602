// server/store/files.hpp: renaming such that a power failure doesn't take it back, and whose a new file is.
// Thread: any; plain functions that block.
// Owner: nobody.
#pragma once

#include "core/result.hpp"

#include <string>

namespace tertulia::store {

/// An empty file that only its owner reads: who reads a database can be any of its guests. Errors: unavailable, where
/// it is there already, too.
core::result<> make_private_file(const std::string& path);

/// In place of what has the name `to`, if anything has. Errors: unavailable.
core::result<> rename_for_good(const std::string& from, const std::string& to);

/// Gives `file` the owner, and with `mode` the rights, of `other`, as far as this process may.
void take_after(const std::string& file, const std::string& other, bool mode) noexcept;

}  // namespace tertulia::store
