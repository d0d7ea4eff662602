// server/chat/pages.hpp: pages of the logs of this shard's rooms, read and framed once for all shards that lack them.
// Thread: the rooms' home shard; the pages that it gives go to any.
// Owner: chat::rooms.
#pragma once

#include "core/cache.hpp"
#include "server/hub/page.hpp"
#include "server/store/log.hpp"

namespace tertulia::chat {

/// Which page. The epoch tells a log from the one that had its name before.
struct page_key {
    std::string room{};  ///< as it is called in the frames
    std::string log{};   ///< as the store calls it
    std::string epoch{};
    std::uint64_t start = 0;
    protocol::format as{};
    friend bool operator==(const page_key&, const page_key&) = default;
};

}  // namespace tertulia::chat

template <>
struct std::hash<tertulia::chat::page_key> {
    std::size_t operator()(const tertulia::chat::page_key& k) const noexcept {
        return std::hash<std::string_view>{}(k.room) ^
               std::hash<std::uint64_t>{}(k.start * 2 + (k.as == tertulia::protocol::format::text));
    }
};

namespace tertulia::chat {

/// Keeps a page for as long as a crowd takes to come back, so that it asks the log once. A room tells what it changed
/// before it tells anybody else, and asks for pages in turn with its changes: none is given out that is older.
class pages {
public:
    using shared_page = std::shared_ptr<const hub::page>;

    /// @param in must be joined before this dies
    pages(core::scope& in, store::log& log);

    /// The page that begins at `which.start`; one that is kept but doesn't reach `seq` is read anew. Errors: the log's.
    core::task<core::result<shared_page>> get(core::context& ctx, page_key which, std::uint64_t seq);
    /// Event `seq` of the room, and what tells of it behind, are no longer what they were.
    void changed(std::string_view room, std::uint64_t seq);
    /// Keeps none from here on.
    void rest() { kept_.clear(); }

private:
    core::cache<page_key, shared_page> kept_;
};

}  // namespace tertulia::chat
