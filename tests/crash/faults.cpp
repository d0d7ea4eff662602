// tests/crash/faults.cpp: kills its own server at a named place.
// Thread: any.
// Owner: the process.
//
// TERTULIA_FAULT=commit.after:3 is at the third passing of commit.after. The calls that SQLite writes with are places
// too: disk.write before one, disk.torn when half of its bytes are written, disk.checkpoint where it goes to the
// database and not to its log, disk.sync before a sync.
#include "server/store/fault.hpp"

#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <csignal>
#include <cstdlib>
#include <string>

namespace {

struct armed {
    std::string point{};
    std::atomic<long> left{0};

    armed() {
        const char* said = std::getenv("TERTULIA_FAULT");
        if (said == nullptr) return;
        const std::string_view words{said};
        const auto colon = words.find(':');
        point = words.substr(0, colon);
        left = colon == words.npos ? 1 : std::strtol(said + colon + 1, nullptr, 10);
    }
};

armed& fault() {
    static armed one;
    return one;
}

/// Whether this passing of `point` is the one.
bool is_due(std::string_view point) {
    return fault().point == point && fault().left.fetch_sub(1) == 1;
}

[[noreturn]] void die() {
    ::kill(::getpid(), SIGKILL);
    for (;;) ::pause();
}

bool is_the_database(int descriptor) {
    std::array<char, 512> path{};
    const std::string link = "/proc/self/fd/" + std::to_string(descriptor);
    const auto n = ::readlink(link.c_str(), path.data(), path.size());
    return n > 0 && std::string_view{path.data(), static_cast<std::size_t>(n)}.ends_with(".db");
}

ssize_t write_at(int descriptor, const void* bytes, std::size_t n, off_t where) {
    return ::syscall(SYS_pwrite64, descriptor, bytes, n, where);
}

}  // namespace

void tertulia::store::passing(std::string_view point) noexcept {
    if (is_due(point)) die();
}

// SQLite's library finds these before those of the system's.
extern "C" {

ssize_t pwrite64(int descriptor, const void* bytes, std::size_t n, off_t where) {
    if (is_due("disk.write")) die();
    if (fault().point == "disk.checkpoint" && is_the_database(descriptor) && is_due("disk.checkpoint")) die();
    if (is_due("disk.torn")) {
        (void)write_at(descriptor, bytes, n / 2, where);
        die();
    }
    return write_at(descriptor, bytes, n, where);
}

ssize_t pwrite(int descriptor, const void* bytes, std::size_t n, off_t where) {
    return pwrite64(descriptor, bytes, n, where);
}

int fdatasync(int descriptor) {
    if (is_due("disk.sync")) die();
    return static_cast<int>(::syscall(SYS_fdatasync, descriptor));
}
}
