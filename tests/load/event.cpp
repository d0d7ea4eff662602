// tests/load/event.cpp: see event.hpp.
// Thread: one for each reader.
// Owner: whoever reads.
#include "tests/load/event.hpp"

#include <nlohmann/json.hpp>

#include <cstddef>

namespace tertulia::load {
namespace {

using namespace std::string_view_literals;

constexpr std::size_t most_known = 512;  // as many as a connection is behind another; in the processor's cache

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
    e.mark = read_marker(s.rest);
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

event_reader::event_reader() : known_(most_known), last_(known_.data()) {}

const event& event_reader::read(std::string_view payload) {
    if (payload == last_->bytes && !payload.empty()) return last_->what;
    if (auto& next = place_of(last_->what.seq + 1); payload == next.bytes && !payload.empty()) {
        last_ = &next;
        return next.what;
    }
    other_ = {};
    if (scan_message(payload, other_)) {
        auto& k = place_of(other_.seq);
        k.bytes = payload;
        k.what = other_;
        k.what.room = std::string_view(k.bytes).substr(static_cast<std::size_t>(other_.room.data() - payload.data()),
                                                       other_.room.size());
        last_ = &k;
        return k.what;
    }
    other_ = {};
    if (scan_ok(payload, other_)) return other_;
    if (payload.starts_with(R"({"type":"presence",)"))
        other_ = {.kind = event_kind::passing};
    else
        other_ = parse(payload);
    return other_;
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
    const auto kind = kind_of(type, json.contains("seq"));
    const auto text = string("text", text_);
    return {.kind = kind,
            .room = string("room", room_),
            .id = string("id", id_),
            .code = string("code", code_),
            .epoch = string("epoch", epoch_),
            .token = string("token", token_),
            .seq = number("seq"),
            .first = number("first"),
            .last = number("last"),
            .recovered = json.contains("recovered") && json["recovered"] == true,
            .mark = kind == event_kind::message ? read_marker(text) : std::nullopt};
}

}  // namespace tertulia::load
