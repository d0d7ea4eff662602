// server/store/files.cpp: rename(2) and then fsync(2) of the folder; chown(2).
// Thread: see the header.
// Owner: see the header.
#include "server/store/files.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

namespace tertulia::store {

core::result<> make_private_file(const std::string& path) {
    const int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (descriptor < 0) return core::fail(core::errc::unavailable, std::strerror(errno));
    ::close(descriptor);
    return {};
}

core::result<> rename_for_good(const std::string& from, const std::string& to) {
    const std::string folder = std::filesystem::absolute(to).parent_path().string();
    bool good = std::rename(from.c_str(), to.c_str()) == 0;
    const int descriptor = good ? ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
    good = descriptor >= 0 && ::fsync(descriptor) == 0;
    const int why = errno;
    if (descriptor >= 0) ::close(descriptor);
    if (!good) return core::fail(core::errc::unavailable, to + " can't be made: " + std::strerror(why));
    return {};
}

void take_after(const std::string& file, const std::string& other, bool mode) noexcept {
    struct stat as {};
    if (::stat(other.c_str(), &as) != 0) return;
    [[maybe_unused]] const int owned = ::chown(file.c_str(), as.st_uid, as.st_gid);
    if (mode) [[maybe_unused]]
        const int set = ::chmod(file.c_str(), as.st_mode & 07777U);
}

}  // namespace tertulia::store
