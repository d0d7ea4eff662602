// server/front.hpp: the first contact: HTTP requests on a new socket, until it becomes a chat connection or ends.
// Thread: one shard's.
// Owner: the shard.
#pragma once

#include "server/api/api.hpp"
#include "server/chat/connection.hpp"
#include "server/http/origin.hpp"
#include "server/http/request.hpp"
#include "server/http/response.hpp"
#include "server/store/log.hpp"

namespace tertulia {

/// A socket's place, which learns who is at the other end.
class client_place : public net::socket_place {
public:
    /// Where the socket is a trusted proxy's: counts the client that it names as one of that address, until this dies.
    /// False: that address has too many. @param forwarded_for the X-Forwarded-For of its request
    virtual core::task<bool> admit(std::string forwarded_for, core::context& ctx) = 0;
};

class front {
public:
    front(chat::services& of, const http::origin_rules& origins, store::log& log) noexcept
        : of_(of), origins_(origins), log_(log), api_(of, origins) {}

    /// Serves one socket as long as it speaks HTTP; what becomes a chat connection goes on as a task of its own, so
    /// that nothing of this is kept for it. An exception ends this one, not the others.
    /// @param place dies with the socket
    /// @param refuse there are too many connections: everything is answered with 503
    /// @param asking ends while only HTTP is spoken: idle sockets needn't be waited for
    /// @param clients where chat connections are spawned
    core::task<> serve(std::unique_ptr<net::stream> socket, std::unique_ptr<client_place> place, bool refuse,
                       core::context& asking, core::scope& clients);

private:
    core::task<std::unique_ptr<chat::opening>> speak_http(net::stream& socket, client_place& place, bool refuse,
                                                          core::context& asking);
    core::task<bool> read_request(net::stream& socket, http::request_reader& reader, std::string& rest,
                                  http::request& into, core::context& ctx);
    core::task<bool> write(net::stream& socket, std::string bytes, core::context& ctx);
    core::task<> end(net::stream& socket, core::context& ctx);
    core::task<http::response> answer(const http::request& r, core::context& ctx);
    http::response upgrade(const http::request& r, chat::opening& how) const;
    core::task<std::string> metrics(core::context& ctx);
    core::task<http::response> ready(core::context& ctx);

    chat::services& of_;
    const http::origin_rules& origins_;
    store::log& log_;
    api::api api_;
};

}  // namespace tertulia
