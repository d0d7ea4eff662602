// server/hub/feed.hpp: one room as this shard's connections see it: its rings, its passing events, and who follows it.
// Thread: one shard's.
// Owner: the hub, for as long as somebody follows the room here.
#pragma once

#include "core/list.hpp"
#include "server/hub/page.hpp"
#include "server/hub/ring.hpp"

#include <array>
#include <memory>

namespace tertulia::hub {

class feed;
class outbox;

/// A logged event on its way to every shard that follows its room: encoded and framed once.
struct published {
    protocol::event what{};
    std::string json_frame{};
    core::time_point at{};  ///< when the room published it
};

/// A cursor: one connection's place in one room's log.
struct follower : core::list_hook<feed>, core::list_hook<outbox> {
    follower(feed& of, outbox& of_whom, std::uint64_t next) noexcept : room(of), to(of_whom), seq(next) {}

    feed& room;
    outbox& to;
    std::uint64_t seq;                      ///< the next event it wants
    std::uint64_t log_until = 0;            ///< up to here it reads the log, whatever the ring has
    std::uint64_t lane_seen = 0;            ///< the next passing event it wants
    std::shared_ptr<const page> reading{};  ///< where it reads the log and not the ring
};

class feed : public core::list_hook<feed> {
public:
    /// @param next_seq of the first event that will be published here
    /// @param recovery_events how far behind a cursor may be; 0: no limit
    feed(std::string room, std::uint64_t next_seq, std::uint64_t recovery_events)
        : room_(std::move(room)), next_seq_(next_seq), recovery_events_(recovery_events) {}

    [[nodiscard]] const std::string& room() const noexcept { return room_; }
    [[nodiscard]] std::uint64_t next_seq() const noexcept { return next_seq_; }

    void add(follower& f);
    /// The last one of a format takes its ring along. @return how many bytes that gives back
    std::size_t remove(follower& f) noexcept;
    [[nodiscard]] bool has_followers() noexcept { return !followers_.empty(); }
    [[nodiscard]] core::list<follower, feed>& followers() noexcept { return followers_; }

    /// The next event will be `seq`. Where others lie between, which this shard was not sent for nobody here was known
    /// to follow, or where the numbers begin anew, what was framed has a hole or is of another log: it is dropped, and
    /// who lacks something reads the log. @return bytes that gives back
    std::size_t expect(std::uint64_t seq) noexcept;
    /// Appends to the ring of each format in use; `p` is the event that is expected. Where it changes a message, pages
    /// that may have it are read anew; where it deletes one, the text goes from the rings. @return by how many bytes
    /// rings grew
    std::size_t publish(const published& p, std::size_t spare);
    /// Where no event has come since `before`, gives the rings' memory back. @return how much
    std::size_t rest(core::time_point before) noexcept;
    [[nodiscard]] const ring* ring_of(protocol::format as) const noexcept { return slot(as).events.get(); }
    /// The ring, where `f` is to take from it what it wants; null: from the log.
    [[nodiscard]] const ring* ring_for(const follower& f) const noexcept;
    /// A cursor that starts now at `f.seq` is owed the present form of all that was changed, which the rings, encoded
    /// before, do not have.
    void start(follower& f) const noexcept { f.log_until = changed_until_; }

    /// Puts a passing event into the lane; one of the same `topic` that is still there gives way to it.
    void pass(const protocol::passing& p, core::time_point now);
    /// Appends the frames of the passing events that `f` has not seen, and that are still worth telling, to `out`.
    void take_passing(follower& f, std::string& out, core::time_point now);
    [[nodiscard]] bool has_passing(const follower& f) const noexcept { return f.lane_seen < lane_next_; }

    /// Asks `source` for the page that holds what `f` wants, once for all who wait.
    void ask_for_page(const follower& f, page_source& source);
    void page_arrived(const log_page& p);

private:
    struct passing_event {
        std::uint64_t number;
        std::string topic;  // what it is about; empty: never replaced
        core::time_point until;
        std::array<std::string, 2> frames;  // by format
    };
    struct encoding {
        std::unique_ptr<ring> events{};
        std::size_t followers = 0;
        core::time_point last{};
    };
    struct edit {
        std::uint64_t seq;
        std::uint64_t target;
    };
    void amend(const protocol::event_body& change);
    void take_text_out(std::uint64_t seq);
    void drop_pages(std::uint64_t from) noexcept;
    void note_edit(std::uint64_t seq, std::uint64_t target);
    encoding& slot(protocol::format as) noexcept { return encodings_[static_cast<std::size_t>(as)]; }
    [[nodiscard]] const encoding& slot(protocol::format as) const noexcept {
        return encodings_[static_cast<std::size_t>(as)];
    }

    /// The seq that is asked of the log for `f`: its page's first, so that its neighbours wait for the same page.
    [[nodiscard]] std::uint64_t page_start(const follower& f) const noexcept {
        if (recovery_events_ > 0 && next_seq_ - f.seq > recovery_events_) return a_new_start;
        return f.seq - (f.seq - 1) % page_events;
    }

    const std::string room_;
    std::uint64_t next_seq_;
    const std::uint64_t recovery_events_;
    core::list<follower, feed> followers_;
    std::array<encoding, 2> encodings_;
    std::uint64_t changed_until_ = 0;  // behind it the rings have all events in their present form
    std::vector<edit> edits_;          // in the rings
    std::vector<passing_event> lane_;
    std::uint64_t lane_next_ = 0;
    std::vector<page_wish> asked_;  // pages under way
};

}  // namespace tertulia::hub
