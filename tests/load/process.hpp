// tests/load/process.hpp: what a process costs: CPU, memory, descriptors (from /proc).
// Thread: any.
// Owner: whoever asks.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>

namespace tertulia::load {

/// What a process has used and holds.
struct process_usage {
    double cpu_s = 0;  ///< of all its threads since it started, to the kernel's 10 ms
    std::uint64_t rss_bytes = 0;
    std::uint64_t descriptors = 0;
};

/// Nothing where there is no such process, or it may not be looked at.
[[nodiscard]] std::optional<process_usage> usage_of(pid_t pid);

/// The process that listens on TCP port `port` of this machine (the first that is found, where a listener is shared);
/// nothing where there is none, or it may not be looked at.
[[nodiscard]] std::optional<pid_t> listener_of(std::uint16_t port);

/// CPU seconds of this process.
[[nodiscard]] double own_cpu_s() noexcept;

/// Raises the limit of descriptors as far as it goes; gives it.
std::uint64_t raise_descriptor_limit() noexcept;

}  // namespace tertulia::load
