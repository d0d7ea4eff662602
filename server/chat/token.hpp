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

/// Makes and reads `g.…`. Signed by libsodium's crypto_auth (HMAC-SHA512-256).
class token_signer {
public:
    using key = std::array<unsigned char, 32>;

    /// @param kept the key of the server's earlier lives, whose tokens are then genuine, too; otherwise one is drawn
    explicit token_signer(const std::optional<key>& kept = std::nullopt);

    struct claim {
        std::uint64_t identity = 0;
        std::string name{};
        bool genuine = false;  ///< signed by this server's key; else the identity means nothing
    };

    [[nodiscard]] std::string sign(std::uint64_t identity, std::string_view name) const;

    /// Empty: that is no guest's token at all. One of another server's life is read, but not genuine.
    [[nodiscard]] std::optional<claim> read(std::string_view token) const;

    /// Whether a genuine token may be of an earlier life of the server.
    [[nodiscard]] bool outlives_the_server() const noexcept { return kept_; }

private:
    key key_{};
    const bool kept_;
};

}  // namespace tertulia::chat
