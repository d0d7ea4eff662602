// server/store/file_lock.hpp: a file that at most one process holds, given back by the system however that one ends.
// Thread: main.
// Owner: sqlite_keeper.
#pragma once

#include "core/result.hpp"

#include <string>
#include <utility>

namespace tertulia::store {

/// By flock(2). The file stays when the lock is given back: taking it away would let two hold locks of one name.
class file_lock {
public:
    /// Errors: unavailable: another holds it, or it can't be made.
    static core::result<file_lock> take(const std::string& path);

    file_lock(file_lock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
    file_lock& operator=(file_lock&&) = delete;
    ~file_lock();

private:
    explicit file_lock(int descriptor) noexcept : descriptor_(descriptor) {}
    int descriptor_;
};

}  // namespace tertulia::store
