// server/protocol/line_writer.cpp: replies and events as lines for a person in a terminal.
// Thread: any; no state.
// Owner: nobody.
#include "server/protocol/shown.hpp"
#include "server/protocol/writers.hpp"

#include <string>
#include <variant>
#include <vector>

namespace tertulia::protocol::line_format {

namespace {

void append_names(std::string& out, const std::vector<std::string>& names) {
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (i > 0) out.append(", ");
        append_name(out, names[i]);
    }
}

/// `2 here: ana, leo`, with a sign where more are here than are named.
void append_here(std::string& out, const std::vector<std::string>& names, std::uint64_t count) {
    out.append(std::to_string(count)).append(" here");
    if (names.empty()) return;
    out.append(": ");
    append_names(out, names);
    if (names.size() < count) out.append(", …");
}

/// `[lobby] leo` and the sign that says how the line goes on: `:` begins what leo says, `|` goes on with it.
std::string speaker(std::string_view room, std::string_view name, bool rtl, char sign) {
    std::string out{"["};
    append_name(out, room);
    out.append("] ");
    append_name(out, name, rtl);
    out.push_back(sign);
    out.push_back(' ');
    return out;
}

void append_message(std::string& out, std::string_view room, std::string_view name, std::string_view text) {
    const bool rtl = has_right_to_left(text);
    out.append(speaker(room, name, rtl, ':'));
    append_shown(out, text, "\n" + speaker(room, name, rtl, '|'));
}

void append_event(std::string& out, std::string_view room, const event& e) {
    if (const auto* message = std::get_if<message_body>(&e.body)) {
        append_message(out, room, e.from.name, message->text);
        return;
    }
    const auto& topic = std::get<topic_body>(e.body).topic;
    out.append("* ");
    append_name(out, e.from.name, has_right_to_left(topic));
    out.append(topic.empty() ? " cleared the topic of " : " set the topic of ");
    append_name(out, room);
    if (topic.empty()) return;
    out.append(": ");
    append_shown(out, topic);
}

struct reply_writer {
    std::string operator()(const welcome& r) const {
        std::string out{"* you are "};
        append_name(out, r.user);
        return out;
    }

    std::string operator()(const rooms_page& r) const {
        if (r.rooms.empty()) return "* no rooms";
        std::string out;
        for (const auto& line : r.rooms) {
            out.append(out.empty() ? "* " : "\n* ");
            append_name(out, line.room);
            out.append(" (").append(std::to_string(line.count)).append(" here)");
            if (line.topic.empty()) continue;
            out.append(": ");
            append_shown(out, line.topic);
        }
        if (r.more) out.append("\n* there are more, /rooms lob lists those with lob in their name");
        return out;
    }

    std::string operator()(const ok&) const { return {}; }

    std::string operator()(const joined& r) const {
        std::string out{"* joined "};
        append_name(out, r.room);
        out.append(" (");
        append_here(out, r.here, r.count);
        out.push_back(')');
        if (r.topic.empty()) return out;
        out.append("\n* the topic of ");
        append_name(out, r.room);
        out.append(": ");
        append_shown(out, r.topic);
        return out;
    }

    std::string operator()(const history_page& r) const {
        std::string out;
        for (const auto& e : r.events) {
            if (!out.empty()) out.push_back('\n');
            append_event(out, r.room, e);
        }
        if (!out.empty()) return out;
        out.append("* nothing was said in ");
        append_name(out, r.room);
        return out;
    }

    std::string operator()(const members_page& r) const {
        std::string out{"* "};
        append_name(out, r.room);
        out.append(": ");
        append_here(out, r.here, r.count);
        return out;
    }

    std::string operator()(const pong&) const { return {}; }

    std::string operator()(const refusal& r) const {
        std::string out{"! "};
        out.append(to_string(r.what)).append(": ");
        append_shown(out, r.message);
        return out;
    }

    std::string operator()(const help_text&) const {
        return "* words without a slash go to the room that you joined last; // sends a slash\n"
               "* /join lobby    come in, and talk there from now on\n"
               "* /to lobby      talk in another room that you are in\n"
               "* /leave         go; /leave lobby from another room\n"
               "* /rooms         which rooms there are; /rooms lob: those with lob in their name\n"
               "* /who           who is here\n"
               "* /msg leo words say something to leo alone; /to @leo: go on with that\n"
               "* /topic words   say what the room is about\n"
               "* /history 20    what was said last\n"
               "* /name ana      take a name\n"
               "* /help          this\n"
               "* /quit          end";
    }
};

class passing_writer {
public:
    explicit passing_writer(std::string_view room) noexcept : room_(room) {}

    std::string operator()(const presence& p) const {
        std::string out;
        append_moved(out, p.entered, " entered ");
        append_moved(out, p.left, " left ");
        return out;
    }

    std::string operator()(const typing_event&) const { return {}; }

    std::string operator()(const notice& p) const {
        std::string out{"* "};
        append_name(out, room_);
        out.append(": ");
        append_shown(out, p.text);
        return out;
    }

    std::string operator()(const lagged& p) const {
        std::string out{"* "};
        append_name(out, room_);
        out.append(": you were too slow for events ").append(std::to_string(p.first));
        return out.append(" to ").append(std::to_string(p.last)).append(", they were passed over");
    }

    std::string operator()(const parted& p) const {
        std::string out{"* you are no longer in "};
        append_name(out, room_);
        if (p.reason.empty()) return out;
        out.append(": ");
        append_shown(out, p.reason);
        return out;
    }

private:
    void append_moved(std::string& out, const std::vector<std::string>& names, std::string_view how) const {
        if (names.empty()) return;
        out.append(out.empty() ? "* " : "\n* ");
        append_names(out, names);
        out.append(how);
        append_name(out, room_);
    }

    std::string_view room_;
};

}  // namespace

std::string write(const reply& r) {
    return std::visit(reply_writer{}, r);
}

std::string write(std::string_view room, const event& e) {
    std::string out;
    append_event(out, room, e);
    return out;
}

std::string write(std::string_view room, const passing& p) {
    return std::visit(passing_writer{room}, p);
}

}  // namespace tertulia::protocol::line_format
