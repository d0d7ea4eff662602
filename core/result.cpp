// core/result.cpp: the names of the library's error codes.
// Thread: any.
// Owner: nobody; no state.
#include "core/result.hpp"

namespace core {

std::string_view to_string(errc code) noexcept {
    switch (code) {
        case errc::cancelled: return "cancelled";
        case errc::deadline: return "deadline exceeded";
        case errc::closed: return "closed";
        case errc::full: return "full";
        case errc::empty: return "empty";
        case errc::unavailable: return "unavailable";
        case errc::failed: return "failed";
    }
    return "failed";
}

}  // namespace core
