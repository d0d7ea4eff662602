// server/store/keeper.hpp: what keeps the logs of a whole server, and gives each shard its own.
// Thread: main, while no shard runs; the logs that it gives are their shards'.
// Owner: main; it outlives the shards.
#pragma once

#include "server/store/log.hpp"

#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <random>
#include <string_view>

namespace tertulia::store {

/// The key that guests' tokens are signed with.
using token_key = std::array<unsigned char, 32>;

class keeper {
public:
    /// The shard that a log is made for; what it refers to outlives the log.
    struct shard_place {
        core::scheduler& on;
        std::mt19937_64& random;  ///< draws epochs
        std::function<bool(std::string_view room)> at_home{};
    };

    virtual ~keeper() = default;

    [[nodiscard]] virtual std::unique_ptr<log> log_for(shard_place shard) = 0;

    /// What a store does by itself while the server runs; on one shard's loop, until `ctx` ends.
    virtual core::task<> tend(core::context&) { co_return; }

    /// Empty where nothing is kept, so that a token is worth nothing when the server has ended.
    [[nodiscard]] virtual std::optional<token_key> tokens_signed_by() const { return std::nullopt; }

    /// After the last log is gone: the mark of a clean stop. Error: it could not be set.
    virtual core::result<> close() { return {}; }
};

}  // namespace tertulia::store
