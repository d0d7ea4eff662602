// server/protocol/name.hpp: which names and texts are allowed, and when two names are the same.
// Thread: any; no state.
// Owner: nobody.
#pragma once

#include "server/protocol/code.hpp"
#include "server/protocol/limits.hpp"

#include <string>
#include <string_view>

namespace tertulia::protocol {

/// A room's name, upper case folded: 1 to 64 of `a-z 0-9 - _ .`, starting with a letter or digit; else `bad_field`.
[[nodiscard]] outcome<std::string> room_name(std::string_view raw);

/// What a command may call the place that it is for: a room, or a direct conversation: `@leo` from the other's side, or
/// `@ana+leo` in any order, names in NFC; else `bad_field`.
[[nodiscard]] outcome<std::string> place_name(std::string_view raw);

/// Whether a place is a direct conversation: no room's name begins with its sign.
[[nodiscard]] constexpr bool is_direct(std::string_view place) noexcept {
    return place.starts_with('@');
}

/// A conversation's full name: the two in the order of their folded names, `@ana+leo`.
[[nodiscard]] std::string direct_name(std::string_view one, std::string_view other);

/// Whom `own` means by a conversation's name: the other of the two, or the only one that is named. Empty: `own` is none
/// of the two.
/// @param place passed place_name()
[[nodiscard]] std::string_view other_of(std::string_view place, std::string_view own);

/// `raw` with `A` to `Z` made small; other bytes stay. What names of rooms and commands are compared by.
[[nodiscard]] std::string ascii_lower(std::string_view raw);

/// A user's name as it is shown, in NFC: 1 to 32 letters, marks, digits, `-` or `_`, none invisible, no mark at the
/// start (it would be drawn on what stands before the name); else `bad_field`.
[[nodiscard]] outcome<std::string> user_name(std::string_view raw);

/// What names are compared by: NFKC with full case folding. `shown` is a valid user name.
[[nodiscard]] std::string folded(std::string_view shown);

/// A message's text: CRLF becomes LF; no control characters but LF and tab; not only blanks (`bad_field`); at most
/// `most.text_bytes` (`too_long`), counted after the change.
[[nodiscard]] outcome<std::string> message_text(std::string_view raw, const limits& most);

/// What somebody reacts with: one grapheme (UAX #29) of at most `emoji_bytes`, that can be seen; else `bad_field`.
[[nodiscard]] outcome<std::string> emoji_text(std::string_view raw);

/// A topic: one line of at most 256 bytes, may be empty.
[[nodiscard]] outcome<std::string> topic_text(std::string_view raw);

}  // namespace tertulia::protocol
