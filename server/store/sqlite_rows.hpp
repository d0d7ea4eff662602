// server/store/sqlite_rows.hpp: an event's body as columns, for the writer and the readers alike.
// Thread: any; plain values.
// Owner: whoever holds them.
#pragma once

#include "server/protocol/event.hpp"
#include "server/store/sqlite.hpp"

namespace tertulia::store {

/// What `events.kind` says. Numbers on disk: they never change.
enum class sqlite_kind : std::uint8_t { message = 0, topic = 1 };

/// The columns of a body; refers to it.
struct sqlite_body {
    explicit sqlite_body(const std::variant<protocol::message_body, protocol::topic_body>& body) {
        if (const auto* m = std::get_if<protocol::message_body>(&body)) {
            text = m->text;
            reply_to = m->reply_to;
        } else {
            kind = sqlite_kind::topic;
            text = std::get<protocol::topic_body>(body).topic;
        }
    }
    sqlite_kind kind = sqlite_kind::message;
    std::string_view text{};
    std::optional<std::uint64_t> reply_to{};
};

/// The columns that event_of() reads, in its order.
inline constexpr std::string_view sqlite_event_columns = "seq, at, identity, name, guest, kind, text, reply_to";

[[nodiscard]] inline protocol::event event_of(const sqlite::statement& row) {
    protocol::event e;
    e.seq = row.number(0);
    e.at = protocol::wall_time{std::chrono::milliseconds{row.integer(1)}};
    e.from = {row.number(2), row.text(3), row.integer(4) != 0};
    if (row.integer(5) == static_cast<int>(sqlite_kind::topic)) {
        e.body = protocol::topic_body{row.text(6)};
    } else {
        protocol::message_body m{row.text(6), std::nullopt};
        if (!row.is_null(7)) m.reply_to = row.number(7);
        e.body = std::move(m);
    }
    return e;
}

}  // namespace tertulia::store
