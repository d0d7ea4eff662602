// tests/core/type_name.cpp: what core/type_name.hpp promises.
// Thread: one.
// Owner: core_tests.
#include "core/type_name.hpp"

#include <doctest/doctest.h>

#include <string_view>

namespace {
struct letter {};
}  // namespace

TEST_CASE("a type's name is the compiler's and nothing else") {
    CHECK(core::type_name<int>() == "int");
    CHECK(core::type_name<double>() == "double");
    CHECK(core::type_name<std::string_view*>().ends_with("*"));
    CHECK(core::type_name<letter>().ends_with("letter"));
}
