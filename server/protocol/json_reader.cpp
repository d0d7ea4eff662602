// server/protocol/json_reader.cpp: JSON commands: which fields each takes, and what they must be.
// Thread: any; no state.
// Owner: nobody.
#include "server/protocol/command.hpp"
#include "server/protocol/json_fields.hpp"
#include "server/protocol/name.hpp"
#include "server/protocol/unicode.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace tertulia::protocol {

namespace {

constexpr std::uint64_t seq_most = (std::uint64_t{1} << 53) - 1;  // what a double of JavaScript holds exactly

/// Takes the fields of one command. The first that is wrong is kept as the refusal; what is taken after it is of no
/// use, so that a command reads as the list of its fields.
class taker {
public:
    taker(const json_fields& in, const limits& most) noexcept : in_(in), most_(most) {}

    [[nodiscard]] std::optional<refusal>& why() noexcept { return why_; }
    [[nodiscard]] bool has(std::string_view field) const noexcept { return in_.find(field) != nullptr; }

    void wrong(std::string_view field, std::string_view needed) {
        if (!why_) why_.emplace(code::bad_field, std::string{field}.append(": ").append(needed));
    }

    /// Two fields of which only one may be given.
    void exclude(std::string_view one, std::string_view other) {
        if (has(one) && has(other)) wrong(other, std::string{"not together with "}.append(one));
    }

    /// A field that means nothing without another.
    void require(std::string_view field, std::string_view other) {
        if (has(field) && !has(other)) wrong(field, std::string{"only together with "}.append(other));
    }

    std::optional<std::string> maybe_string(std::string_view field) {
        return get<std::string>(field, "a string is needed");
    }

    std::string string(std::string_view field) { return maybe_string(field).value_or(std::string{}); }

    bool flag(std::string_view field) { return get<bool>(field, "true or false is needed").value_or(false); }

    bool needed_flag(std::string_view field) {
        if (!has(field)) wrong(field, "true or false is needed");
        return flag(field);
    }

    template <class Number>
    std::optional<Number> number(std::string_view field, Number least, Number most) {
        const auto* given = in_.find(field);
        if (given == nullptr) return std::nullopt;
        const auto* value = std::get_if<std::uint64_t>(given);
        if (value != nullptr && *value >= least && *value <= most) return static_cast<Number>(*value);
        wrong(field, "a whole number from " + std::to_string(least) + " to " + std::to_string(most) + " is needed");
        return std::nullopt;
    }

    std::optional<std::uint64_t> seq(std::string_view field) { return number<std::uint64_t>(field, 0, seq_most); }

    /// The message that a command changes.
    std::uint64_t target() {
        const auto given = seq("target");
        if (!given) wrong("target", "a whole number from 0 to " + std::to_string(seq_most) + " is needed");
        return given.value_or(0);
    }

    std::optional<std::uint32_t> limit() { return number<std::uint32_t>("limit", 1, page_most); }

    std::string room() { return checked("room", room_name); }

    /// A room, or a direct conversation.
    std::string place() { return checked("room", place_name); }

    std::string user() { return checked("user", user_name); }

    std::string text() {
        return checked("text", [this](std::string_view raw) { return message_text(raw, most_); });
    }

    std::string emoji() { return checked("emoji", emoji_text); }

    std::vector<search_word> query() {
        auto words = read_query(string("query"));
        if (words) return *std::move(words);
        if (!why_) why_ = std::move(words.error());
        return {};
    }

    std::string topic() { return checked("topic", topic_text); }

    std::optional<std::string> name() {
        if (!has("name")) return std::nullopt;
        return checked("name", user_name);
    }

    std::string key() {
        auto value = maybe_string("key");
        if (!value) return {};
        const bool clean = all_points(*value, [](point p) { return !is_control(p.value); });
        if (!clean || value->size() < key_bytes_least || value->size() > key_bytes_most) {
            wrong("key", "8 to 64 bytes without control characters are needed");
        }
        return *std::move(value);
    }

private:
    template <class T>
    std::optional<T> get(std::string_view field, std::string_view needed) {
        const auto* value = in_.find(field);
        if (value == nullptr) return std::nullopt;
        if (const auto* fits = std::get_if<T>(value)) return *fits;
        wrong(field, needed);
        return std::nullopt;
    }

    /// A string that must be there and pass `rule`.
    template <class Rule>
    std::string checked(std::string_view field, Rule rule) {
        const auto raw = maybe_string(field);
        if (!raw) {
            wrong(field, "a string is needed");
            return {};
        }
        auto value = rule(*raw);
        if (value) return *std::move(value);
        if (!why_) why_ = std::move(value.error());
        return {};
    }

