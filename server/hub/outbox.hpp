// server/hub/outbox.hpp: what is to be written to one connection: its replies first, then what lies behind its cursors.
// Thread: the connection's shard.
// Owner: the connection, which derives from it.
#pragma once

#include "server/hub/feed.hpp"
#include "server/net/stream.hpp"

namespace tertulia::hub {

class hub;

/// At most one write a turn, of everything that is there by then. Where the socket takes less, the rest of the frame
/// that has begun is kept here and the cursors stay at the edge of a frame, so a slow reader costs a bounded amount of
/// memory.
class outbox : public core::list_hook<outbox> {
public:
    outbox(hub& of, net::stream& to, protocol::format as) noexcept : hub_(of), stream_(to), as_(as) {}
    outbox(const outbox&) = delete;
    outbox& operator=(const outbox&) = delete;

    [[nodiscard]] protocol::format format() const noexcept { return as_; }

    /// Puts `payload` as one text frame behind the replies that wait.
    void say(std::string_view payload);
    /// Puts a whole frame there (a pong, a close).
    void say_frame(std::string_view frame);
    /// Tells that events were passed over.
    void lagged(std::string_view room, protocol::lagged what);
    /// Bytes of replies that wait.
    [[nodiscard]] std::size_t waiting() const noexcept { return direct_ ? direct_->bytes.size() - direct_->sent : 0; }

    /// Follows `of` from event `first` on; moves the cursor where it follows already.
    void follow(feed& of, std::uint64_t first);
    /// False: it did not follow that room.
    bool unfollow(std::string_view room);
    void unfollow_all();
    [[nodiscard]] bool follows(std::string_view room) noexcept { return find(room) != nullptr; }
    /// Calls `f(room name)` for each.
    template <class F>
    void each_followed(F f) {
        for (follower& each : following_) f(each.room.room());
    }

    /// Will be flushed at the end of the turn.
    void touch() noexcept;
    /// Writes what is there; where not all goes out, blocked() is true until unblock().
    void flush();
    [[nodiscard]] bool blocked() const noexcept { return blocked_; }
    /// The socket takes bytes again: flush().
    void unblock() noexcept { blocked_ = false; }
    /// Whether the stream broke: nothing will be written any more.
    [[nodiscard]] bool broken() const noexcept { return broken_; }
    /// After an exception, of which nobody knows what it left: nothing is written any more.
    void give_up() {
        broken_ = true;
        became_blocked();
    }
    /// Nothing is written any more but the replies that wait already: a close frame is the last.
    void seal() noexcept { sealed_ = true; }

protected:
    ~outbox();

private:
    struct piece {
        follower* of;  // nullptr: replies
        std::string_view bytes;
    };
    friend class hub;

    /// After a flush that left bytes waiting: await writable() and call unblock().
    virtual void became_blocked() = 0;
    /// All replies that waited are written.
    virtual void replies_written() = 0;

    /// Whole frames, and at most the rest of one that has begun in front of them. Only where something waits: an idle
    /// connection keeps no buffer.
    struct replies {
        std::string bytes{};
        std::size_t sent = 0;
    };
    [[nodiscard]] std::string& direct();
    [[nodiscard]] follower* find(std::string_view room) noexcept;
    void drop(follower& f) noexcept;
    void gather(std::vector<piece>& pieces);
    void gather_from(follower& f, std::vector<piece>& pieces);
    void sent(const std::vector<piece>& pieces, std::size_t bytes);
    void advance(follower& f, std::size_t taken);

    hub& hub_;
    net::stream& stream_;
    std::unique_ptr<replies> direct_;
    core::list<follower, outbox> following_;
    const protocol::format as_;
    bool blocked_ = false;
    bool broken_ = false;
    bool sealed_ = false;
};

}  // namespace tertulia::hub
