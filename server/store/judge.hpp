// server/store/judge.hpp: what every store decides alike: used keys, replies and changes to what is not there, epochs.
// Thread: any; plain functions.
// Owner: nobody.
#pragma once

#include "server/store/log.hpp"

#include <chrono>
#include <optional>
#include <random>

namespace tertulia::store {

/// So long a key stands for its command (docs/protocol.md, promise 3).
inline constexpr std::chrono::minutes keys_kept{10};

/// What a key was used for.
struct key_use {
    std::uint64_t seq = 0;
    std::uint64_t content = 0;
};

/// A message that may be changed: it is there, and not deleted. Its reactions only where a reaction is what is judged.
struct target_now {
    std::uint64_t author = 0;
    std::size_t emoji = 0;    ///< how many different ones are on it
    bool has_emoji = false;   ///< the draft's is among them
    bool has_theirs = false;  ///< and by the draft's author
};

/// What a judgement needs to know of the room, before the draft.
struct room_now {
    std::uint64_t newest = 0;
    std::optional<key_use> used{};       ///< what the draft's key was used for less than `keys_kept` ago
    std::optional<target_now> target{};  ///< of a draft that is a change
};

/// Tells commands under one key apart; the same in every build, because stores keep it (FNV-1a).
[[nodiscard]] std::uint64_t content_of(const draft& d);

/// What becomes of a draft that is not to be stored: it is a duplicate, or changes nothing, or is refused (a conflict,
/// a reply to nothing, a change of what is not there or of another's). Empty: store it.
[[nodiscard]] std::optional<taken> judge(const draft& d, const room_now& room);

/// Who reacted with what, one by one, in the order in which they did.
struct one_reaction {
    std::string emoji{};
    std::uint64_t identity = 0;
    std::string name{};
};
/// As an event tells them: each emoji once, with its count and the first names.
[[nodiscard]] std::vector<protocol::reaction> summed(const std::vector<one_reaction>& all);

/// The answer to a draft that could not be stored.
[[nodiscard]] taken not_stored();

/// The answer to a draft of which the store cannot find out whether it is stored.
[[nodiscard]] taken not_known();

[[nodiscard]] std::string new_epoch(std::mt19937_64& random);

}  // namespace tertulia::store
