// server/chat/rooms.hpp: the rooms whose home is this shard: made on first use, found by name, put to rest when unused.
// Thread: one shard's.
// Owner: the shard.
#pragma once

#include "server/chat/room.hpp"

namespace tertulia::chat {

class rooms {
public:
    rooms(core::context& parent, post_office& mail, store::log& log, const protocol::limits& most);

    /// Brings a command to its room. One that needs no room to be made gets its answer here where there is none.
    void take(to_room l);
    /// Answers with the rooms of this shard, sorted: those that have members or events.
    void take(list_shard l);
    void take(search_shard l);

    /// Lets all rooms finish what is in their inboxes, and puts them to rest. Nothing is taken from here on.
    core::task<> stop();

    /// Rooms that are awake.
    [[nodiscard]] std::size_t size() const noexcept { return all_.size(); }
    /// Gives back the pages that were kept for who comes back at the same time. Called now and then.
    void rest_pages() { pages_.rest(); }
    /// Commands that wait in their inboxes.
    [[nodiscard]] std::size_t queued();

private:
    core::task<> list(list_shard l);
    core::task<> search(search_shard l);
    core::task<protocol::rooms_page> page_of(protocol::list_rooms what);
    static core::task<> bury(std::unique_ptr<room> r);

    post_office& mail_;
    store::log& log_;
    core::scope scope_;
    pages pages_;  // loads in the scope
    bool stopped_ = false;
    core::resource_manager<std::string, room> all_;
};

}  // namespace tertulia::chat
