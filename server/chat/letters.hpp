// server/chat/letters.hpp: what shards, rooms, connections and the directory say to each other, as values.
// Thread: a letter belongs to one shard at a time; it travels by the mailbox between two.
// Owner: whoever holds it.
#pragma once

#include "core/rate_limit.hpp"
#include "server/chat/client_refs.hpp"
#include "server/chat/shared_text.hpp"
#include "server/chat/stats.hpp"
#include "server/protocol/command.hpp"
#include "server/protocol/reply.hpp"
#include "server/store/search.hpp"

#include <atomic>
#include <memory>
#include <variant>

namespace tertulia::chat {

/// The place of a client_ref that stands for a call, whose number is its `serial`: who posts over HTTP has no
/// connection, and is answered there.
inline constexpr std::uint32_t place_of_call = 0xffff'ffff;

/// Where the answer to a question goes.
struct caller {
    std::uint32_t shard = 0;
    std::uint32_t call = 0;
};

/// What the connections of one identity share. Owned by the directory, which keeps it until each connection that was
/// given it has said goodbye.
struct shared_identity {
    core::rate_limit commands{};  ///< one atomic number, for connections may be on several shards
    std::atomic<bool> posted{false};
    std::atomic<bool> searching{false};  ///< one search of an identity is under way at a time
};

/// Who a connection is. Names and rights are copied, so that nobody looks into the directory.
struct identity {
    std::uint64_t id = 0;
    shared_text name{};
    bool guest = true;
    shared_identity* shared = nullptr;
};

// To a room, at its home.

/// Membership and a cursor; made where the room does not exist. Answer: entered, or a refusal.
struct enter {
    identity who{};
    client_ref client{};
    bool follow = true;  ///< false: `create`; then a room that exists is refused
    protocol::join how{};
    std::string topic{};  ///< of `create`
};
/// The end of a membership, or (keep) of following only. Answer: left, or a refusal.
struct quit_room {
    std::uint64_t identity = 0;
    client_ref client{};
    bool keep = false;
};
/// A connection is gone, or follows no longer. No answer.
struct unfollow_room {
    std::uint64_t identity = 0;
    client_ref client{};
};
/// A guest's life is over; a direct conversation of its ends for the other as well. No answer.
struct end_membership {
    std::uint64_t identity = 0;
};
/// A guest took another name. No answer.
struct rename_member {
    std::uint64_t identity = 0;
    shared_text name{};
};
/// A logged command. The answer goes to the connection (completed), when the store has it.
struct log_event {
    protocol::author from{};
    client_ref client{};
    std::string id{};
    protocol::event_body body{};
    std::string key{};
};
/// Passed on at most once in three seconds. The answer goes to the connection (completed).
struct note_typing {
    std::uint64_t identity = 0;
    client_ref client{};
    std::string id{};
};
/// Answer: history_page or a refusal.
struct read_history {
    std::uint64_t identity = 0;
    protocol::history what{};
};
/// Answer: members_page or a refusal.
struct list_members {
    std::uint64_t identity = 0;
    protocol::members what{};
};
/// A feed of another shard (or this one) lacks events. The answer goes to that hub (page_for_hub).
struct fetch_page {
    std::uint32_t shard = 0;
    hub::page_wish wanted{};
};

/// Of what is logged in a direct conversation, a message makes members of both.
[[nodiscard]] inline bool joins_both(const log_event& e) noexcept {
    return std::holds_alternative<protocol::message_body>(e.body);
}

using room_command = std::variant<enter, quit_room, unfollow_room, end_membership, rename_member, log_event,
                                  note_typing, read_history, list_members, fetch_page>;

/// Whether a command makes its caller a member of a direct conversation, and so makes the room.
[[nodiscard]] inline bool joins(const room_command& what) noexcept {
    const auto* e = std::get_if<log_event>(&what);
    return e != nullptr ? joins_both(*e) : std::holds_alternative<enter>(what);
}

/// The two of a direct conversation, in the order of its name, and their connections that are there.
struct conversation {
    struct side {
        std::uint64_t id = 0;
        shared_text name{};
        std::vector<client_ref> clients{};
    };
    side first{};
    side second{};
};

/// To a direct conversation by the directory only, which says whose it is: what it says last holds.
struct to_room {
    std::string room{};
    caller from{};
    room_command what{};
    std::unique_ptr<const conversation> between{};  ///< none: a room, or a letter that needs no more than its name
};

// To the directory.

/// Answer: welcomed, or a refusal (name_taken, bad_token).
struct say_hello_letter {
    protocol::hello what{};
    bool or_made_up = false;     ///< a taken name gets another one
    bool known_only = false;     ///< where the token is of no guest that lives, none is made: bad_token
    std::uint64_t renaming = 0;  ///< the guest who takes another name; 0: a new connection
    client_ref client{};         ///< who is written to directly is told there; none: over HTTP
};
/// The connection is gone. `named`: the guest took a name or joined a room, so it is kept for a while. No answer.
struct goodbye {
    std::uint64_t identity = 0;
    bool named = false;
    client_ref client{};
};
/// Counts a membership, once. Answer: ok, or too_many_rooms.
struct claim_room {
    std::uint64_t identity = 0;
    std::string room{};
};
/// No answer.
struct release_room {
    std::uint64_t identity = 0;
    std::string room{};
};
/// From the room, as release_room is, so that the last of them says what is so in the room, however claims of several
/// connections crossed. Counted past the bound as well; of a guest whose life is over the membership ends. No answer.
struct confirm_room {
    std::uint64_t identity = 0;
    std::string room{};
};

/// The full names of the rooms that an identity is a member of, or of one, as it calls it. Answer: memberships, or a
/// refusal.
struct list_memberships {
    std::uint64_t identity = 0;
    std::string room{};  ///< empty: all
};

/// Whether that user may write to this one directly. Answer: ok or a refusal.
struct set_block {
    std::uint64_t identity = 0;
    protocol::block what{};
};
/// A command to a direct conversation, as its caller calls it (`@leo`). It is sent on to the one that is meant, whose
/// answer it gets, or answered here where there is none (unknown_room), or one may not write to the other (forbidden).
struct to_direct {
    std::uint64_t identity = 0;
    std::string room{};
    room_command what{};
};

using directory_command = std::variant<say_hello_letter, goodbye, claim_room, release_room, confirm_room,
                                       list_memberships, set_block, to_direct>;

struct to_directory {
    caller from{};
    directory_command what{};
};

// To a shard, and answers.

/// The rooms of one shard, sorted. Answer: rooms_page.
struct list_shard {
    caller from{};
    protocol::list_rooms what{};
};

/// Searches those of the rooms whose home is that shard, and that the identity is a member of. Answer: found_part, or a
/// refusal.
struct search_shard {
    caller from{};
    std::uint64_t identity = 0;
    std::vector<std::string> rooms{};
    store::search_question what{};  ///< without rooms
};

/// Answer: shard_stats.
struct ask_stats {
    caller from{};
};

/// A cursor may start: what `joined` says. The shard opens the follower when this arrives, before any later event.
struct entered {
    protocol::joined what{};
};
/// The connection follows no longer from here on.
struct left {
    std::string room{};
};
struct welcomed {
    identity who{};
    std::string token{};
    bool resumed = false;
    std::vector<std::string> rooms{};  ///< of a guest that is here again: where it is a member
};
struct memberships {
    std::vector<std::string> rooms{};
};
struct found_part {
    store::found_messages what{};
    bool member = false;  ///< of one of the rooms at least
};
using answer_value =
    std::variant<entered, left, welcomed, memberships, found_part, protocol::reply, std::unique_ptr<shard_stats>>;
struct answer {
    std::uint32_t call = 0;
    answer_value what{};
};

/// The answer to a command that its connection did not wait for.
struct completed {
    client_ref client{};
    std::string id{};
    protocol::reply what{};
};
/// A cursor that the client did not ask for: somebody wrote to its user. What comes behind it lies after the cursor.
struct joined_client {
    client_ref client{};
    std::uint64_t identity = 0;
    protocol::joined what{};
};
/// The user's membership ended elsewhere.
struct parted_client {
    client_ref client{};
    std::string room{};
    std::string reason{};
};

struct event_for_hub {
    std::string room{};
    std::shared_ptr<const hub::published> what{};  ///< shared by the shards that follow the room
};
struct passing_for_hub {
    std::string room{};
    protocol::passing what{};
};
struct page_for_hub {
    std::string room{};
    hub::log_page what{};
};

using letter = std::variant<to_room, to_directory, list_shard, search_shard, ask_stats, answer, completed,
                            joined_client, parted_client, event_for_hub, passing_for_hub, page_for_hub>;

/// Brings letters to shards; to the own one at once, to others at the end of the turn. In the order they were sent.
class post_office {
public:
    virtual void send(std::uint32_t shard, letter l) = 0;
    [[nodiscard]] virtual std::uint32_t shards() const noexcept = 0;
    /// The shard that a room lives on.
    [[nodiscard]] std::uint32_t home_of(std::string_view room) const noexcept {
        return static_cast<std::uint32_t>(std::hash<std::string_view>{}(room) % shards());
    }

protected:
    ~post_office() = default;
};

/// The shard that the directory lives on.
inline constexpr std::uint32_t directory_shard = 0;

}  // namespace tertulia::chat
