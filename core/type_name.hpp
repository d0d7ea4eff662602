// core/type_name.hpp: the name of a type as the compiler writes it, for reports.
// Thread: any.
// Owner: nobody; no state.
#pragma once

#include <cstddef>
#include <string_view>

namespace core {

namespace detail {
template <class T>
constexpr std::string_view function_name() noexcept {
    return __PRETTY_FUNCTION__;
}
}  // namespace detail

/// The name of `T`: what the compiler's name of a function has in the place where that of one for `double` has
/// "double".
template <class T>
[[nodiscard]] constexpr std::string_view type_name() noexcept {
    constexpr std::string_view known = "double";
    constexpr std::size_t begins = detail::function_name<double>().find(known);
    constexpr std::size_t behind = detail::function_name<double>().size() - begins - known.size();
    return detail::function_name<T>().substr(begins, detail::function_name<T>().size() - begins - behind);
}

}  // namespace core
