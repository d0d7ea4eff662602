// tests/load/judge.hpp: decides whether every member got every message of its room once, in order, and no other's.
// Thread: one.
// Owner: the run; it knows no socket and no clock.
#pragma once

#include "tests/load/layout.hpp"
#include "tests/load/marker.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
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
    std::uint64_t passed_over = 0;   ///< events that `lagged` or `recovered: false` told of, and so not lost

    tally& operator+=(const tally& more) noexcept;
};

/// What the judge of one process knows of one room; compared with what the others know.
struct room_account {
    std::uint64_t base = 0;                 ///< the seq of contents[0]; 0: nobody joined
    std::vector<std::uint64_t> contents{};  ///< who posted which number; 0: nobody has seen it
    std::vector<std::uint32_t> sent{};      ///< how many each publisher has posted; 0 at those of other processes
};

/// Judges by the promises 1 to 4 of docs/protocol.md the members of one process, who are numbered as in
/// `layout::seats`. Costs 16 bytes for each message posted and 24 for each member.
class judge {
public:
    /// `run` is that of our markers.
    judge(std::uint32_t run, const layout& who);

    /// The member follows its room from `first` on.
    void joined(std::uint32_t member, std::uint64_t first);

    /// The member came back and asked for what follows `next_of`; the server says that it will send on from `first`.
    /// What lies between is lost if the server says so little as that it `recovered`, and passed over otherwise.
    void returned(std::uint32_t member, std::uint64_t first, bool recovered);

    /// The seq that the member must get next.
    [[nodiscard]] std::uint64_t next_of(std::uint32_t number) const { return members_[number].next; }

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

    /// The newest seq that each room is known to have, and that others know it to have.
    [[nodiscard]] std::vector<std::uint64_t> newest() const;
    void expect(std::span<const std::uint64_t> newest);

    /// True when no member that is here lacks an event that is known to exist. Walks over all members.
    [[nodiscard]] bool caught_up() const noexcept;

    /// What is known so far; `lost` is still 0.
    [[nodiscard]] const tally& so_far() const noexcept { return tally_; }

    /// The judgement: what is lacking now is lost.
    [[nodiscard]] tally finish() const;

    /// What other processes' judges compare with theirs.
    [[nodiscard]] std::vector<room_account> accounts() const;

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

    struct postings {
        bool ours = false;  // else another process posts, and we learn of it by what arrives
        std::vector<post> posts;
    };

    // What a room's log is known to hold, from acknowledgements and from whoever saw an event first.
    struct log {
        std::uint64_t base = 0;  // the seq of contents[0]; 0: nobody has joined
        std::uint64_t newest = 0;
        std::vector<std::uint64_t> contents;  // who posted which number, `unknown` where nobody has seen it yet
        std::vector<postings> publishers;
    };

    struct range {
        std::uint64_t first, last;
    };

    enum class place { next, late, repeated, absurd };

    place take(member& m, std::uint32_t number, std::uint64_t seq);
    bool fill_hole(std::uint32_t number, std::uint64_t seq);
    bool claim(log& l, std::uint64_t seq, std::uint64_t content);
    post* find_post(log& l, const marker& text);

    std::uint32_t run_;
    std::vector<member> members_;
    std::vector<log> logs_;
    std::unordered_map<std::uint32_t, std::vector<range>> holes_;  // by member: passed by, and may still come late
    tally tally_;
};

/// What shows only when the processes' accounts are laid side by side, as additions to the sum of their tallies:
/// another message where one saw this one, and messages that no process has posted. Rooms in their order in each
/// account.
[[nodiscard]] tally reconcile(std::span<const std::vector<room_account>> accounts);

}  // namespace tertulia::load
