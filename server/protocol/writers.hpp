// server/protocol/writers.hpp: the two formats behind write_reply, write_event and write_passing.
// Thread: any; no state.
// Owner: nobody.
#pragma once

#include "server/protocol/reply.hpp"

#include <span>
#include <string>
#include <string_view>

namespace tertulia::protocol {

/// One JSON object for each; fields stand in the order of docs/protocol.md.
namespace json_format {
[[nodiscard]] std::string write(std::string_view id, const reply& r, const limits& most);
[[nodiscard]] std::string write(std::string_view room, const event& e);
[[nodiscard]] std::string write(std::string_view room, const passing& p);
void take_text_out(std::span<char> payload);
}  // namespace json_format

/// Lines for a terminal, joined by LF, without one at the end. Nothing that people wrote begins a line of its own, is a
/// control character, or turns the line's order around.
namespace line_format {
[[nodiscard]] std::string write(const reply& r);
[[nodiscard]] std::string write(std::string_view room, const event& e);
[[nodiscard]] std::string write(std::string_view room, const passing& p);
void take_text_out(std::span<char> payload);
}  // namespace line_format

}  // namespace tertulia::protocol
