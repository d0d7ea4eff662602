// server/store/sqlite_rows.hpp: an event's body as columns, for the writer and the readers alike.
// Thread: any; plain values.
// Owner: whoever holds them.
#pragma once

#include "server/protocol/event.hpp"
#include "server/store/sqlite.hpp"

namespace tertulia::store {

/// What `events.kind` says. Numbers on disk: they never change.
enum class sqlite_kind : std::uint8_t { message = 0, topic = 1, edited = 2, deleted = 3, reacted = 4, unreacted = 5 };

/// What `events.state` says of a message or of an edit: bits on disk.
namespace sqlite_state {
inline constexpr std::int64_t edited = 1;   ///< a message: it has its newest text; an edit: a later one has it
inline constexpr std::int64_t deleted = 2;  ///< it has no text any more
inline constexpr std::int64_t reacted = 4;  ///< there may be reactions to it
}  // namespace sqlite_state

/// The columns of a body; refers to it.
struct sqlite_body {
    explicit sqlite_body(const protocol::event_body& body) { std::visit(*this, body); }

    void operator()(const protocol::message_body& b) {
        text = b.text;
        reply_to = b.reply_to;
    }
    void operator()(const protocol::topic_body& b) {
        kind = sqlite_kind::topic;
        text = b.topic;
    }
    void operator()(const protocol::edited_body& b) {
        kind = sqlite_kind::edited;
        target = b.target;
        text = *b.text;
    }
    void operator()(const protocol::deleted_body& b) {
        kind = sqlite_kind::deleted;
        target = b.target;
    }
    void operator()(const protocol::reacted_body& b) {
        kind = b.on ? sqlite_kind::reacted : sqlite_kind::unreacted;
        target = b.target;
        text = b.emoji;
    }

    sqlite_kind kind = sqlite_kind::message;
    std::string_view text{};
    std::optional<std::uint64_t> reply_to{};
    std::optional<std::uint64_t> target{};
};

/// The columns that event_of() reads, in its order.
inline constexpr std::string_view sqlite_event_columns =
    "seq, at, identity, name, guest, kind, text, reply_to, target, state";
inline constexpr int sqlite_state_column = 9;

/// Without what stands elsewhere: reactions to a message, the text of an edit that a later one has.
[[nodiscard]] inline protocol::event event_of(const sqlite::statement& row) {
    protocol::event e;
    e.seq = row.number(0);
    e.at = protocol::wall_time{std::chrono::milliseconds{row.integer(1)}};
    e.from = {row.number(2), row.text(3), row.integer(4) != 0};
    const std::int64_t state = row.integer(sqlite_state_column);
    const bool deleted = (state & sqlite_state::deleted) != 0;
    switch (const auto kind = static_cast<sqlite_kind>(row.integer(5))) {
        case sqlite_kind::message: {
            protocol::message_body m{row.text(6), std::nullopt, (state & sqlite_state::edited) != 0, deleted};
            if (!row.is_null(7)) m.reply_to = row.number(7);
            e.body = std::move(m);
            break;
        }
        case sqlite_kind::topic: e.body = protocol::topic_body{row.text(6)}; break;
        case sqlite_kind::edited: {
            protocol::edited_body b{row.number(8), std::nullopt};
            if (!deleted) b.text = row.text(6);
            e.body = std::move(b);
            break;
        }
        case sqlite_kind::deleted: e.body = protocol::deleted_body{row.number(8)}; break;
        case sqlite_kind::reacted:
        case sqlite_kind::unreacted:
            e.body = protocol::reacted_body{row.number(8), row.text(6), kind == sqlite_kind::reacted};
            break;
    }
    return e;
}

}  // namespace tertulia::store
