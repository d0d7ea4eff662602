// server/protocol/line_writer.cpp: replies and events as lines for a person in a terminal.
// Thread: any; no state.
// Owner: nobody.
#include "server/protocol/shown.hpp"
#include "server/protocol/writers.hpp"

#include <algorithm>
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

/// `[lobby] leo`: behind it `:` begins what leo says, and `|` goes on with it.
std::string speaker(std::string_view room, std::string_view name, bool rtl) {
    std::string out{"["};
    append_name(out, room);
    out.append("] ");
    append_name(out, name, rtl);
    return out;
}

class event_writer {
public:
    event_writer(std::string& out, std::string_view room, const event& e) noexcept
        : out_(out), room_(room), seq_(e.seq), name_(e.from.name) {}

    void operator()(const message_body& b) const {
        if (b.deleted) return append_did(" deleted", seq_);
        append_text("", b.text);
        if (!b.edited && b.reactions.empty()) return;
        out_.append(b.edited ? " (edited" : " (");
        for (const reaction& r : b.reactions) {
            if (out_.back() != '(') out_.append(", ");
            append_name(out_, r.emoji);
            out_.append(" ").append(std::to_string(r.count));
        }
        out_.push_back(')');
    }

    void operator()(const topic_body& b) const {
        out_.append("* ");
        append_name(out_, name_, has_right_to_left(b.topic));
        out_.append(b.topic.empty() ? " cleared the topic of " : " set the topic of ");
        append_name(out_, room_);
        if (b.topic.empty()) return;
        out_.append(": ");
        append_shown(out_, b.topic);
    }

    void operator()(const edited_body& b) const {
        if (!b.text) return append_did(" edited", b.target);
        append_text(" edited #" + std::to_string(b.target), *b.text);
    }

    void operator()(const deleted_body& b) const { append_did(" deleted", b.target); }

    void operator()(const reacted_body& b) const {
        append_did(b.on ? " reacted to" : " no longer reacts to", b.target);
        out_.append(": ");
        append_name(out_, b.emoji);
    }

private:
    /// take_text_out() relies on it that the first colon with a blank behind it is the one in front of the text.
    void append_text(std::string_view how, std::string_view text) const {
        const bool rtl = has_right_to_left(text);
        out_.append(speaker(room_, name_, rtl)).append(how).append(": ");
        append_shown(out_, text, "\n" + speaker(room_, name_, rtl) + "| ");
    }
    void append_did(std::string_view what, std::uint64_t target) const {
        out_.append(speaker(room_, name_, false)).append(what).append(" #").append(std::to_string(target));
    }

    std::string& out_;
    std::string_view room_;
    std::uint64_t seq_;
    std::string_view name_;
};

void append_event(std::string& out, std::string_view room, const event& e) {
    std::visit(event_writer{out, room, e}, e.body);
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

    std::string operator()(const found& r) const {
        std::string out;
        for (auto e = r.events.rbegin(); e != r.events.rend(); ++e) {  // the newest last, as all that is said
            if (!out.empty()) out.push_back('\n');
            append_event(out, e->room, e->what);
        }
        if (r.next.index() != 0) out.append(out.empty() ? "" : "\n").append("* there are more; search for more words");
        return out.empty() ? "* nothing was found" : out;
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
               "* /search wor*  messages with such words, of all rooms that you are in\n"
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

void take_text_out(std::span<char> payload) {
    const auto found = std::string_view{payload.data(), payload.size()}.find(": ");
    if (found != std::string_view::npos)
        std::fill(payload.begin() + static_cast<std::ptrdiff_t>(found), payload.end(), ' ');
}

}  // namespace tertulia::protocol::line_format
