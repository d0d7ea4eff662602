// server/protocol/json_writer.cpp: replies and events as JSON objects.
// Thread: any; no state.
// Owner: nobody.
#include "server/protocol/rfc3339.hpp"
#include "server/protocol/writers.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <variant>

namespace tertulia::protocol::json_format {

namespace {

using json = nlohmann::ordered_json;

/// In one line. What is not UTF-8 (nothing of ours is) becomes U+FFFD rather than an exception.
std::string dumped(const json& j) {
    return j.dump(-1, ' ', false, json::error_handler_t::replace);
}

/// An object that begins with its type, and the `id` right behind it where there is one.
json begun(std::string_view type, std::string_view id) {
    json j;
    j["type"] = type;
    if (!id.empty()) j["id"] = id;
    return j;
}

json begun_in(std::string_view room, std::string_view type) {
    json j;
    j["type"] = type;
    j["room"] = room;
    return j;
}

/// Adds what the body of an event says. A text stands behind what the server says itself, and nothing else of an event
/// is named like it: take_text_out() relies on that.
struct body_writer {
    json& j;

    void operator()(const message_body& b) const {
        if (b.deleted) {
            j["deleted"] = true;
        } else {
            j["text"] = b.text;
        }
        if (b.reply_to) j["reply_to"] = *b.reply_to;
        if (b.edited && !b.deleted) j["edited"] = true;
        for (const reaction& r : b.reactions) {
            auto& one = j["reactions"][r.emoji];
            one["count"] = r.count;
            one["users"] = r.users;
        }
    }
    void operator()(const topic_body& b) const { j["topic"] = b.topic; }
    void operator()(const edited_body& b) const {
        j["target"] = b.target;
        if (b.text) {
            j["text"] = *b.text;
        } else {
            j["deleted"] = true;
        }
    }
    void operator()(const deleted_body& b) const { j["target"] = b.target; }
    void operator()(const reacted_body& b) const {
        j["target"] = b.target;
        j["emoji"] = b.emoji;
        j["on"] = b.on;
    }
};

json object(std::string_view room, const event& e) {
    constexpr std::array types{"message", "topic", "edited", "deleted", "reacted"};  // in the order of event_body
    static_assert(types.size() == std::variant_size_v<event_body>);
    auto j = begun_in(room, types[e.body.index()]);
    j["seq"] = e.seq;
    j["from"] = e.from.name;
    if (e.from.guest) j["guest"] = true;
    j["at"] = rfc3339(e.at);
    std::visit(body_writer{j}, e.body);
    return j;
}

/// Makes the object of each kind of reply; null where nothing is to be sent.
struct reply_writer {
    std::string_view id;
    const limits& most;

    json operator()(const welcome& r) const {
        auto j = begun("welcome", id);
        j["user"] = r.user;
        j["guest"] = r.guest;
        j["resumed"] = r.resumed;
        if (!r.token.empty()) j["token"] = r.token;
        j["server"] = "tertulia/" TERTULIA_VERSION;
        j["ping_s"] = most.ping_s.count();
        for (const auto& room : r.rooms) j["rooms"].push_back(json{{"room", room}});
        if (!most.kept) j["kept"] = false;
        auto& bounds = j["limits"];
        bounds["text_bytes"] = most.text_bytes;
        bounds["frame_bytes"] = most.frame_bytes;
        bounds["rooms"] = most.rooms_per_user;
        bounds["recovery_events"] = most.recovery_events;
        bounds["commands_per_s"] = most.commands_per_s;
        return j;
    }

    json operator()(const rooms_page& r) const {
        auto j = begun("rooms", id);
        auto& rooms = j["rooms"] = json::array();
        for (const auto& line : r.rooms) {
            json one;
            one["room"] = line.room;
            one["topic"] = line.topic;
            one["count"] = line.count;
            one["seq"] = line.seq;
            rooms.push_back(std::move(one));
        }
        j["more"] = r.more;
        return j;
    }

