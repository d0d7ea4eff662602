// tests/server/faulty_disk.hpp: a disk that fails when it is told to, between SQLite and the system's files.
// Thread: told by the test; SQLite's threads meet it.
// Owner: the test; one at a time, and every database is closed before it is gone.
#pragma once

#include <cstdint>

namespace tertulia::test {

/// What a call that fails does and says.
enum class disk_fault : std::uint8_t {
    error,  ///< nothing of it is done: an I/O error
    full,   ///< nothing of it is done: there is no space
    torn,   ///< of a write the first half is done, then there is no space; all else is an error
    late,   ///< all but a write is done, and yet an error is told: of a sync, that what was written may have been lost
};

/// SQLite's default file system for as long as it lives. Syncs do nothing: what is tried is what a process finds again
/// that was killed, not what a machine does. Counted are the calls that change something: writes, syncs, truncating,
/// deleting, making a file, enlarging the shared memory.
class faulty_disk {
public:
    faulty_disk();
    faulty_disk(const faulty_disk&) = delete;
    faulty_disk& operator=(const faulty_disk&) = delete;
    ~faulty_disk();

    /// From now on the n-th call fails, from 1; with `lasting` all that follow as well, until mend().
    void fail(disk_fault how, int nth, bool lasting) noexcept;
    void mend() noexcept;
    /// Nothing fails and nothing is counted meanwhile.
    void pause(bool on) noexcept;
    /// Whether a call has failed since fail().
    [[nodiscard]] bool failed() const noexcept;
};

}  // namespace tertulia::test
