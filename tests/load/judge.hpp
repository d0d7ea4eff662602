// tests/load/judge.hpp: decides whether every member got every message of its room once, in order, and no other's.
// Thread: one.
// Owner: the run; it knows no socket and no clock.
#pragma once

#include "tests/load/marker.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <unordered_map>
#include <vector>

namespace tertulia::load {

/// What was judged. Everything but `deliveries`, `foreign`, `lagged` and `passed_over` is a fault of the server.
struct tally {
    std::uint64_t deliveries = 0;    ///< messages of ours that reached a member
    std::uint64_t lost = 0;          ///< events that a member should have got and did not (known after `finish`)
    std::uint64_t duplicated = 0;    ///< events that came again, or messages that stand in the log twice
    std::uint64_t out_of_order = 0;  ///< events that came after a later one, or stand where others saw another
    std::uint64_t misrouted = 0;     ///< events of a room that the member is not in, or messages posted to another room
    std::uint64_t unsent = 0;        ///< markers of messages that were never posted
    std::uint64_t foreign = 0;       ///< events in our rooms that are not ours
    std::uint64_t lagged = 0;        ///< how often a member was told that it lagged
    std::uint64_t passed_over = 0;   ///< events that `lagged` named, and that were not lost therefore
};

/// Judges by the promises 1 to 3 of docs/protocol.md. Members are numbered through all rooms: room r has members
/// r * members to (r + 1) * members - 1. Costs 16 bytes for each message posted and 24 for each member.
class judge {
public:
    /// `rooms` rooms of `members` members, the first `publishers` of each post. `run` is that of our markers.
    judge(std::uint32_t run, std::uint32_t rooms, std::uint32_t members, std::uint32_t publishers);

    /// The member follows its room from `first` on.
    void joined(std::uint32_t member, std::uint64_t first);

    /// The member's connection ended: what it has not got by now it need not get.
    void gone(std::uint32_t member);

    /// A publisher posts; gives the number that its marker carries.
    std::uint32_t sent(std::uint32_t room, std::uint32_t publisher);

    /// The server took message `number` as `seq`. False: nobody asked, or it was answered before.
    [[nodiscard]] bool acknowledged(std::uint32_t room, std::uint32_t publisher, std::uint64_t number,
                                    std::uint64_t seq);

    /// A logged event reached `member`. `room`: the number of the room that the event names, nothing if it is none of
    /// ours. `text`: its marker, nothing if it has none. True: a message of ours, delivered as it should.
    bool arrived(std::uint32_t member, std::optional<std::uint32_t> room, std::uint64_t seq,
                 const std::optional<marker>& text);

    /// The member was told that it was not sent `first` to `last`.
    void lagged(std::uint32_t member, std::optional<std::uint32_t> room, std::uint64_t first, std::uint64_t last);

    /// True when no member that is here lacks an event that is known to exist. Walks over all members.
    [[nodiscard]] bool caught_up() const noexcept;

    /// What is known so far; `lost` is still 0.
    [[nodiscard]] const tally& so_far() const noexcept { return tally_; }

    /// The judgement: what is lacking now is lost.
    [[nodiscard]] tally finish() const;

private:
    struct member {
        std::uint64_t next = 0;  // the seq it must get next; 0: has not joined
        std::uint32_t room = 0;
        bool here = false;
    };

    struct post {
        std::uint64_t seq : 63 = 0;  // where it stands in the log; 0: not known yet
        std::uint64_t acknowledged : 1 = 0;
    };

    // What a room's log is known to hold, from acknowledgements and from whoever saw an event first.
    struct log {
        std::uint64_t base = 0;  // the seq of contents[0]; 0: nobody has joined
        std::uint64_t newest = 0;
        std::vector<std::uint64_t> contents;   // who posted which number, `unknown` where nobody has seen it yet
        std::vector<std::vector<post>> posts;  // of each publisher
    };

    struct range {
        std::uint64_t first, last;
    };

    enum class place { next, late, repeated, absurd };

    place take(member& m, std::uint32_t number, std::uint64_t seq);
    bool fill_hole(std::uint32_t number, std::uint64_t seq);
    bool claim(log& l, std::uint64_t seq, std::uint64_t content);

    std::uint32_t run_;
    std::vector<member> members_;
    std::vector<log> logs_;
    std::unordered_map<std::uint32_t, std::vector<range>> holes_;  // by member: passed by, and may still come late
    tally tally_;
};

}  // namespace tertulia::load
