// server/chat/room.hpp: one room: decides who may, hands events to the log, publishes what the log has stored.
// Thread: its home shard; from other shards by letter.
// Owner: chat::rooms. Ends when its inbox is closed, and all that was in it has its answer.
#pragma once

#include "core/channel.hpp"
#include "core/resource_manager.hpp"
#include "core/scope.hpp"
#include "server/chat/pages.hpp"
#include "server/chat/roster.hpp"
#include "server/chat/undone.hpp"
#include "server/protocol/name.hpp"
#include "server/store/log.hpp"

#include <array>

namespace tertulia::chat {

class room;
using room_handle = core::resource_manager<std::string, room>::handle;

/// An actor. What has come while a batch of events was being stored is the next batch, so that an append is shared by
/// all who post at the same time, and `seq` order needs no book-keeping: a room never has two appends under way.
class room {
public:
    /// A command on its way; it keeps the room from being put to rest.
    struct delivery {
        room_handle holds{};
        caller from{};
        room_command what{};
        std::unique_ptr<const conversation> between{};
    };

    room(std::string name, core::context& parent, post_office& mail, store::log& log, pages& shared,
         const protocol::limits& most);
    room(const room&) = delete;
    room& operator=(const room&) = delete;

    /// Never waits: who sends is bounded by its credit of unanswered commands. Where it throws, `d` is as it was.
    void take(delivery&& d) { (void)inbox_.try_send(std::move(d)); }

    /// What the list of rooms says.
    [[nodiscard]] const std::string& name() const noexcept { return name_; }
    [[nodiscard]] const std::string& topic() const noexcept { return head_.topic; }
    [[nodiscard]] std::uint64_t seq() const noexcept { return head_.newest; }
    [[nodiscard]] std::size_t here() const noexcept { return roster_.here(); }
    [[nodiscard]] std::size_t queued() const noexcept { return inbox_.size(); }
    /// What its log is called; empty: that identity is no member, or whose conversation it is isn't known yet.
    [[nodiscard]] std::string log_for(std::uint64_t identity) noexcept {
        return roster_.find(identity) == nullptr ? std::string{} : log_name_;
    }
    [[nodiscard]] bool listed() const noexcept { return roster_.members() > 0 && !direct(); }

    /// Lets go of itself: at the end of the server, when members no longer count.
    void forget_members() noexcept { hold_.reset(); }
    /// Closes the inbox, and waits until all that was in it has its answer.
    core::task<> finish();

private:
    core::task<> run();
    core::task<> open();
    core::task<> handle(caller from, room_command& what);
    core::task<> commit();

    core::task<> on(caller from, enter e);
    core::task<> let_in(caller from, enter e);
    void tell_directory(std::uint64_t identity);

    // Of a direct conversation only.
    [[nodiscard]] bool direct() const noexcept { return protocol::is_direct(name_); }
    core::task<bool> meet(const conversation& between, const room_command& what);
    core::task<> become(const conversation& between);
    core::task<bool> join_both(const conversation& between);
    void end_conversation();
    core::task<> on(caller from, read_history h);
    core::task<> on(caller from, fetch_page f);
    void on(caller from, const quit_room& q);
    void on(caller from, const list_members& l);
    void on(const unfollow_room& u);
    void on(const end_membership& e);
    void on(const rename_member& r);
    void on(const note_typing& t);
    void on(log_event& e);

    core::task<core::result<std::uint64_t>> start_of(std::uint32_t messages, std::uint64_t most_back);
    core::task<core::result<protocol::joined>> cursor_for(const protocol::join& how);
    void part(std::uint64_t identity, client_ref except, std::string_view reason);
    void reply(caller to, protocol::reply r);
    void refuse(caller to, protocol::code c, std::string message);
    void complete(client_ref client, std::string id, protocol::reply r);
    [[nodiscard]] protocol::refusal not_joined() const;
    void publish(const protocol::event& e);
    void pass(const protocol::passing& p);

    /// Where a new cursor that wants so many messages starts, while the log begins and ends here: a crowd that joins at
    /// once asks the log once.
    struct cursor_start {
        std::uint64_t oldest = 0;
        std::uint64_t newest = 0;
        std::uint32_t messages = 0;
        std::uint64_t first = 0;  // 0: not known
    };

    const std::string name_;
    std::string log_name_;                // what the log calls it; empty: a conversation whose two are not known
    std::array<std::uint64_t, 2> two_{};  // the identities of a conversation
    core::scope scope_;
    post_office& mail_;
    store::log& log_;
    pages& pages_;
    const protocol::limits& most_;
    core::channel<delivery> inbox_{core::channel<delivery>::unbounded};
    store::head head_{};
    cursor_start last_start_{};
    roster roster_;
    room_handle hold_{};            // its own, while it has members
    std::vector<log_event> batch_;  // to be stored together
};

}  // namespace tertulia::chat
