// server/chat/token.cpp: the layout of a guest's token: "g." and base64url of identity (8 bytes), name, signature (32).
// Thread: any.
// Owner: see the header.
#include "server/chat/token.hpp"

#include <sodium.h>

#include <stdexcept>
#include <vector>

namespace tertulia::chat {

namespace {
constexpr std::string_view guest_prefix = "g.";
constexpr std::size_t identity_bytes = 8;
constexpr std::size_t token_most = 512;
static_assert(crypto_auth_KEYBYTES == 32 && crypto_auth_BYTES == 32);
}  // namespace

token_signer::token_signer(const std::optional<key>& kept) : kept_(kept.has_value()) {
    if (sodium_init() < 0) throw std::runtime_error("libsodium can't be used on this machine");
    if (kept) {
        key_ = *kept;
    } else {
        crypto_auth_keygen(key_.data());
    }
}

std::string token_signer::sign(std::uint64_t identity, std::string_view name) const {
    std::string content;
    for (std::size_t i = 0; i < identity_bytes; ++i) content += static_cast<char>(identity >> (8 * i));
    content += name;
    std::array<unsigned char, crypto_auth_BYTES> mac{};
    crypto_auth(mac.data(), reinterpret_cast<const unsigned char*>(content.data()), content.size(), key_.data());
    content.append(reinterpret_cast<const char*>(mac.data()), mac.size());
    std::vector<char> text(sodium_base64_encoded_len(content.size(), sodium_base64_VARIANT_URLSAFE_NO_PADDING));
    sodium_bin2base64(text.data(), text.size(), reinterpret_cast<const unsigned char*>(content.data()), content.size(),
                      sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    return std::string{guest_prefix} + text.data();
}

std::optional<token_signer::claim> token_signer::read(std::string_view token) const {
    if (token.size() > token_most || !token.starts_with(guest_prefix)) return std::nullopt;
    token.remove_prefix(guest_prefix.size());
    if (token.empty()) return std::nullopt;
    std::vector<unsigned char> content(token.size());
    std::size_t size = 0;
    if (sodium_base642bin(content.data(), content.size(), token.data(), token.size(), nullptr, &size, nullptr,
                          sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0 ||
        size <= identity_bytes + crypto_auth_BYTES) {
        return std::nullopt;
    }
    const std::size_t signed_bytes = size - crypto_auth_BYTES;
    claim c;
    for (std::size_t i = 0; i < identity_bytes; ++i) c.identity |= std::uint64_t{content[i]} << (8 * i);
    c.name.assign(reinterpret_cast<const char*>(content.data()) + identity_bytes, signed_bytes - identity_bytes);
    c.genuine = crypto_auth_verify(content.data() + signed_bytes, content.data(), signed_bytes, key_.data()) == 0;
    return c;
}

}  // namespace tertulia::chat
