// server/store/file_lock.cpp: flock(2) without waiting.
// Thread: main.
// Owner: see the header.
#include "server/store/file_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace tertulia::store {

core::result<file_lock> file_lock::take(const std::string& path) {
    file_lock taken{::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)};
    if (taken.descriptor_ < 0) {
        return core::fail(core::errc::unavailable, path + " can't be made: " + std::strerror(errno));
    }
    if (::flock(taken.descriptor_, LOCK_EX | LOCK_NB) == 0) return taken;
    if (errno == EWOULDBLOCK) return core::fail(core::errc::unavailable, "another server holds " + path);
    return core::fail(core::errc::unavailable, path + " can't be locked: " + std::strerror(errno));
}

file_lock::~file_lock() {
    if (descriptor_ >= 0) ::close(descriptor_);
}

}  // namespace tertulia::store
