// tests/load/event.cpp: see event.hpp.
// Thread: one for each reader.
// Owner: whoever reads.
#include "tests/load/event.hpp"

#include <nlohmann/json.hpp>

#include <cstddef>

namespace tertulia::load {
namespace {

using namespace std::string_view_literals;

// A cursor over a payload; each step answers false when the bytes are not the expected ones.
struct scanner {
    std::string_view rest;

    bool skip(std::string_view expected) {
        if (!rest.starts_with(expected)) return false;
        rest.remove_prefix(expected.size());
        return true;
    }

    // A string without escapes, up to and with its closing quote. It is short: a name.
    bool plain_string(std::string_view& out) {
        for (std::size_t i = 0; i < rest.size(); ++i) {
            if (rest[i] == '\\') return false;
            if (rest[i] != '"') continue;
            out = rest.substr(0, i);
            rest.remove_prefix(i + 1);
            return true;
        }
        return false;
    }

    bool number(std::uint64_t& out) {
        std::size_t digits = 0;
        for (out = 0; digits < rest.size() && rest[digits] >= '0' && rest[digits] <= '9'; ++digits)
            out = out * 10 + static_cast<std::uint64_t>(rest[digits] - '0');
        rest.remove_prefix(digits);
        return digits > 0 && digits < 20;  // what may not fit is parsed for real
    }

    // Up to a marker's fence where the field `text` begins with one. No name and no time holds a fence, and an
    // unescaped `"text":"` cannot stand inside a string: so the first of both is the field.
    bool skip_to_marker() {
        constexpr auto field = R"(,"text":")"sv;
        const auto at = rest.find('~');
        if (at == rest.npos || at < field.size() || rest.substr(at - field.size(), field.size()) != field) return false;
        rest.remove_prefix(at);
        return true;
    }
};

bool scan_message(std::string_view payload, event& e) {
    scanner s{payload};
    if (!s.skip(R"({"type":"message","room":")") || !s.plain_string(e.room) || !s.skip(R"(,"seq":)") ||
        !s.number(e.seq) || !s.skip_to_marker() || !s.rest.ends_with('}'))
        return false;
    e.kind = event_kind::message;
    e.text = s.rest;
    return true;
}

bool scan_ok(std::string_view payload, event& e) {
    scanner s{payload};
    if (!s.skip(R"({"type":"ok","id":")") || !s.plain_string(e.id) || !s.skip(R"(,"room":")") ||
        !s.plain_string(e.room) || !s.skip(R"(,"seq":)") || !s.number(e.seq) || s.rest != "}"sv)
        return false;
    e.kind = event_kind::ok;
    return true;
}

event_kind kind_of(std::string_view type, bool has_seq) {
    if (type == "message") return event_kind::message;
    if (type == "ok") return event_kind::ok;
    if (type == "joined") return event_kind::joined;
    if (type == "welcome") return event_kind::welcome;
    if (type == "lagged") return event_kind::lagged;
    if (type == "error") return event_kind::error;
    if (has_seq && (type == "edited" || type == "deleted" || type == "reacted" || type == "topic"))
        return event_kind::logged;
    return event_kind::passing;
}

}  // namespace

event event_reader::read(std::string_view payload) {
    event e;
    if (scan_message(payload, e)) return e;
    e = {};
    if (scan_ok(payload, e)) return e;
    if (payload.starts_with(R"({"type":"presence",)")) return {.kind = event_kind::passing};
    return parse(payload);
}

event event_reader::parse(std::string_view payload) {
    const auto json = nlohmann::json::parse(payload, nullptr, false);
    if (!json.is_object()) return {};
    const auto string = [&](const char* field, std::string& out) -> std::string_view {
        const auto it = json.find(field);
        out = it != json.end() && it->is_string() ? it->get_ref<const std::string&>() : std::string{};
        return out;
    };
    const auto number = [&](const char* field) -> std::uint64_t {
        const auto it = json.find(field);
        return it != json.end() && it->is_number_unsigned() ? it->get<std::uint64_t>() : 0;
    };
    std::string type;
    if (string("type", type).empty()) return {};
    return {.kind = kind_of(type, json.contains("seq")),
            .room = string("room", room_),
            .id = string("id", id_),
            .text = string("text", text_),
            .code = string("code", code_),
            .epoch = string("epoch", epoch_),
            .token = string("token", token_),
            .recovered = json.contains("recovered") && json["recovered"] == true,
            .seq = number("seq"),
            .first = number("first"),
            .last = number("last")};
}

}  // namespace tertulia::load
