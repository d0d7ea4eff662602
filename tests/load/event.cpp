// tests/load/event.cpp: see event.hpp.
// Thread: one for each reader.
// Owner: whoever reads.
#include "tests/load/event.hpp"

#include <nlohmann/json.hpp>

#include <charconv>
#include <system_error>

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

    // A string without escapes, up to and with its closing quote.
    bool plain_string(std::string_view& out) {
        const auto end = rest.find_first_of(R"("\)"sv);
        if (end == rest.npos || rest[end] != '"') return false;
        out = rest.substr(0, end);
        rest.remove_prefix(end + 1);
        return true;
    }

    bool number(std::uint64_t& out) {
        const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), out);
        if (error != std::errc{}) return false;
        rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
        return true;
    }

    // An unescaped `"text":"` cannot stand inside a string, so the first one is the field.
    bool skip_to_text() {
        constexpr auto field = R"(,"text":")"sv;
        const auto at = rest.find(field);
        if (at == rest.npos) return false;
        rest.remove_prefix(at + field.size());
        return true;
    }
};

bool scan_message(std::string_view payload, event& e) {
    scanner s{payload};
    if (!s.skip(R"({"type":"message","room":")") || !s.plain_string(e.room) || !s.skip(R"(,"seq":)") ||
        !s.number(e.seq) || !s.skip_to_text() || !s.rest.starts_with('~') || !s.rest.ends_with('}'))
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
            .seq = number("seq"),
            .first = number("first"),
            .last = number("last")};
}

}  // namespace tertulia::load
