// tests/server/present_form.hpp: a log as plain as can be, each event in its present form: what stores are to serve.
// Thread: the test's.
// Owner: the test.
#pragma once

#include "server/protocol/event.hpp"

#include <optional>
#include <string>
#include <vector>

namespace tertulia::test {

/// What `change`, which was put behind all others, does to the events before it. A reaction is the first of its
/// message.
inline void apply_change(std::vector<protocol::event>& log, const protocol::event_body& change) {
    const std::uint64_t target = protocol::target_of(change);
    if (target == 0) return;
    auto& message = std::get<protocol::message_body>(log[target - 1].body);
    if (const auto* r = std::get_if<protocol::reacted_body>(&change)) {
        message.reactions = {{r->emoji, 1, {"ana"}}};
        return;
    }
    std::optional<std::string> text;
    if (const auto* e = std::get_if<protocol::edited_body>(&change)) text = e->text;
    message.edited = message.edited || text;
    message.deleted = !text;
    message.text = text.value_or("");
    for (auto& e : log) {
        auto* edit = std::get_if<protocol::edited_body>(&e.body);
        if (edit != nullptr && edit->target == target) edit->text = text;
    }
}

}  // namespace tertulia::test
