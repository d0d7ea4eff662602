// core/caught.hpp: the exception at hand as an error, where a task's failure is told as a value.
// Thread: any.
// Owner: the caller.
#pragma once

#include "core/result.hpp"

#include <exception>

namespace core {

/// For `catch (...) { … }`: errc::failed with the exception's text.
[[nodiscard]] inline error caught() {
    try {
        throw;
    } catch (const std::exception& e) {
        return {errc::failed, e.what()};
    } catch (...) {
        return {errc::failed, "an exception of no standard type"};
    }
}

}  // namespace core
