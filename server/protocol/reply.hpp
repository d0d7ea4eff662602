// server/protocol/reply.hpp: what the server says to one connection, as values, and how it is written in each format.
// Thread: any; plain values.
// Owner: whoever holds the value.
#pragma once

#include "server/protocol/code.hpp"
#include "server/protocol/event.hpp"
#include "server/protocol/limits.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace tertulia::protocol {

/// How a connection speaks: JSON objects, or lines for a person in a terminal.
enum class format : std::uint8_t { json, text };

struct welcome {
    std::string user{};
    bool guest = true;
    bool resumed = false;
    std::string token{};
    std::vector<std::string> rooms{};  ///< where it is a member already; left out where there are none
};

struct room_line {
    std::string room{};
    std::string topic{};
    std::uint64_t count = 0;
    std::uint64_t seq = 0;
};

struct rooms_page {
    std::vector<room_line> rooms{};
    bool more = false;
};

/// Left out on the wire where the command had no `id`.
struct ok {
    std::string room{};      ///< of a logged command; empty: left out
    std::uint64_t seq = 0;   ///< 0: left out
    bool duplicate = false;  ///< left out where false
    bool unchanged = false;  ///< likewise: all was so already, and nothing was logged
};

struct joined {
    std::string room{};
    std::string topic{};
    std::string epoch{};
    std::uint64_t seq = 0;
    std::uint64_t first = 0;
    bool recovered = false;
    std::vector<std::string> here{};
    std::uint64_t count = 0;
};

struct history_page {
    std::string room{};
    std::vector<event> events{};
    bool more = false;
};

struct members_page {
    std::string room{};
    std::vector<std::string> here{};
    std::uint64_t count = 0;
    bool more = false;
};

struct found_event {
    std::string room{};
    event what{};
};

/// What a search has found, the newest first. There is more exactly where `next` says where to go on.
struct found {
    std::vector<found_event> events{};
    std::variant<std::monostate, std::uint64_t, std::string> next{};
};

struct pong {};

/// The line format's answer to /help.
struct help_text {};

using reply =
    std::variant<welcome, rooms_page, ok, joined, history_page, members_page, found, pong, refusal, help_text>;

/// The payload of one text frame that carries `r`; empty where nothing is to be sent (an `ok` without an id, or what
/// the line format leaves out). `most` is what `welcome` tells as the limits.
[[nodiscard]] std::string write_reply(format as, std::string_view id, const reply& r, const limits& most);

/// The payload of one text frame that carries a logged event of `room`. The same bytes for every receiver.
[[nodiscard]] std::string write_event(format as, std::string_view room, const event& e);

/// Takes the text out of what write_event() made of a message or an `edited` event, for readers of bytes that were
/// encoded before the message was deleted. In place: the payload keeps its length, and stays what the format allows. In
/// JSON `deleted` takes the place of `text`; where that is too short for it, `text` is empty.
void take_text_out(format as, std::span<char> payload);

/// The payload of one text frame that carries a passing event of `room`; empty where the format leaves it out.
[[nodiscard]] std::string write_passing(format as, std::string_view room, const passing& p);

}  // namespace tertulia::protocol
