// tests/fuzz/command_parser.cpp: any bytes as a JSON command, a line and a name keep the rules.
// Thread: one.
// Owner: libFuzzer, or tests/fuzz/replay.cpp.
#include "server/protocol/command.hpp"
#include "server/protocol/name.hpp"
#include "server/protocol/reply.hpp"
#include "server/protocol/unicode.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

using namespace tertulia::protocol;

namespace {

constexpr limits most{};

/// Ends the run, in every build: what must hold did not.
void must(bool holds, const char* what) {
    if (holds) return;
    std::fprintf(stderr, "broken: %s\n", what);
    std::abort();
}

/// What a terminal is given: valid, no control character but the LF between lines, and each line begins as ours do.
void check_lines(std::string_view lines) {
    bool fresh = true;
    const bool clean = all_points(lines, [&fresh](point p) {
        if (fresh && p.value != U'[' && p.value != U'*' && p.value != U'!') return false;
        fresh = p.value == U'\n';
        return fresh || !(is_control(p.value) || is_line_break(p.value));
    });
    must(clean, "a line was forged, or holds a control character");
}

/// What is written as JSON reads as one object again: it is refused for its type only.
void check_json(std::string_view json) {
    const auto again = read_json(json, most);
    must(again || again.error().why.what != code::bad_json, "what was written is no JSON");
}

void check_event(std::string_view room, std::string_view name, event e) {
    e.from.name = name;
    auto lines = write_event(format::text, room, e);
    auto json = write_event(format::json, room, e);
    check_lines(lines);
    check_json(json);
    if (!std::holds_alternative<message_body>(e.body) && !std::holds_alternative<edited_body>(e.body)) return;
    take_text_out(format::text, lines);
    take_text_out(format::json, json);
    check_lines(lines);
    check_json(json);
}

void check_room(std::string_view room) {
    must(place_name(room) == std::string{room}, "a room's name is not its own form");
}

void check_name(std::string_view name) {
    must(user_name(name) == std::string{name}, "a name is not its own form");
    const auto once = folded(name);
    must(!once.empty() && folded(once) == once, "a folded name folds again");
    const passing moved = presence{{std::string{name}}, {std::string{name}}, 1};
    check_lines(write_passing(format::text, "lobby", moved));
    check_json(write_passing(format::json, "lobby", moved));
    event e;
    e.body = message_body{std::string{"\xD7\xA9\n"}.append(name), std::nullopt};
    check_event("lobby", name, e);
}

void check_page(std::uint32_t limit, std::uint32_t least) {
    must(limit >= least && limit <= page_most, "a page's limit");
}

void check_key(std::string_view key) {
    must(key.empty() || (key.size() >= key_bytes_least && key.size() <= key_bytes_most), "a key's length");
}

struct checker {
    void operator()(const hello& c) const {
        if (c.name) check_name(*c.name);
    }
    void operator()(const list_rooms& c) const { check_page(c.limit, 1); }
    void operator()(const create& c) const {
        check_room(c.room);
        must(topic_text(c.topic) == c.topic, "a topic that is none");
    }
    void operator()(const join& c) const {
        check_room(c.room);
        must(!(c.since && c.history), "since and history");
        must(c.since || !(c.epoch || c.limit), "epoch or limit without since");
        if (c.limit) check_page(*c.limit, 1);
        if (c.history) check_page(*c.history, 0);
    }
    void operator()(const leave& c) const { check_room(c.room); }
    void operator()(const post& c) const {
        check_room(c.room);
        check_key(c.key);
        must(!c.text.empty() && c.text.size() <= most.text_bytes, "a text's length");
        must(message_text(c.text, most) == c.text, "a text that is none");
        event e;
        e.body = message_body{c.text, c.reply_to};
        check_event(c.room, "ana", e);
    }
    void operator()(const edit& c) const {
        check_room(c.room);
        check_key(c.key);
        must(message_text(c.text, most) == c.text, "a text that is none");
        event e;
        e.body = edited_body{c.target, c.text};
        check_event(c.room, "ana", e);
    }
    void operator()(const erase& c) const {
        check_room(c.room);
        check_key(c.key);
    }
    void operator()(const react& c) const {
        check_room(c.room);
        check_key(c.key);
        must(c.emoji.size() <= emoji_bytes && emoji_text(c.emoji) == c.emoji, "an emoji that is none");
        event e;
        e.body = reacted_body{c.target, c.emoji, c.on};
        check_event(c.room, "ana", e);
        e.body = message_body{"x", std::nullopt, true, false, {{c.emoji, 1, {"ana"}}}};
        check_event(c.room, "ana", e);
    }
    void operator()(const set_topic& c) const {
        check_room(c.room);
        check_key(c.key);
        must(topic_text(c.topic) == c.topic, "a topic that is none");
        event e;
        e.body = topic_body{c.topic};
        check_event(c.room, "ana", e);
    }
    void operator()(const history& c) const {
        check_room(c.room);
        check_page(c.limit, 1);
        must(!(c.before && c.after), "before and after");
    }
    void operator()(const members& c) const {
        check_room(c.room);
        check_page(c.limit, 1);
    }
    void operator()(const search& c) const {
        if (!c.room.empty()) check_room(c.room);
        must(!c.words.empty() && c.words.size() <= query_words, "a query's words");
        for (const auto& w : c.words) {
            must(!w.text.empty() && w.text.size() <= word_bytes, "a word's length");
            must(words_of(w.text) == std::vector<std::string>{w.text}, "a folded word folds again");
        }
        must(c.room.empty() ? c.before_seq == 0 : !c.before, "a place of another kind");
        check_page(c.limit, 1);
    }
    void operator()(const typing& c) const { check_room(c.room); }
    void operator()(const block& c) const { check_name(c.user); }
    void operator()(const ping&) const {}
    void operator()(const help&) const {}
    void operator()(const quit&) const {}
};

void check_refused(const bad_request& bad) {
    must(bad.id.size() <= id_bytes, "an id's length");
    must(!bad.why.message.empty(), "a refusal without words");
    check_lines(write_reply(format::text, bad.id, bad.why, most));
    check_json(write_reply(format::json, bad.id, bad.why, most));
}

void check_input(std::string_view bytes, std::string_view current) {
    const auto line = read_line(bytes, current, most);
    if (!line) return check_refused(line.error());
    if (const auto* to = std::get_if<line_to>(&*line)) return check_room(to->room);
    std::visit(checker{}, std::get<request>(*line).what);
}

/// Writers are safe whatever they are given: no rule of the readers is relied on.
void check_raw(std::string_view bytes) {
    event e;
    e.body = message_body{std::string{bytes}, std::nullopt};
    check_event("lobby", bytes, e);
    e.body = topic_body{std::string{bytes}};
    check_event("lobby", bytes, e);
    e.body = edited_body{1, std::string{bytes}};
    check_event("lobby", bytes, e);
    e.body = reacted_body{1, std::string{bytes}, true};
    check_event("lobby", bytes, e);
    e.body = message_body{std::string{bytes}, 1, true, false, {{std::string{bytes}, 1, {std::string{bytes}}}}};
    check_event("lobby", bytes, e);
    check_lines(write_passing(format::text, "lobby", notice{std::string{bytes}}));
    check_json(write_passing(format::json, "lobby", notice{std::string{bytes}}));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes{reinterpret_cast<const char*>(data), size};
    const auto command = read_json(bytes, most);
    if (command) {
        must(command->id.size() <= id_bytes, "an id's length");
        std::visit(checker{}, command->what);
    } else {
        check_refused(command.error());
    }
    check_input(bytes, "lobby");
    check_input(bytes, "");
    if (const auto name = user_name(bytes)) check_name(*name);
    check_raw(bytes);
    return 0;
}