    const json_fields& in_;
    const limits& most_;
    std::optional<refusal> why_{};
};

command take_hello(taker& in) {
    return hello{in.name(), in.maybe_string("token")};
}

command take_rooms(taker& in) {
    list_rooms c;
    c.query = ascii_lower(in.string("query"));
    c.after = ascii_lower(in.string("after"));
    c.limit = in.limit().value_or(page_usual);
    return c;
}

command take_create(taker& in) {
    create c;
    c.room = in.room();
    if (in.has("topic")) c.topic = in.topic();
    return c;
}

command take_join(taker& in) {
    join c;
    c.room = in.place();
    c.since = in.seq("since");
    c.epoch = in.maybe_string("epoch");
    c.limit = in.limit();
    c.history = in.number<std::uint32_t>("history", 0, page_most);
    in.exclude("since", "history");
    in.require("epoch", "since");
    in.require("limit", "since");
    return c;
}

command take_leave(taker& in) {
    leave c;
    c.room = in.place();
    c.keep = in.flag("keep");
    return c;
}

command take_message(taker& in) {
    post c;
    c.room = in.place();
    c.text = in.text();
    c.reply_to = in.seq("reply_to");
    c.key = in.key();
    return c;
}

command take_edit(taker& in) {
    edit c;
    c.room = in.place();
    c.target = in.target();
    c.text = in.text();
    c.key = in.key();
    return c;
}

command take_delete(taker& in) {
    erase c;
    c.room = in.place();
    c.target = in.target();
    c.key = in.key();
    return c;
}

command take_react(taker& in) {
    react c;
    c.room = in.place();
    c.target = in.target();
    c.emoji = in.emoji();
    c.on = in.needed_flag("on");
    c.key = in.key();
    return c;
}

command take_topic(taker& in) {
    set_topic c;
    c.room = in.place();
    c.topic = in.topic();
    c.key = in.key();
    return c;
}

command take_history(taker& in) {
    history c;
    c.room = in.place();
    c.before = in.seq("before");
    c.after = in.seq("after");
    c.limit = in.limit().value_or(page_usual);
    in.exclude("before", "after");
    return c;
}

command take_members(taker& in) {
    members c;
    c.room = in.place();
    c.after = in.string("after");
    c.limit = in.limit().value_or(page_usual);
    return c;
}

command take_search(taker& in) {
    search c;
    c.words = in.query();
    if (in.has("room")) c.room = in.place();
    if (c.room.empty()) {
        c.before = in.maybe_string("before");
    } else if (const auto before = in.seq("before")) {
        c.before_seq = std::max<std::uint64_t>(1, *before);  // nothing lies before 0 nor before 1
    }
    c.limit = in.limit().value_or(page_usual);
    return c;
}

command take_typing(taker& in) {
    return typing{in.place()};
}

command take_block(taker& in) {
    block c;
    c.user = in.user();
    c.on = in.needed_flag("on");
    return c;
}

command take_ping(taker&) {
    return ping{};
}

struct kind {
    std::string_view type;
    command (*take)(taker&);
};

constexpr std::array kinds{
    kind{"message", take_message}, kind{"typing", take_typing}, kind{"ping", take_ping},
    kind{"join", take_join},       kind{"leave", take_leave},   kind{"history", take_history},
    kind{"members", take_members}, kind{"rooms", take_rooms},   kind{"topic", take_topic},
    kind{"create", take_create},   kind{"hello", take_hello},   kind{"block", take_block},
    kind{"react", take_react},     kind{"edit", take_edit},     kind{"delete", take_delete},
    kind{"search", take_search},
};

/// Commands of the protocol that this server does not carry out.
constexpr std::array<std::string_view, 1> absent{"read"};

/// The rule of the command's `type`, or why there is none.
outcome<kind> find_kind(const json_fields& fields) {
    const auto* type = fields.find("type");
    if (type == nullptr) return refuse(code::bad_command, "type: a command is needed, such as \"join\"");
    const auto* name = std::get_if<std::string>(type);
    if (name == nullptr) return refuse(code::bad_field, "type: a string is needed");

    const auto* found = std::find_if(kinds.begin(), kinds.end(), [name](const kind& k) { return k.type == *name; });
    if (found != kinds.end()) return *found;
    if (std::find(absent.begin(), absent.end(), *name) != absent.end()) {
        return refuse(code::bad_command, "this server does not have " + *name + " yet");
    }
    return refuse(code::bad_command, "type: this command is unknown");
}

}  // namespace

core::result<request, bad_request> read_json(std::string_view text, const limits& most) {
    const auto refused = [](std::string id, refusal why) {
        return core::fail_with(bad_request{std::move(id), std::move(why)});
    };
    const auto fields = json_fields::read(text);
    if (!fields) return refused({}, fields.error());

    // First, so that whatever else is wrong finds its caller.
    request out;
    if (const auto* given = fields->find("id")) {
        const auto* id = std::get_if<std::string>(given);
        if (id == nullptr || id->empty() || id->size() > id_bytes) {
            return refused({}, {code::bad_field, "id: a string of 1 to 64 bytes is needed"});
        }
        out.id = *id;
    }
    const auto found = find_kind(*fields);
    if (!found) return refused(std::move(out.id), found.error());

    taker in{*fields, most};
    out.what = found->take(in);
    if (in.why()) return refused(std::move(out.id), *std::move(in.why()));
    return out;
}

outcome<command> read_command(std::string_view type, const json_fields& fields, const limits& most) {
    const auto* found = std::find_if(kinds.begin(), kinds.end(), [type](const kind& k) { return k.type == type; });
    taker in{fields, most};
    command out = found->take(in);
    if (in.why()) return tl::unexpected<refusal>(*std::move(in.why()));
    return out;
}

}  // namespace tertulia::protocol
