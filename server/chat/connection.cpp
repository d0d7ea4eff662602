// server/chat/connection.cpp: a connection's life: reading, credit, silence, closing. See connection_commands.cpp.
// Thread: its shard.
// Owner: see the header.
#include "server/chat/connection.hpp"

#include "core/caught.hpp"
#include "server/ws/frame.hpp"

#include <spdlog/spdlog.h>

namespace tertulia::chat {

namespace {

/// Replies that a client has not taken yet, in bytes; past it nothing more is read from it. One reply may lie above it.
constexpr std::size_t replies_most_bytes = 64 * 1024;
/// How long the end of a connection may take: writing what waits, and the other side's half of the close.
constexpr std::chrono::seconds parting{3};

/// Past so many cursors none is put in that the client did not ask for: those who write to it pay for that elsewhere.
constexpr std::size_t pushed_most = 1'000;

constexpr std::uint16_t close_bye = 1000;
constexpr std::uint16_t close_binary = 1003;
constexpr std::uint16_t close_internal = 1011;
constexpr std::uint16_t close_silent = 4108;

}  // namespace

connection::connection(services& of, std::unique_ptr<net::stream> on, std::unique_ptr<net::socket_place> place,
                       std::unique_ptr<opening> how)
    : outbox(of.rooms_here, *on, how->as),
      of_(of),
      place_(std::move(place)),
      stream_(std::move(on)),
      ctx_(of.living),
      receiver_(of.frames, of.most.frame_bytes),
      ref_(of.table.add(*this)),
      unfinished_(std::make_unique<unfinished>()),
      heard_(now()),
      took_(now()) {
    unfinished_->how = std::move(how);
    of_.table.watch(*this, now() + of_.most.ping_s);
}

connection::~connection() {
    of_.table.remove(ref_);
}

// An idle connection waits in this frame, so it holds nothing but that: each word more is a word for each connection.
core::task<> connection::serve(std::unique_ptr<connection> self) {
    while (!self->gone_) {
        co_await self->attend();
        try {
            while (self->reading()) {
                (void)co_await self->stream_->readable(self->ctx_);  // kept, its answer would cost 32 bytes
                self->read();
            }
        } catch (...) {
            self->failed();
        }
    }
}

/// Whatever has to be waited for; where the client has gone, its end.
core::task<> connection::attend() {
    try {
        co_await catch_up();
        if (reading()) co_return;
        gone_ = true;
        co_await part_ways();
    } catch (...) {
        failed();  // it parts when this is called next
    }
}

/// In a handler: what was thrown ends this connection, and the client may come back.
void connection::failed() noexcept {
    try {
        spdlog::error("a connection ended by an exception: {}", core::caught().detail);
        close(close_internal, "internal");
    } catch (...) {  // too little memory for a close frame: it ends without one
    }
    ctx_.cancel();
}

/// Reads once, into the shard's buffer, and takes what came; nothing where the wait for it has ended with the context.
void connection::read() {
    if (ctx_.done()) return;
    const net::transfer got = stream_->read(of_.read_buffer);
    if (got.what == net::transfer::state::ended) peer_closed_ = true;
    if (got.what != net::transfer::state::some) return;
    heard_ = now();
    pinged_ = false;
    of_.stats.bytes_in += got.bytes;
    take_messages(of_.read_buffer.first(got.bytes));
}

core::task<> connection::catch_up() {
    while (unfinished_ && !ctx_.done()) {
        auto one = std::move(unfinished_);
        if (!one->next) co_await credit();
        if (one->how || one->next) {
            const auto place = co_await of_.attended.acquire(ctx_);
            if (!place) co_return;
            core::task<> work = one->how ? open(*one->how) : carry_out(std::move(one->next));
            co_await std::move(work);
        }
        if (one->how) {
            if (one->how->joined < one->how->rooms.size()) {  // each needs credit, as any command does
                unfinished_ = std::move(one);
                continue;
            }
            one->rest = std::move(one->how->first_bytes);
        }
        take_messages({reinterpret_cast<std::uint8_t*>(one->rest.data()), one->rest.size()});
    }
}

void connection::take_messages(std::span<std::uint8_t> bytes) {
    while (!ctx_.done()) {
        if (!may_go_on()) {
            unfinished_ = std::make_unique<unfinished>();
        } else {
            auto next = receiver_.next(bytes);
            if (!next) {
                ++of_.stats.violations;
                return close(next.error().close_code, next.error().reason);
            }
            if (!*next) return;
            on_message(std::move(**next));
        }
        if (unfinished_) {
            unfinished_->rest.assign(reinterpret_cast<const char*>(bytes.data()), bytes.size());
            return;
        }
    }
}

void connection::on_message(ws::message m) {
    switch (m.kind) {
        case ws::opcode::text: return on_text(m.payload);
        case ws::opcode::binary: return close(close_binary, "only text is understood here");
        case ws::opcode::ping: {
            std::string pong;
            ws::append_frame(pong, ws::opcode::pong, m.payload);
            return say_frame(pong);
        }
        case ws::opcode::pong: return;
        case ws::opcode::close: peer_closed_ = true; return close(m.close_code == 1005 ? close_bye : m.close_code, "");
    }
}

bool connection::may_go_on() const noexcept {
    return (of_.most.unanswered == 0 || unanswered_ < of_.most.unanswered) && waiting() < replies_most_bytes;
}

core::task<> connection::credit() {
    if (may_go_on()) co_return;
    core::oneshot<std::monostate> go;
    waits_ = &go;
    auto got = co_await go.wait(ctx_);
    (void)got;  // where the context ended, the reader sees it next
    waits_ = nullptr;
}

void connection::go_on_if_waiting() {
    if (waits_ != nullptr && may_go_on()) waits_->set({});
}

void connection::reply(std::string_view id, const protocol::reply& r) {
    if (std::holds_alternative<protocol::refusal>(r)) ++of_.stats.errors;
    say(protocol::write_reply(format(), id, r, of_.most));
}

void connection::take(completed c) {
    --unanswered_;
    try {
        reply(c.id, c.what);
    } catch (...) {
        failed();
    }
    go_on_if_waiting();
}

void connection::take(joined_client j) {
    std::size_t cursors = 0;
    each_followed([&](const std::string&) { ++cursors; });
    if (closing_ || gone_ || (cursors >= pushed_most && !follows(j.what.room))) {
        of_.mail.send(of_.mail.home_of(j.what.room),
                      to_room{j.what.room, {}, unfollow_room{j.identity, ref_}, nullptr});
        return;
    }
    named_ = true;
    try {
        say(protocol::write_reply(format(), {}, j.what, of_.most));
        follow(of_.rooms_here.open(j.what.room, j.what.seq), j.what.first);
    } catch (...) {
        failed();
    }
}

void connection::take(const parted_client& p) {
    stand_in_no(p.room);
    if (!unfollow(p.room)) return;
    try {
        say(protocol::write_passing(format(), p.room, protocol::parted{p.reason}));
    } catch (...) {
        failed();
    }
}

void connection::close(std::uint16_t code, std::string_view reason) {
    if (closing_) return;
    closing_ = true;
    std::string frame;
    ws::append_close(frame, code, reason);
    say_frame(frame);
    seal();
    ctx_.cancel();
}

void connection::leave_everything() {
    each_followed([&](const std::string& room) {
        of_.mail.send(of_.mail.home_of(room), to_room{room, {}, unfollow_room{who_.id, ref_}, nullptr});
    });
    unfollow_all();
    if (who_.id != 0) of_.mail.send(directory_shard, to_directory{{}, goodbye{who_.id, named_, ref_}});
    who_.shared = nullptr;
}

core::task<> connection::part_ways() {
    ctx_.cancel();
    if (writer_) {
        auto ended = co_await writer_->join();
        (void)ended;
    }
    leave_everything();
    core::timed_context ctx{of_.living, parting};
    while (waiting() > 0 && !broken() && !ctx.done()) {
        if (blocked()) {
            const bool ready = co_await stream_->writable(ctx);
            if (!ready) co_return;
            unblock();
        }
        flush();
    }
    stream_->finish();
    // Reading on until the other side is done, so that the kernel doesn't answer its last bytes with a reset that would
    // take our close frame back (RFC 6455 §7.1.1 has the client wait for the server to close).
    while (!peer_closed_ && !broken()) {
        const bool ready = co_await stream_->readable(ctx);
        if (!ready) co_return;
        if (stream_->read(of_.read_buffer).what == net::transfer::state::ended) co_return;
    }
}

void connection::became_blocked() {
    if (broken()) {
        peer_closed_ = true;
        return ctx_.cancel();
    }
    if (ctx_.done() || (writer_ && writer_->running() > 0)) return;
    took_ = now();
    if (!writer_) writer_ = std::make_unique<core::scope>(ctx_, "connection");
    writer_->spawn("write", write_rest());
}

core::task<> connection::write_rest() {
    try {
        while (blocked()) {
            const bool ready = co_await stream_->writable(ctx_);
            if (!ready) break;
            took_ = now();
            unblock();
            flush();
        }
    } catch (...) {  // or nobody would write to it any more
        failed();
    }
}

core::time_point connection::look(core::time_point at) try {
    if (!ctx_.done() && writer_ && writer_->running() == 0) writer_.reset();  // later, part_ways() may be joining it
    const auto never = core::time_point::max();
    const core::time_point ping_at = of_.most.ping_s.count() > 0 && !pinged_ ? heard_ + of_.most.ping_s : never;
    const core::time_point end_at = of_.most.silent_s.count() > 0 ? std::max(heard_, took_) + of_.most.silent_s : never;
    if (end_at <= at) {
        ++of_.stats.closed_silent;
        close(close_silent, "nothing came from you, and you took nothing");
        return never;
    }
    if (ping_at <= at) {
        std::string ping;
        ws::append_frame(ping, ws::opcode::ping, {});
        say_frame(ping);
        pinged_ = true;
        return std::min(end_at, at + of_.most.ping_s);  // when its pong has come, the next ping may be due by then
    }
    return std::min(ping_at, end_at);
} catch (...) {
    failed();
    return core::time_point::max();
}

}  // namespace tertulia::chat
