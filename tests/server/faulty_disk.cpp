// tests/server/faulty_disk.cpp: a shim over SQLite's own file system (its "VFS"), and the plan that it follows.
// Thread: see the header.
// Owner: see the header.
#include "tests/server/faulty_disk.hpp"

#include <doctest/doctest.h>
#include <sqlite3.h>

#include <mutex>
#include <new>

namespace tertulia::test {

namespace {

/// What the disk is told to do, and where it is in that.
struct plan {
    std::mutex lock;
    disk_fault how = disk_fault::error;
    int left = 0;  // calls until the one that fails; 0: none is to fail
    bool lasting = false;
    bool failed = false;
    bool paused = false;

    /// Whether this call fails.
    bool next(disk_fault& with) {
        const std::lock_guard hold{lock};
        if (left == 0 || paused) return false;
        if (left > 1) {
            --left;
            return false;
        }
        if (!lasting) left = 0;
        failed = true;
        with = how;
        return true;
    }
};

plan& the_plan() {
    static plan p;
    return p;
}

sqlite3_vfs* system_files() {
    static sqlite3_vfs* const found = sqlite3_vfs_find("unix");
    return found;
}

/// Does `real` as the plan says. @param error what it says where it fails; @param full where there is no space
template <class F>
int perform(F real, int error, int full) {
    disk_fault how{};
    if (!the_plan().next(how)) return real();
    if (how == disk_fault::late) (void)real();
    return how == disk_fault::full ? full : error;
}

/// What SQLite takes for a file; the system's own follows it in memory.
struct file {
    sqlite3_file base;
    [[nodiscard]] sqlite3_file* real() noexcept { return reinterpret_cast<sqlite3_file*>(this + 1); }
};

sqlite3_file* real(sqlite3_file* f) {
    return reinterpret_cast<file*>(f)->real();
}

template <auto Member, class... Args>
auto pass_on(sqlite3_file* f, Args... args) {
    return (real(f)->pMethods->*Member)(real(f), args...);
}

int write(sqlite3_file* f, const void* bytes, int size, sqlite3_int64 at) {
    disk_fault how{};
    const auto all = [&](int n) { return real(f)->pMethods->xWrite(real(f), bytes, n, at); };
    if (!the_plan().next(how)) return all(size);
    if (how == disk_fault::torn) (void)all(size / 2);
    return how == disk_fault::full || how == disk_fault::torn ? SQLITE_FULL : SQLITE_IOERR_WRITE;
}

int truncate(sqlite3_file* f, sqlite3_int64 size) {
    return perform([&] { return real(f)->pMethods->xTruncate(real(f), size); }, SQLITE_IOERR_TRUNCATE, SQLITE_FULL);
}

int sync(sqlite3_file*, int) {
    return perform([] { return SQLITE_OK; }, SQLITE_IOERR_FSYNC, SQLITE_IOERR_FSYNC);
}

int shared_memory(sqlite3_file* f, int page, int size, int extend, void volatile** to) {
    const auto map = [&] { return real(f)->pMethods->xShmMap(real(f), page, size, extend, to); };
    return extend == 0 ? map() : perform(map, SQLITE_IOERR_SHMMAP, SQLITE_IOERR_SHMSIZE);
}

constexpr sqlite3_io_methods faulty_methods{
    2,  // without mapping of files, which would go past us
    pass_on<&sqlite3_io_methods::xClose>,
    pass_on<&sqlite3_io_methods::xRead, void*, int, sqlite3_int64>,
    write,
    truncate,
    sync,
    pass_on<&sqlite3_io_methods::xFileSize, sqlite3_int64*>,
    pass_on<&sqlite3_io_methods::xLock, int>,
    pass_on<&sqlite3_io_methods::xUnlock, int>,
    pass_on<&sqlite3_io_methods::xCheckReservedLock, int*>,
    pass_on<&sqlite3_io_methods::xFileControl, int, void*>,
    pass_on<&sqlite3_io_methods::xSectorSize>,
    pass_on<&sqlite3_io_methods::xDeviceCharacteristics>,
    shared_memory,
    pass_on<&sqlite3_io_methods::xShmLock, int, int, int>,
    pass_on<&sqlite3_io_methods::xShmBarrier>,
    pass_on<&sqlite3_io_methods::xShmUnmap, int>,
    nullptr,
    nullptr,
};

int open(sqlite3_vfs*, const char* name, sqlite3_file* into, int flags, int* opened) {
    auto* f = new (into) file{};
    const auto really = [&] { return system_files()->xOpen(system_files(), name, f->real(), flags, opened); };
    const bool makes = (flags & SQLITE_OPEN_CREATE) != 0;
    const int how = makes ? perform(really, SQLITE_CANTOPEN, SQLITE_CANTOPEN) : really();
    const bool done = f->real()->pMethods != nullptr;
    if (how != SQLITE_OK && done) f->real()->pMethods->xClose(f->real());
    if (how == SQLITE_OK) f->base.pMethods = &faulty_methods;
    return how;
}

int remove(sqlite3_vfs*, const char* name, int sync_folder) {
    return perform([&] { return system_files()->xDelete(system_files(), name, sync_folder); }, SQLITE_IOERR_DELETE,
                   SQLITE_IOERR_DELETE);
}

sqlite3_vfs& files() {
    static sqlite3_vfs shim = [] {
        sqlite3_vfs v = *system_files();  // what only asks, the clock and chance are the system's
        v.szOsFile += static_cast<int>(sizeof(file));
        v.zName = "faulty";
        v.pNext = nullptr;
        v.xOpen = open;
        v.xDelete = remove;
        return v;
    }();
    return shim;
}

}  // namespace

faulty_disk::faulty_disk() {
    mend();
    REQUIRE(sqlite3_vfs_register(&files(), 1) == SQLITE_OK);
}

faulty_disk::~faulty_disk() {
    sqlite3_vfs_unregister(&files());
    sqlite3_vfs_register(system_files(), 1);
}

void faulty_disk::fail(disk_fault how, int nth, bool lasting) noexcept {
    const std::lock_guard hold{the_plan().lock};
    the_plan().how = how;
    the_plan().left = nth;
    the_plan().lasting = lasting;
    the_plan().failed = false;
}

void faulty_disk::mend() noexcept {
    const std::lock_guard hold{the_plan().lock};
    the_plan().left = 0;
}

void faulty_disk::pause(bool on) noexcept {
    const std::lock_guard hold{the_plan().lock};
    the_plan().paused = on;
}

bool faulty_disk::failed() const noexcept {
    const std::lock_guard hold{the_plan().lock};
    return the_plan().failed;
}

}  // namespace tertulia::test
