// server/chat/token.hpp: what proves to be the same guest again: an identity and a name, signed.
// Thread: any after construction; no changing state.
// Owner: the server, one for all shards.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tertulia::chat {

/// Makes and reads `g.…`. Signed by libsodium's crypto_auth (HMAC-SHA512-256) under a key drawn when the server starts.
class token_signer {
public:
    token_signer();

    struct claim {
        std::uint64_t identity = 0;
        std::string name{};
        bool genuine = false;  ///< signed by this server's key; else the identity means nothing
    };

    [[nodiscard]] std::string sign(std::uint64_t identity, std::string_view name) const;

    /// Empty: that is no guest's token at all. One of another server's life is read, but not genuine.
    [[nodiscard]] std::optional<claim> read(std::string_view token) const;

private:
    std::array<unsigned char, 32> key_{};
};

}  // namespace tertulia::chat
