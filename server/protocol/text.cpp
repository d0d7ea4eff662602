// server/protocol/text.cpp: the rules of what people write: messages and topics.
// Thread: any; no state.
// Owner: nobody.
#include "server/protocol/name.hpp"
#include "server/protocol/unicode.hpp"

#include <string>
#include <string_view>

namespace tertulia::protocol {

namespace {

std::string with_lf(std::string_view raw) {
    std::string text;
    text.reserve(raw.size());
    for (std::size_t i = 0; i < raw.size(); ++i) {
        if (raw[i] == '\r' && i + 1 < raw.size() && raw[i + 1] == '\n') continue;
        text.push_back(raw[i]);
    }
    return text;
}

}  // namespace

outcome<std::string> message_text(std::string_view raw, const limits& most) {
    auto text = with_lf(raw);
    if (most.text_bytes != 0 && text.size() > most.text_bytes) {
        return refuse(code::too_long, "text: at most " + std::to_string(most.text_bytes) + " bytes are taken");
    }
    bool blank = true;
    const bool allowed = all_points(text, [&blank](point p) {
        blank = blank && is_blank(p.value);
        return !is_control(p.value) || p.value == U'\n' || p.value == U'\t';
    });
    if (!allowed) return refuse(code::bad_field, "text: UTF-8 without control characters but LF and tab is needed");
    if (blank) return refuse(code::bad_field, "text: more than blanks is needed");
    return text;
}

outcome<std::string> emoji_text(std::string_view raw) {
    bool blank = true;
    const bool allowed = raw.size() <= emoji_bytes && all_points(raw, [&blank](point p) {
                             blank = blank && (is_blank(p.value) || is_mark(p.value));
                             return !is_control(p.value);
                         });
    if (!allowed || blank || !is_one_grapheme(raw)) {
        return refuse(code::bad_field, "emoji: one character of at most " + std::to_string(emoji_bytes) +
                                           " bytes that can be seen is needed");
    }
    return std::string{raw};
}

outcome<std::string> topic_text(std::string_view raw) {
    if (raw.size() > topic_bytes) {
        return refuse(code::too_long, "topic: at most " + std::to_string(topic_bytes) + " bytes are taken");
    }
    const bool allowed =
        all_points(raw, [](point p) { return p.value == U'\t' || !(is_control(p.value) || is_line_break(p.value)); });
    if (!allowed) return refuse(code::bad_field, "topic: one line of UTF-8 without control characters is needed");
    return std::string{raw};
}

}  // namespace tertulia::protocol
