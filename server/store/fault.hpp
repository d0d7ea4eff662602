// server/store/fault.hpp: places where a test kills the server; in the server itself they are nothing.
// Thread: any.
// Owner: nobody.
#pragma once

#include <string_view>

namespace tertulia::store {

#ifdef TERTULIA_FAULTS
/// A place that the crash test names. Only tertulia-faults, a server of tests/crash, is compiled with TERTULIA_FAULTS.
void passing(std::string_view point) noexcept;
#else
inline void passing(std::string_view) noexcept {}
#endif

}  // namespace tertulia::store
