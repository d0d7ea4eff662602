// server/addresses.hpp: how many sockets each address has, and what becomes of another one.
// Thread: the listening shard's.
// Owner: the listener.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>

namespace tertulia {

/// Sockets past a bound that are still answered with 503; what comes beyond them is closed at once.
inline constexpr std::uint32_t refusals_at_once = 32;

class addresses {
public:
    enum class verdict : std::uint8_t { served, refused, closed };

    /// @param most sockets of one address; 0: no bound
    explicit addresses(std::uint32_t most) noexcept : most_(most) {}

    /// What becomes of a socket that was accepted from there. It is counted until gone(), but where it is closed.
    [[nodiscard]] verdict accept(const std::string& address) {
        std::uint32_t& theirs = count_[address];
        if (most_ > 0 && theirs >= most_ + refusals_at_once) return verdict::closed;
        return ++theirs <= most_ || most_ == 0 ? verdict::served : verdict::refused;
    }
    /// Counts one that is served already, until gone(). @return whether the address has no more than it may
    [[nodiscard]] bool enter(const std::string& address) {
        const std::uint32_t theirs = ++count_[address];
        return most_ == 0 || theirs <= most_;
    }
    void gone(const std::string& address) {
        const auto found = count_.find(address);
        if (found != count_.end() && --found->second == 0) count_.erase(found);
    }
    /// Sockets of that address.
    [[nodiscard]] std::uint32_t of(const std::string& address) const {
        const auto found = count_.find(address);
        return found == count_.end() ? 0 : found->second;
    }
    [[nodiscard]] std::size_t size() const noexcept { return count_.size(); }

private:
    const std::uint32_t most_;
    std::unordered_map<std::string, std::uint32_t> count_;
};

}  // namespace tertulia
