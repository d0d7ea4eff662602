// server/chat/roster.hpp: the members of one room: who is one, who is here, over which connections, and what changed.
// Thread: the room's home shard.
// Owner: the room.
#pragma once

#include "core/list.hpp"
#include "core/scheduler.hpp"
#include "server/chat/client_refs.hpp"
#include "server/chat/shared_text.hpp"
#include "server/protocol/event.hpp"
#include "server/protocol/limits.hpp"

#include <functional>
#include <memory>
#include <unordered_map>
#include <vector>

namespace tertulia::chat {

struct member : core::list_hook<member> {
    shared_text name{};
    client_refs following{};
    bool here = false;              ///< follows, or did less than ten seconds ago
    core::time_point away_since{};  ///< where it is here and follows no longer
    core::time_point typed_at{};
};

/// Presence tells which users came and went, gathered for up to a second; who comes back within ten seconds never left;
/// where more than 100 are here only the count is told. So its cost follows what changed, never the square of the room.
class roster final : core::timer {
public:
    using teller = std::function<void(const protocol::presence&)>;

    /// @param tell is called at the beginning of a turn, at most once a second
    roster(core::scheduler& on, std::uint32_t shards, teller tell);
    ~roster();

    [[nodiscard]] member* find(std::uint64_t identity) noexcept;
    member& add(std::uint64_t identity, const shared_text& name);
    /// Ends a membership, and gives the connections that followed the room by it.
    std::vector<client_ref> remove(std::uint64_t identity);
    void rename(std::uint64_t identity, const shared_text& name);

    void follow(member& m, client_ref by);
    void unfollow(member& m, client_ref by);

    [[nodiscard]] std::size_t members() const noexcept { return members_.size(); }
    [[nodiscard]] std::size_t here() const noexcept { return here_.size(); }
    /// At most `limit` names of who is here, sorted, behind `after`.
    [[nodiscard]] std::vector<std::string> names(std::string_view after, std::size_t limit) const;
    /// Whether connections of that shard follow the room.
    [[nodiscard]] bool followed_on(std::uint32_t shard) const noexcept { return by_shard_[shard] > 0; }

private:
    [[nodiscard]] std::vector<member*>::iterator place_of(std::string_view name) noexcept;
    void came(member& m);
    void went(member& m);
    void changed();
    void tell();
    void set_timer();
    void fired() noexcept override;

    core::scheduler& on_;
    const teller tell_;
    std::unordered_map<std::uint64_t, member> members_;
    std::vector<member*> here_;  // sorted by name: 8 bytes for each, and even 10,000 are moved in microseconds
    core::list<member> away_;    // here, but following no longer; the longest first
    std::vector<std::uint32_t> by_shard_;
    // Since the last telling; a name is in one of them, by what it did last. Who joined in between was told by `joined`
    // who was here then, so coming and going do not cancel out: one of both is news to somebody.
    std::vector<std::string> entered_;
    std::vector<std::string> left_;
    bool untold_ = false;
    core::time_point told_at_{};
    core::time_point tell_at_{};
};

}  // namespace tertulia::chat
