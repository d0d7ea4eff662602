// server/api/api.cpp: from a request to a command, to the room that carries it out, and back.
// Thread: one shard's.
// Owner: see the header.
#include "server/api/api.hpp"

#include "core/caught.hpp"
#include "server/chat/questions.hpp"
#include "server/chat/undone.hpp"
#include "server/http/text.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace tertulia::api {

using protocol::code;
using protocol::refusal;

namespace {

/// What a request may be asked with at its path.
std::string_view methods_of(const resource& where) {
    return where.what == resource::kind::messages ? "POST, OPTIONS" : "GET, HEAD, OPTIONS";
}

/// OPTIONS, and what is answered without looking at who asks. Empty: it is a command.
std::optional<http::response> without_command(const http::request& r, const std::optional<resource>& where,
                                              const http::origin_rules& origins) {
    if (!where) return http::problem(404, "not_found", "there is nothing at this path");
    const std::string allowed{methods_of(*where)};
    const auto methods = http::list_elements(allowed);
    if (std::find(methods.begin(), methods.end(), r.method) == methods.end()) {
        auto no = http::problem(405, "bad_command", "this path is asked with " + allowed);
        no.headers.emplace_back("Allow", allowed);
        return no;
    }
    if (!http::origin_allowed(r, origins)) {
        return http::problem(403, "forbidden", "this page may not use this server; see --allow-origin");
    }
    if (r.method != "OPTIONS") return std::nullopt;
    return http::response{204, {{"Allow", allowed}}, {}};
}

/// The token of `Authorization: Bearer …`; empty: there is none.
std::string_view bearer_of(const http::request& r) {
    constexpr std::string_view scheme = "Bearer ";
    const std::string_view given = r.header("Authorization");
    if (!http::equal_ignoring_case(given.substr(0, scheme.size()), scheme)) return {};
    return given.substr(scheme.size());
}

/// A number of the query: digits and nothing else; what is none is refused as any other thing in its place is.
protocol::json_value number_of(std::string_view text) {
    std::uint64_t n = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), n);
    if (read.ec != std::errc{} || read.ptr != text.data() + text.size()) return protocol::other_json{};
    return n;
}

/// The query as the fields of a command; others than the known ones are ignored.
protocol::outcome<protocol::json_fields> fields_of_query(const http::request& r, const resource& where) {
    const bool events = where.what == resource::kind::events;
    const bool search = where.what == resource::kind::search;
    const bool in_room = std::any_of(r.query.begin(), r.query.end(), [](const auto& q) { return q.first == "room"; });
    protocol::json_fields fields;
    for (const auto& [name, value] : r.query) {
        const bool number = name == "limit" || (events && (name == "before" || name == "after")) ||
                            (search && in_room && name == "before");
        const bool word =
            !events && (name == "query" || name == (search ? "room" : "after") || (search && name == "before"));
        if (!number && !word) continue;
        if (fields.find(name) != nullptr) return protocol::refuse(code::bad_field, name + ": it stands there twice");
        fields.set(name, number ? number_of(value) : protocol::json_value{value});
    }
    if (events) fields.set("room", where.room);
    return fields;
}

/// The body as the fields of `message`, with the room of the path and the key of its header.
protocol::outcome<protocol::json_fields> fields_of_body(const http::request& r, const resource& where) {
    auto fields = protocol::json_fields::read(r.body);
    if (!fields) return fields;
    if (fields->find("key") != nullptr) {
        return protocol::refuse(code::bad_field, "key: send it as the header Idempotency-Key");
    }
    if (const std::string* key = r.find_header("Idempotency-Key")) fields->set("key", *key);
    fields->set("room", where.room);
    return fields;
}

}  // namespace

/// The identity that a request holds.
class api::guest {
public:
    explicit guest(chat::services& of) noexcept : of_(of) {}
    guest(const guest&) = delete;
    guest& operator=(const guest&) = delete;
    ~guest() {
        if (is.id == 0) return;
        try {
            of_.mail.send(chat::directory_shard, chat::to_directory{{}, chat::goodbye{is.id, true, {}}});
        } catch (...) {  // it lives on as if it were still connected
            spdlog::error("a guest's goodbye is lost: {}", core::caught().detail);
        }
    }

