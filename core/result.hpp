// core/result.hpp: errors as values, for what a caller can act on. The only file that names tl::expected.
// Thread: any; plain values.
// Owner: whoever holds the value.
#pragma once

#include <tl/expected.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace core {

/// Why something of the library did not happen.
enum class errc {
    cancelled,    ///< the context was cancelled
    deadline,     ///< the context's deadline passed
    closed,       ///< the channel (or what else was asked) is closed, and drained
    full,         ///< no place, and the caller did not want to wait
    empty,        ///< nothing there, and the caller did not want to wait
    unavailable,  ///< what is behind it cannot serve now; trying again may help
    failed,       ///< a task of a scope ended by an exception; `detail` is its text
};
inline constexpr std::size_t errc_count = static_cast<std::size_t>(errc::failed) + 1;

/// The name of `code`, as it stands above.
[[nodiscard]] std::string_view to_string(errc code) noexcept;

/// An error: what kind, and for a person what to do. `detail` may be empty.
struct error {
    errc code = errc::failed;
    std::string detail{};

    friend bool operator==(const error& a, const error& b) noexcept { return a.code == b.code; }
};

/// A value or the reason why there is none.
template <class T = void, class E = error>
using result = tl::expected<T, E>;

/// `return core::fail(errc::full);`
[[nodiscard]] inline auto fail(errc code, std::string detail = {}) {
    return tl::unexpected<error>(error{code, std::move(detail)});
}

/// The same for an error type of the caller's own.
template <class E>
[[nodiscard]] auto fail_with(E e) {
    return tl::unexpected<E>(std::move(e));
}

}  // namespace core
