// server/protocol/reply.cpp: writes what the server says, in the format that the connection speaks.
// Thread: any; no state.
// Owner: nobody.
#include "server/protocol/reply.hpp"

#include "server/protocol/writers.hpp"

namespace tertulia::protocol {

std::string write_reply(format as, std::string_view id, const reply& r, const limits& most) {
    return as == format::json ? json_format::write(id, r, most) : line_format::write(r);
}

std::string write_event(format as, std::string_view room, const event& e) {
    return as == format::json ? json_format::write(room, e) : line_format::write(room, e);
}

void take_text_out(format as, std::span<char> payload) {
    as == format::json ? json_format::take_text_out(payload) : line_format::take_text_out(payload);
}

std::string write_passing(format as, std::string_view room, const passing& p) {
    return as == format::json ? json_format::write(room, p) : line_format::write(room, p);
}

}  // namespace tertulia::protocol