    chat::identity is{};

private:
    chat::services& of_;
};

core::task<http::response> api::answer(const http::request& r, core::context& within) {
    auto where = find_resource(r.path);
    if (auto answered = without_command(r, where, origins_)) co_return std::move(*answered);
    protocol::reply said = chat::a_defect();
    try {
        auto got = co_await carry_out(r, std::move(*where), within);
        said = std::move(got);
    } catch (...) {
        spdlog::error("a request ended by an exception: {}", core::caught().detail);
    }
    if (std::holds_alternative<refusal>(said)) ++of_.stats.errors;
    co_return as_response(said, of_.most);
}

core::task<protocol::reply> api::carry_out(const http::request& r, resource where, core::context& within) {
    core::timed_context ctx{within, chat::answer_within};
    const auto place = co_await of_.attended.acquire(ctx);
    if (!place) co_return refusal{code::unavailable, "there is too much to do; try again"};
    guest who{of_};
    auto known = co_await say_hello(r, who);
    if (std::holds_alternative<refusal>(known)) co_return known;
    ++of_.stats.commands;
    if (auto refused = chat::too_early(who.is.shared->commands, ctx.on().now(), of_)) co_return std::move(*refused);
    auto said = co_await command(r, std::move(where), who, ctx);
    co_return said;
}

core::task<protocol::reply> api::say_hello(const http::request& r, guest& who) {
    const std::string_view token = bearer_of(r);
    if (token.empty()) {
        co_return refusal{code::bad_token, "send Authorization: Bearer with the token that welcome gave"};
    }
    chat::simple_call asked{of_.asking};
    chat::say_hello_letter question;
    question.what.token = token;
    question.known_only = true;
    of_.mail.send(chat::directory_shard, chat::to_directory{asked.from(), std::move(question)});
    // Not cut short by a deadline: who was welcomed must be known, or its goodbye would be missing.
    auto got = co_await asked.wait(of_.living);
    if (got) {
        if (auto* w = std::get_if<chat::welcomed>(&*got)) {
            who.is = std::move(w->who);
            co_return protocol::ok{};
        }
    }
    co_return chat::as_reply(got);
}

core::task<protocol::reply> api::command(const http::request& r, resource where, guest& who, core::context& within) {
    const bool posts = where.what == resource::kind::messages;
    const auto fields = posts ? fields_of_body(r, where) : fields_of_query(r, where);
    if (!fields) co_return fields.error();
    constexpr std::array<std::string_view, 4> types{"rooms", "history", "message", "search"};  // in the order of kind
    const std::string_view type = types[static_cast<std::size_t>(where.what)];
    auto read = protocol::read_command(type, *fields, of_.most);
    if (!read) co_return read.error();
    protocol::reply said;
    if (auto* p = std::get_if<protocol::post>(&*read)) {
        auto got = co_await post(std::move(*p), who, within);
        said = std::move(got);
    } else if (auto* h = std::get_if<protocol::history>(&*read)) {
        std::string room = h->room;
        chat::room_command question = chat::read_history{who.is.id, std::move(*h)};
        auto got = co_await chat::ask_room(of_, within, who.is.id, std::move(room), std::move(question));
        said = std::move(got);
    } else if (auto* s = std::get_if<protocol::search>(&*read)) {
        auto got = co_await chat::search_rooms(of_, within, who.is, std::move(*s));
        said = std::move(got);
    } else {
        auto got = co_await chat::ask_for_rooms(of_, within, std::get<protocol::list_rooms>(std::move(*read)));
        said = std::move(got);
    }
    co_return said;
}

core::task<protocol::reply> api::post(protocol::post what, guest& who, core::context& within) {
    who.is.shared->posted.store(true, std::memory_order_relaxed);
    chat::simple_call asked{of_.asking};
    chat::log_event e;
    e.from = {who.is.id, who.is.name, who.is.guest};
    e.client = {asked.from().shard, chat::place_of_call, asked.from().call};
    e.body = protocol::message_body{std::move(what.text), what.reply_to};
    e.key = std::move(what.key);
    chat::send_to_room(of_.mail, who.is.id, what.room, {}, std::move(e));
    auto got = co_await asked.wait(within);
    co_return chat::as_reply(got);
}

}  // namespace tertulia::api
