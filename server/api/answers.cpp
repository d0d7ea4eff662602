// server/api/answers.cpp: which paths there are, and what a reply looks like over HTTP.
// Thread: any; plain functions.
// Owner: nobody.
#include "server/api/api.hpp"

namespace tertulia::api {

using protocol::code;

namespace {

constexpr std::string_view root = "/api/";
constexpr std::string_view rooms_path = "/api/v1/rooms";
constexpr std::string_view search_path = "/api/v1/search";
constexpr std::string_view try_again_s = "5";

int status_of(code c) noexcept {
    switch (c) {
        case code::bad_json:
        case code::bad_command:
        case code::bad_field: return 400;
        case code::bad_token: return 401;
        case code::not_joined:
        case code::forbidden:
        case code::banned:
        case code::muted:
        case code::too_many_rooms:
        case code::too_many_members: return 403;
        case code::unknown_room:
        case code::unknown_event: return 404;
        case code::conflict:
        case code::name_taken:
        case code::room_exists: return 409;
        case code::too_long: return 413;
        case code::rate_limited: return 429;
        case code::unavailable: return 503;
        case code::internal: return 500;
    }
    return 500;
}

http::response refused(const protocol::refusal& why) {
    auto answer = http::problem(status_of(why.what), protocol::to_string(why.what), why.message);
    if (why.what == code::bad_token) answer.headers.emplace_back("WWW-Authenticate", "Bearer realm=\"tertulia\"");
    if (why.what == code::unavailable) answer.headers.emplace_back("Retry-After", try_again_s);
    if (why.what == code::rate_limited) {
        const auto s = std::chrono::ceil<std::chrono::seconds>(why.retry_after).count();
        answer.headers.emplace_back("Retry-After", std::to_string(s));
    }
    return answer;
}

}  // namespace

bool serves(std::string_view path) noexcept {
    return path.starts_with(root);
}

std::optional<resource> find_resource(std::string_view path) {
    if (path == search_path) return resource{resource::kind::search, {}};
    if (!path.starts_with(rooms_path)) return std::nullopt;
    path.remove_prefix(rooms_path.size());
    if (path.empty()) return resource{};
    const std::size_t last = path.rfind('/');
    if (last == std::string_view::npos || path.front() != '/' || last < 2) return std::nullopt;
    const std::string_view room = path.substr(1, last - 1);
    if (room.find('/') != std::string_view::npos) return std::nullopt;
    const std::string_view what = path.substr(last + 1);
    if (what == "events") return resource{resource::kind::events, std::string{room}};
    if (what == "messages") return resource{resource::kind::messages, std::string{room}};
    return std::nullopt;
}

http::response as_response(const protocol::reply& r, const protocol::limits& most) {
    if (const auto* why = std::get_if<protocol::refusal>(&r)) return refused(*why);
    http::response answer{200, {{"Content-Type", "application/json"}, {"Cache-Control", "no-store"}}, {}};
    if (const auto* done = std::get_if<protocol::ok>(&r)) {  // a connection is told so only where it gave an id
        answer.status = done->duplicate ? 200 : 201;
        answer.body = R"({"type":"ok","room":")" + done->room + R"(","seq":)" + std::to_string(done->seq) +
                      (done->duplicate ? R"(,"duplicate":true})" : "}");
    } else {
        answer.body = protocol::write_reply(protocol::format::json, {}, r, most);
    }
    return answer;
}

}  // namespace tertulia::api
