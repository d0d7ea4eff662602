// core/overloaded.hpp: several functions as one, for std::visit.
// Thread: any.
// Owner: the caller.
#pragma once

namespace core {

/// `std::visit(core::overloaded{[](int) {…}, [](auto&) {…}}, v)`
template <class... F>
struct overloaded : F... {
    using F::operator()...;
};
template <class... F>
overloaded(F...) -> overloaded<F...>;  // clang 14 does not deduce it by itself

}  // namespace core
