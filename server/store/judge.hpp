// server/store/judge.hpp: what every store decides alike: keys that were used, replies to what is not there, epochs.
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

/// Tells commands under one key apart; the same in every build, because stores keep it (FNV-1a).
[[nodiscard]] std::uint64_t content_of(const draft& d);

/// What becomes of a draft that is not to be stored: a duplicate, a conflict, a reply to nothing. Empty: store it.
/// @param newest of the room, before this draft
/// @param used what its key was used for less than `keys_kept` ago, where it was
[[nodiscard]] std::optional<taken> judge(const draft& d, std::uint64_t newest, const std::optional<key_use>& used);

/// The answer to a draft that could not be stored.
[[nodiscard]] taken not_stored();

/// The answer to a draft of which the store cannot find out whether it is stored.
[[nodiscard]] taken not_known();

[[nodiscard]] std::string new_epoch(std::mt19937_64& random);

}  // namespace tertulia::store
