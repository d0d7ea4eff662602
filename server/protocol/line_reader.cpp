// server/protocol/line_reader.cpp: the line format's commands, as a person types them.
// Thread: any; no state.
// Owner: nobody.
#include "server/protocol/command.hpp"
#include "server/protocol/name.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <string>
#include <string_view>
#include <utility>

namespace tertulia::protocol {

namespace {

constexpr std::uint32_t line_search_limit = 20;  // what a terminal shows at once
constexpr std::string_view blanks = " \t\r\n";

std::string_view trimmed(std::string_view s) {
    const auto from = s.find_first_not_of(blanks);
    if (from == std::string_view::npos) return {};
    return s.substr(from, s.find_last_not_of(blanks) - from + 1);
}

/// What stands behind a command's word, and where it was typed.
struct typed {
    std::string_view rest;     ///< without blanks around it
    std::string_view current;  ///< the current room; empty: none
    const limits& most;
};

/// What a command gives: `request` with an empty id, or `line_to`.
using answer = outcome<line_input>;

answer give(command c) {
    return line_input{request{{}, std::move(c)}};
}

auto usage(std::string_view how) {
    return refuse(code::bad_field, std::string{"type "}.append(how));
}

auto no_room() {
    return refuse(code::not_joined, "join a room first, /join lobby");
}

/// The room that was typed, or else the current one.
outcome<std::string> room_of(const typed& in) {
    if (!in.rest.empty()) return place_name(in.rest);
    if (in.current.empty()) return no_room();
    return std::string{in.current};
}

answer on_name(const typed& in) {
    if (in.rest.empty()) return usage("/name ana");
    return user_name(in.rest).and_then([](std::string name) { return give(hello{std::move(name), std::nullopt}); });
}

answer on_join(const typed& in) {
    if (in.rest.empty()) return usage("/join lobby");
    return place_name(in.rest).and_then([](std::string room) {
        join c;
        c.room = std::move(room);
        return give(std::move(c));
    });
}

answer on_leave(const typed& in) {
    return room_of(in).and_then([](std::string room) { return give(leave{std::move(room), false}); });
}

answer on_to(const typed& in) {
    if (in.rest.empty()) return usage("/to lobby");
    return place_name(in.rest).map([](std::string room) { return line_input{line_to{std::move(room)}}; });
}

answer on_rooms(const typed& in) {
    list_rooms c;
    c.query = ascii_lower(in.rest);
    return give(std::move(c));
}

answer on_who(const typed& in) {
    return room_of(in).and_then([](std::string room) {
        members c;
        c.room = std::move(room);
        return give(std::move(c));
    });
}

answer on_topic(const typed& in) {
    if (in.rest.empty()) return usage("/topic words");
    if (in.current.empty()) return no_room();
    return topic_text(in.rest).and_then([&in](std::string topic) {
        return give(set_topic{std::string{in.current}, std::move(topic), {}});
    });
}

answer on_msg(const typed& in) {
    const auto end = in.rest.find_first_of(blanks);
    if (end == std::string_view::npos) return usage("/msg leo words");
    auto to = user_name(in.rest.substr(0, end));
    if (!to) return tl::unexpected<refusal>(to.error());
    return message_text(trimmed(in.rest.substr(end)), in.most).and_then([&to](std::string words) {
        return give(post{"@" + *to, std::move(words), std::nullopt, {}});
    });
}

answer on_history(const typed& in) {
    history c;
    if (!in.rest.empty()) {
        const auto* end = in.rest.data() + in.rest.size();
        const auto read = std::from_chars(in.rest.data(), end, c.limit);
        if (read.ec != std::errc{} || read.ptr != end || c.limit < 1 || c.limit > page_most) {
            return usage("/history 20, with a number from 1 to " + std::to_string(page_most));
        }
    }
    if (in.current.empty()) return no_room();
    c.room = in.current;
    return give(std::move(c));
}

answer on_search(const typed& in) {
    if (in.rest.empty()) return usage("/search words");
    return read_query(in.rest).and_then([](std::vector<search_word> words) {
        search c;
        c.words = std::move(words);
        c.limit = line_search_limit;
        return give(std::move(c));
    });
}

answer on_help(const typed&) {
    return give(help{});
}

answer on_quit(const typed&) {
    return give(quit{});
}

struct kind {
    std::string_view word;
    answer (*read)(const typed&);
};

constexpr std::array kinds{
    kind{"/name", on_name},       kind{"/join", on_join}, kind{"/leave", on_leave}, kind{"/to", on_to},
    kind{"/rooms", on_rooms},     kind{"/who", on_who},   kind{"/topic", on_topic}, kind{"/msg", on_msg},
    kind{"/history", on_history}, kind{"/help", on_help}, kind{"/quit", on_quit},   kind{"/search", on_search},
};

answer on_text(std::string_view text, std::string_view current, const limits& most) {
    if (current.empty()) return no_room();
    return message_text(text, most).and_then([current](std::string words) {
        return give(post{std::string{current}, std::move(words), std::nullopt, {}});
    });
}

answer on_command(std::string_view line, std::string_view current, const limits& most) {
    const auto end = std::min(line.find_first_of(blanks), line.size());
    const auto word = ascii_lower(line.substr(0, end));
    const auto* found = std::find_if(kinds.begin(), kinds.end(), [&word](const kind& k) { return k.word == word; });
    if (found == kinds.end()) {
        return refuse(code::bad_command, "this command is unknown, /help lists them; // sends a slash");
    }
    return found->read({trimmed(line.substr(end)), current, most});
}

}  // namespace

core::result<line_input, bad_request> read_line(std::string_view input, std::string_view current, const limits& most) {
    const auto last = input.find_last_not_of("\r\n");
    const auto line = last == std::string_view::npos ? std::string_view{} : input.substr(0, last + 1);

    const bool slashed = line.substr(0, 1) == "/";
    const bool escaped = line.substr(0, 2) == "//";
    auto out =
        slashed && !escaped ? on_command(line, current, most) : on_text(line.substr(escaped ? 1 : 0), current, most);
    return std::move(out).map_error([](refusal why) { return bad_request{{}, std::move(why)}; });
}

}  // namespace tertulia::protocol
