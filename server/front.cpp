// server/front.cpp: HTTP on a socket: reading requests, the few paths there are, the upgrade.
// Thread: one shard's.
// Owner: see the header.
#include "server/front.hpp"

#include "server/metrics.hpp"
#include "server/page.hpp"
#include "server/protocol/name.hpp"
#include "server/ws/handshake.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>

namespace tertulia {

namespace {

constexpr std::chrono::hours unbounded_wait{24 * 365};
constexpr std::chrono::seconds closing{2};
constexpr std::chrono::seconds answer_within{5};

http::response plain(std::string body) {
    return {200, {{"Content-Type", "text/plain; charset=utf-8"}, {"Cache-Control", "no-store"}}, std::move(body)};
}

http::response too_many() {
    http::response answer = http::problem(503, "unavailable", "there are too many connections; try again later");
    answer.headers.emplace_back("Retry-After", "5");
    return answer;
}

}  // namespace

core::task<> front::serve(std::unique_ptr<net::stream> socket, std::unique_ptr<client_place> place, bool refuse,
                          core::context& asking, core::scope& clients) {
    ++of_.stats.accepted;
    if (refuse) ++of_.stats.refused;
    try {
        auto how = co_await speak_http(*socket, *place, refuse, asking);
        if (how) {
            ++of_.stats.upgraded;
            auto client = std::make_unique<chat::connection>(of_, std::move(socket), std::move(place), std::move(how));
            clients.spawn("connection", chat::connection::serve(std::move(client)));
        }
    } catch (const std::exception& e) {
        spdlog::error("a connection ended by an exception: {}", e.what());
    }
    socket.reset();  // its descriptor is closed before its place is given back
    place.reset();
}

core::task<std::unique_ptr<chat::opening>> front::speak_http(net::stream& socket, client_place& place, bool refuse,
                                                             core::context& asking) {
    http::request_reader reader{of_.most.head_bytes, of_.most.body_bytes};
    std::string rest;
    const core::duration most_wait = of_.most.head_s.count() > 0 ? core::duration{of_.most.head_s} : unbounded_wait;
    for (bool more = true; more;) {
        core::timed_context ctx{asking, most_wait};
        http::request r;
        const bool whole = co_await read_request(socket, reader, rest, r, ctx);
        if (!whole) break;
        ++of_.stats.http_requests;
        http::response answered;
        if (refuse) {
            answered = too_many();
            more = false;
        } else if (r.path == "/ws") {
            auto how = std::make_unique<chat::opening>();
            answered = upgrade(r, *how);
            bool admitted = answered.status == 101;
            if (admitted) {
                std::string forwarded_for{r.header("X-Forwarded-For")};
                admitted = co_await place.admit(std::move(forwarded_for), ctx);
                if (!admitted) {
                    ++of_.stats.refused;
                    answered = too_many();
                    more = false;
                }
            }
            if (admitted) {
                how->first_bytes = std::move(rest);
                const bool sent = co_await write(socket, http::write_response(answered, true), ctx);
                if (!sent) co_return nullptr;
                co_return how;
            }
        } else if (api::serves(r.path)) {
            answered = co_await api_.answer(r, asking);
        } else {
            answered = co_await answer(r, ctx);
        }
        more = more && r.keep_alive;
        core::timed_context writing{asking, most_wait};  // what was waited for the request is not the answer's
        const bool sent = co_await write(socket, http::write_response(answered, more, r.method == "HEAD"), writing);
        if (!sent) co_return nullptr;
    }
    co_await end(socket, asking);
    co_return nullptr;
}

/// False: no further request comes, and what had to be said about that is said.
core::task<bool> front::read_request(net::stream& socket, http::request_reader& reader, std::string& rest,
                                     http::request& into, core::context& ctx) {
    for (;;) {
        std::string_view bytes = rest;
        if (rest.empty()) {
            const bool ready = co_await socket.readable(ctx);
            if (!ready) co_return false;
            const net::transfer got = socket.read(of_.read_buffer);
            if (got.what == net::transfer::state::later) continue;
            if (got.what == net::transfer::state::ended) co_return false;
            of_.stats.bytes_in += got.bytes;
            bytes = {reinterpret_cast<const char*>(of_.read_buffer.data()), got.bytes};
        }
        auto next = reader.next(bytes);
        rest = std::string{bytes};
        if (!next) {
            const std::string_view code = next.error().status == 413 ? "too_long" : "bad_request";
            const http::response why = http::problem(next.error().status, code, next.error().reason);
            auto sent = co_await write(socket, http::write_response(why, false), ctx);
            (void)sent;
            co_return false;
        }
        if (*next) {
            into = std::move(**next);
            co_return true;
        }
    }
}

core::task<bool> front::write(net::stream& socket, std::string bytes, core::context& ctx) {
    std::string_view left = bytes;
    while (!left.empty()) {
        const net::transfer done = socket.send(left);
        if (done.what == net::transfer::state::ended) co_return false;
        left.remove_prefix(done.bytes);
        if (done.what == net::transfer::state::later) {
            const bool ready = co_await socket.writable(ctx);
            if (!ready) co_return false;
        }
    }
    co_return true;
}

/// Closes our half and reads on for a moment, so that the client gets the last answer and no reset.
core::task<> front::end(net::stream& socket, core::context& asking) {
    core::timed_context ctx{asking, closing};
    socket.finish();
    for (;;) {
        const bool ready = co_await socket.readable(ctx);
        if (!ready || socket.read(of_.read_buffer).what == net::transfer::state::ended) co_return;
    }
}

core::task<http::response> front::answer(const http::request& r, core::context& ctx) {
    const web::asset* asset = web::find(r.path);
    const bool known = asset != nullptr || r.path == "/healthz" || r.path == "/readyz" || r.path == "/metrics";
    if (!known) co_return http::problem(404, "not_found", "there is nothing at this path");
    if (r.method != "GET" && r.method != "HEAD") {
        auto no = http::problem(405, "bad_command", "only GET and HEAD are answered here");
        no.headers.emplace_back("Allow", "GET, HEAD");
        co_return no;
    }
    if (asset != nullptr) co_return page_file(*asset, r);
    if (r.path == "/metrics") {
        auto text = co_await metrics(ctx);
        auto page = plain(std::move(text));
        page.headers[0].second = "text/plain; version=0.0.4; charset=utf-8";
        co_return page;
    }
    if (r.path == "/readyz") {
        auto answered = co_await ready(ctx);
        co_return answered;
    }
    co_return plain("ok\n");  // alive: this turn of a shard answers
}

/// Ready: what is posted can be stored.
core::task<http::response> front::ready(core::context& ctx) {
    auto can = co_await log_.writable(ctx);
    if (can) co_return plain("ok\n");
    auto answer = http::problem(503, "unavailable", "the store can't be written: " + can.error().detail);
    answer.headers.emplace_back("Cache-Control", "no-store");
    co_return answer;
}

core::task<std::string> front::metrics(core::context& ctx) {
    std::vector<chat::shard_stats> all;
    for (std::uint32_t shard = 0; shard < of_.mail.shards(); ++shard) {
        core::timed_context soon{ctx, answer_within};
        chat::simple_call asked{of_.asking};
        of_.mail.send(shard, chat::ask_stats{asked.from()});
        auto got = co_await asked.wait(soon);
        if (!got) continue;
        if (auto* s = std::get_if<std::unique_ptr<chat::shard_stats>>(&*got)) all.push_back(**s);
    }
    co_return write_metrics(all);
}

http::response front::upgrade(const http::request& r, chat::opening& how) const {
    if (!http::origin_allowed(r, origins_)) {
        return http::problem(403, "forbidden", "this page may not use this server; see --allow-origin");
    }
    const auto checked = ws::check_upgrade(r);
    if (!checked) return ws::refuse_upgrade(checked.error());
    if (checked->protocol == ws::text_protocol) how.as = protocol::format::text;
    for (const auto& [name, value] : r.query) {
        if (name == "name") {
            auto user = protocol::user_name(value);
            if (!user) return http::problem(400, protocol::to_string(user.error().what), user.error().message);
            how.name = std::move(*user);
        } else if (name == "room") {
            auto room = protocol::place_name(value);
            if (!room) return http::problem(400, protocol::to_string(room.error().what), room.error().message);
            how.rooms.push_back(std::move(*room));
        } else if (name == "format") {
            if (value != "text" && value != "json") return http::problem(400, "bad_field", "format: json or text");
            how.as = value == "text" ? protocol::format::text : protocol::format::json;
        } else if (name == "token") {
            how.token = value;
        }
    }
    return ws::accept_upgrade(*checked);
}

}  // namespace tertulia
