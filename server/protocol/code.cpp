// server/protocol/code.cpp: the names of the error codes.
// Thread: any; no state.
// Owner: nobody.
#include "server/protocol/code.hpp"

namespace tertulia::protocol {

std::string_view to_string(code c) noexcept {
    switch (c) {
        case code::bad_json: return "bad_json";
        case code::bad_command: return "bad_command";
        case code::bad_field: return "bad_field";
        case code::too_long: return "too_long";
        case code::name_taken: return "name_taken";
        case code::bad_token: return "bad_token";
        case code::unknown_room: return "unknown_room";
        case code::room_exists: return "room_exists";
        case code::not_joined: return "not_joined";
        case code::forbidden: return "forbidden";
        case code::banned: return "banned";
        case code::muted: return "muted";
        case code::conflict: return "conflict";
        case code::rate_limited: return "rate_limited";
        case code::too_many_rooms: return "too_many_rooms";
        case code::too_many_members: return "too_many_members";
        case code::unknown_event: return "unknown_event";
        case code::unavailable: return "unavailable";
        case code::internal: return "internal";
    }
    return "internal";
}

}  // namespace tertulia::protocol
