// server/protocol/code.hpp: the error codes of the wire, and a refusal: one of them with words for a person.
// Thread: any; plain values.
// Owner: whoever holds the value.
#pragma once

#include "core/result.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace tertulia::protocol {

/// Why a command was not carried out (docs/protocol.md, "Error codes").
enum class code : std::uint8_t {
    bad_json,
    bad_command,
    bad_field,
    too_long,
    name_taken,
    bad_token,
    unknown_room,
    room_exists,
    not_joined,
    forbidden,
    banned,
    muted,
    conflict,
    rate_limited,
    too_many_rooms,
    too_many_members,
    unknown_event,
    unavailable,
    internal,
};

/// The name of `c` on the wire.
[[nodiscard]] std::string_view to_string(code c) noexcept;

/// What an `error` reply says. `message` tells what to do.
struct refusal {
    code what = code::internal;
    std::string message{};
    std::chrono::milliseconds retry_after{0};  ///< of rate_limited only

    refusal() = default;
    refusal(code c, std::string m, std::chrono::milliseconds retry = {})
        : what(c), message(std::move(m)), retry_after(retry) {}
};

template <class T = void>
using outcome = core::result<T, refusal>;

/// `return refuse(code::bad_field, "room: a string is needed");`
[[nodiscard]] inline auto refuse(code c, std::string message, std::chrono::milliseconds retry = {}) {
    return tl::unexpected<refusal>(refusal{c, std::move(message), retry});
}

}  // namespace tertulia::protocol