    json operator()(const ok& r) const {
        if (id.empty()) return {};
        auto j = begun("ok", id);
        if (!r.room.empty()) j["room"] = r.room;
        if (r.seq != 0) j["seq"] = r.seq;
        if (r.duplicate) j["duplicate"] = true;
        if (r.unchanged) j["unchanged"] = true;
        return j;
    }

    json operator()(const joined& r) const {
        auto j = begun("joined", id);
        j["room"] = r.room;
        j["topic"] = r.topic;
        j["epoch"] = r.epoch;
        j["seq"] = r.seq;
        j["first"] = r.first;
        j["recovered"] = r.recovered;
        j["here"] = r.here;
        j["count"] = r.count;
        return j;
    }

    json operator()(const history_page& r) const {
        auto j = begun("history", id);
        j["room"] = r.room;
        auto& events = j["events"] = json::array();
        for (const auto& e : r.events) events.push_back(object(r.room, e));
        j["more"] = r.more;
        return j;
    }

    json operator()(const members_page& r) const {
        auto j = begun("members", id);
        j["room"] = r.room;
        j["here"] = r.here;
        j["count"] = r.count;
        j["more"] = r.more;
        return j;
    }

    json operator()(const found& r) const {
        auto j = begun("found", id);
        auto& events = j["events"] = json::array();
        for (const auto& e : r.events) events.push_back(object(e.room, e.what));
        j["more"] = r.next.index() != 0;
        if (const auto* seq = std::get_if<std::uint64_t>(&r.next)) j["next"] = *seq;
        if (const auto* place = std::get_if<std::string>(&r.next)) j["next"] = *place;
        return j;
    }

    json operator()(const pong&) const { return begun("pong", id); }

    json operator()(const refusal& r) const {
        auto j = begun("error", id);
        j["code"] = to_string(r.what);
        j["message"] = r.message;
        if (r.retry_after.count() > 0) j["retry_after_ms"] = r.retry_after.count();
        return j;
    }

    json operator()(const help_text&) const { return {}; }
};

struct passing_writer {
    std::string_view room;

    json operator()(const presence& p) const {
        auto j = begun_in(room, "presence");
        if (!p.entered.empty()) j["entered"] = p.entered;
        if (!p.left.empty()) j["left"] = p.left;
        j["count"] = p.count;
        return j;
    }

    json operator()(const typing_event& p) const {
        auto j = begun_in(room, "typing");
        j["user"] = p.user;
        return j;
    }

    json operator()(const notice& p) const {
        auto j = begun_in(room, "notice");
        j["text"] = p.text;
        return j;
    }

    json operator()(const lagged& p) const {
        auto j = begun_in(room, "lagged");
        j["first"] = p.first;
        j["last"] = p.last;
        return j;
    }

    json operator()(const parted& p) const {
        auto j = begun_in(room, "parted");
        j["reason"] = p.reason;
        return j;
    }
};

}  // namespace

std::string write(std::string_view id, const reply& r, const limits& most) {
    const auto j = std::visit(reply_writer{id, most}, r);
    return j.is_null() ? std::string{} : dumped(j);
}

std::string write(std::string_view room, const event& e) {
    return dumped(object(room, e));
}

std::string write(std::string_view room, const passing& p) {
    return dumped(std::visit(passing_writer{room}, p));
}

void take_text_out(std::span<char> payload) {
    constexpr std::string_view key = ",\"text\":\"";  // what people wrote can't look like it: their quotes are escaped
    const auto found = std::string_view{payload.data(), payload.size()}.find(key);
    if (found == std::string_view::npos) return;
    std::size_t end = found + key.size();
    while (payload[end] != '"') end += payload[end] == '\\' ? 2 : 1;
    const auto field = payload.subspan(found + 1, end - found);
    std::string_view in_its_place = "\"deleted\":true";
    if (in_its_place.size() > field.size()) in_its_place = "\"text\":\"\"";
    std::fill(std::copy(in_its_place.begin(), in_its_place.end(), field.begin()), field.end(), ' ');
}

}  // namespace tertulia::protocol::json_format
