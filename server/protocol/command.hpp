// server/protocol/command.hpp: what a client may ask for, as values: parsed, checked against the limits, names folded.
// Thread: any; plain values.
// Owner: whoever holds the value.
#pragma once

#include "server/protocol/code.hpp"
#include "server/protocol/limits.hpp"
#include "server/protocol/words.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace tertulia::protocol {

// Rooms in commands are folded and valid already, or direct conversations as the client calls them (`@leo`); texts,
// topics, ids and keys keep the protocol's rules.

struct hello {
    std::optional<std::string> name{};  ///< valid, in NFC
    std::optional<std::string> token{};
};

struct list_rooms {
    std::string query{};  ///< part of a room's name; empty: all
    std::string after{};  ///< rooms whose name sorts behind this one
    std::uint32_t limit = page_usual;
};

struct create {
    std::string room{};
    std::string topic{};
};

struct join {
    std::string room{};
    std::optional<std::uint64_t> since{};
    std::optional<std::string> epoch{};
    std::optional<std::uint32_t> limit{};    ///< with `since`: how many missed events are wanted at most
    std::optional<std::uint32_t> history{};  ///< 0 to 200; excludes `since`
};

struct leave {
    std::string room{};
    bool keep = false;  ///< only stop following
};

struct post {
    std::string room{};
    std::string text{};
    std::optional<std::uint64_t> reply_to{};
    std::string key{};  ///< empty: none
};

struct edit {
    std::string room{};
    std::uint64_t target = 0;
    std::string text{};
    std::string key{};
};

/// `delete` on the wire.
struct erase {
    std::string room{};
    std::uint64_t target = 0;
    std::string key{};
};

struct react {
    std::string room{};
    std::uint64_t target = 0;
    std::string emoji{};
    bool on = true;
    std::string key{};
};

struct set_topic {
    std::string room{};
    std::string topic{};
    std::string key{};
};

struct history {
    std::string room{};
    std::optional<std::uint64_t> before{};
    std::optional<std::uint64_t> after{};
    std::uint32_t limit = page_usual;
};

struct members {
    std::string room{};
    std::string after{};
    std::uint32_t limit = page_usual;
};

/// Only in rooms that the user is a member of.
struct search {
    std::vector<search_word> words{};     ///< of `query`
    std::string room{};                   ///< empty: all of them
    std::uint64_t before_seq = 0;         ///< with a room; 0: not asked
    std::optional<std::string> before{};  ///< without one: what `found` gave as `next`
    std::uint32_t limit = page_usual;
};

struct typing {
    std::string room{};
};

/// Whether that user may write to this one directly.
struct block {
    std::string user{};
    bool on = true;
};

struct ping {};

/// Of the line format only: it is answered from the protocol's own text.
struct help {};

/// Of the line format only: the client wants a close with 1000.
struct quit {};

using command = std::variant<hello, list_rooms, create, join, leave, post, edit, erase, react, set_topic, history,
                             members, search, typing, block, ping, help, quit>;

/// A command with what its reply carries back. `id` is empty where the client gave none.
struct request {
    std::string id{};
    command what{};
};

/// A command that can't be carried out; `id` where it could be read, so that the reply finds its caller.
struct bad_request {
    std::string id{};
    refusal why{};
};

/// Reads one JSON command. Never throws. What it refuses: everything that docs/protocol.md names as `bad_json`,
/// `bad_command`, `bad_field` and `too_long`.
[[nodiscard]] core::result<request, bad_request> read_json(std::string_view text, const limits& most);

class json_fields;

/// Reads a command whose fields came in another way than as one JSON text, as over HTTP; refuses as read_json does.
/// @param type of a command that there is, such as "message"
[[nodiscard]] outcome<command> read_command(std::string_view type, const json_fields& fields, const limits& most);

/// Reads one input of the line format (`/join lobby`, or text for the current room).
/// @param current the room that text without a command goes to; empty: none yet (then `not_joined`)
/// `/to` changes it, and so is answered as a request with nothing to do: see line_input.
struct line_to {
    std::string room{};
};
using line_input = std::variant<request, line_to>;
[[nodiscard]] core::result<line_input, bad_request> read_line(std::string_view input, std::string_view current,
                                                              const limits& most);

}  // namespace tertulia::protocol
