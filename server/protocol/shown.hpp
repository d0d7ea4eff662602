// server/protocol/shown.hpp: what people wrote, made fit for a terminal.
// Thread: any; no state.
// Owner: nobody.
#pragma once

#include <string>
#include <string_view>

namespace tertulia::protocol {

/// Whether any of `text` is written from right to left, or says so.
[[nodiscard]] bool has_right_to_left(std::string_view text) noexcept;

/// Adds `text` to `out` so that a terminal only shows it: line breaks of any kind become `at_break`, a tab four spaces;
/// other control characters and what is not UTF-8 become U+FFFD, and what turns the order of a line around is left out.
void append_shown(std::string& out, std::string_view text, std::string_view at_break = " ");

/// Adds a name, of a user or of a place that is called by users' names, which may stand in a line with right-to-left
/// text (`beside_rtl`) or be such itself: then it is kept apart from what is around it by FSI … PDI (UAX #9, 2.4), so
/// that a line does not change who seems to speak.
void append_name(std::string& out, std::string_view name, bool beside_rtl = false);

}  // namespace tertulia::protocol
