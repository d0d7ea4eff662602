// server/chat/connection.hpp: one client: its protocol state, its identity, its cursors; an actor in its own context.
// Thread: its shard.
// Owner: the coroutine that serves it, its own serve().
#pragma once

#include "core/scope.hpp"
#include "server/chat/clients.hpp"
#include "server/chat/services.hpp"

#include <memory>

namespace tertulia::chat {

/// What the URL of the upgrade said, checked already.
struct opening {
    protocol::format as = protocol::format::json;
    std::optional<std::string> name{};
    std::optional<std::string> token{};
    std::vector<std::string> rooms{};
    std::size_t joined = 0;     ///< so many of them
    std::string first_bytes{};  ///< of the first frames, where they came with the head
};

/// Reads commands, sends them on, and writes replies and events. It is read from only while it has credit: so many
/// commands may be unanswered, so many bytes of replies unwritten; so nothing behind it grows without bound. An idle
/// one keeps no buffer, and of all coroutines only serve().
class connection final : hub::outbox, watched {
public:
    /// @param place given back when the socket is closed
    connection(services& of, std::unique_ptr<net::stream> on, std::unique_ptr<net::socket_place> place,
               std::unique_ptr<opening> how);
    ~connection();

    /// Serves the client until it is gone or closed, and says its goodbyes. An exception ends this one, not the others.
    static core::task<> serve(std::unique_ptr<connection> self);

    /// Answers that were not waited for.
    void take(completed c);
    void take(joined_client j);
    void take(const parted_client& p);

    /// Begins the close handshake: a close frame behind the replies that wait, and then the end.
    void close(std::uint16_t code, std::string_view reason);

private:
    class join_call;
    class leave_call;
    class hello_call;
    /// Where reading has to wait: for what the URL asked for, for a command to be carried out, or (without them) for
    /// credit.
    struct unfinished {
        std::unique_ptr<opening> how{};
        std::unique_ptr<protocol::request> next{};
        std::string rest{};  ///< of what was read behind it
    };

    // Reading.
    [[nodiscard]] bool reading() const noexcept { return !unfinished_ && !peer_closed_ && !ctx_.done(); }
    void read();
    void take_messages(std::span<std::uint8_t> bytes);
    core::task<> attend();
    core::task<> catch_up();
    core::task<> open(opening& how);
    void on_message(ws::message m);
    void on_text(std::string_view text);
    void dispatch(protocol::request r);
    void stand_in(std::string room) { current_ = std::make_unique<std::string>(std::move(room)); }
    void log(const std::string& room, std::string id, protocol::event_body body, std::string key);

    // Commands that are waited for, one at a time.
    core::task<> carry_out(std::unique_ptr<protocol::request> r);
    core::task<> answer_to(protocol::request& r);
    core::task<> relay(std::string id, std::string room, room_command question);
    core::task<bool> say_hello(std::string id, protocol::hello h, bool or_made_up);
    core::task<> join(std::string id, protocol::join j);
    core::task<> create(std::string id, protocol::create c);
    core::task<> leave(std::string id, protocol::leave l);
    core::task<> list(std::string id, protocol::list_rooms l);
    core::task<> search(std::string id, protocol::search s);
    [[nodiscard]] bool follows_place(const std::string& place);
    template <class F>
    void each_followed_as(const std::string& place, F f);
    [[nodiscard]] bool same_place(const std::string& one, const std::string& other) const;
    void stand_in_no(const std::string& room);
    core::task<> block(std::string id, protocol::block b);
    core::task<protocol::reply> claim(std::string room);
    [[nodiscard]] enter entry();
    core::task<> credit();

    void reply(std::string_view id, const protocol::reply& r);
    [[nodiscard]] bool may_go_on() const noexcept;
    void go_on_if_waiting();

    // Ending.
    void failed() noexcept;
    void leave_everything();
    core::task<> part_ways();

    // Writing.
    void became_blocked() override;
    void replies_written() override { go_on_if_waiting(); }
    core::task<> write_rest();
    core::time_point look(core::time_point now) override;

    [[nodiscard]] core::time_point now() const noexcept { return ctx_.on().now(); }

    services& of_;
    const std::unique_ptr<net::socket_place> place_;  // outlives the socket
    const std::unique_ptr<net::stream> stream_;
    core::context ctx_;
    ws::receiver receiver_;
    const client_ref ref_;
    std::uint32_t unanswered_ = 0;
    identity who_{};  // id 0: has not said hello
    core::rate_limit before_hello_{};
    std::unique_ptr<unfinished> unfinished_{};
    core::oneshot<std::monostate>* waits_{};  // for credit, in the frame of credit()
    std::unique_ptr<std::string> current_{};  // of the line format: the room that text goes to
    std::unique_ptr<core::scope> writer_{};   // of write_rest(), where the socket did not take all
    core::time_point heard_{};
    core::time_point took_{};  // bytes, after it had to wait
    bool pinged_ = false;      // since heard_
    bool named_ = false;       // took a name or joined a room: the guest is kept for a while
    bool closing_ = false;
    bool peer_closed_ = false;
    bool gone_ = false;  // and has said its goodbyes
};

}  // namespace tertulia::chat
