// server/chat/client_refs.hpp: a connection as it is named from anywhere, and a few of them together.
// Thread: any; plain values.
// Owner: whoever holds the value.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

namespace tertulia::chat {

/// A connection, from anywhere. `serial` tells two apart that had the same place one after the other.
struct client_ref {
    std::uint32_t shard = 0;
    std::uint32_t place = 0;
    std::uint32_t serial = 0;
    friend bool operator==(const client_ref&, const client_ref&) = default;
};

/// Some connections. One, as a rule, and one is kept without an allocation.
class client_refs {
public:
    /// False: it is among them already.
    bool add(client_ref c);
    /// False: it is not among them.
    bool remove(client_ref c) noexcept;
    [[nodiscard]] bool has(client_ref c) const noexcept;
    [[nodiscard]] bool empty() const noexcept { return first_ == client_ref{}; }
    [[nodiscard]] std::vector<client_ref> all() const;

private:
    client_ref first_{};  // the one that is no connection's: there is none
    std::unique_ptr<std::vector<client_ref>> others_{};
};

}  // namespace tertulia::chat
