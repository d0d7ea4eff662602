// tests/load/page.hpp: an outcome as one HTML page with plots, which needs no network and no script.
// Thread: any; plain functions.
// Owner: main.
#pragma once

#include "core/result.hpp"
#include "tests/load/outcome.hpp"

#include <string>
#include <string_view>

namespace tertulia::load {

/// The page: verdict, key figures, plots, what was found, settings. Well-formed as XML too.
/// @param made_at when it was made, for a person
[[nodiscard]] std::string page_of(const outcome& found, std::string_view made_at);

/// Writes the page of `found`, made now, to `file`; the error is for a person.
[[nodiscard]] core::result<void, std::string> write_page(const std::string& file, const outcome& found);

}  // namespace tertulia::load
