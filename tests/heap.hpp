// tests/heap.hpp: how much of the heap is in use, under sanitizers too.
// Thread: one; it counts the allocations of the whole test binary.
// Owner: the test binaries.
#pragma once

#include <malloc.h>

#include <cstddef>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define UNDER_SANITIZER
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define UNDER_SANITIZER
#endif
#endif
#ifdef UNDER_SANITIZER
extern "C" std::size_t __sanitizer_get_current_allocated_bytes();  // g++ has the function but not its header
#endif

namespace tertulia::test {

/// Bytes in use on the heap.
inline std::size_t heap_bytes() {
#ifdef UNDER_SANITIZER
    return __sanitizer_get_current_allocated_bytes();  // its malloc is another, which mallinfo2 does not see
#else
    return mallinfo2().uordblks + mallinfo2().hblkhd;
#endif
}

}  // namespace tertulia::test
