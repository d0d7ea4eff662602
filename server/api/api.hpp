// server/api/api.hpp: the HTTP API: rooms, events and messages, as the commands of the same name.
// Thread: one shard's.
// Owner: the shard's front; a request's coroutine is its connection's.
#pragma once

#include "server/chat/services.hpp"
#include "server/http/origin.hpp"
#include "server/http/response.hpp"
#include "server/protocol/json_fields.hpp"

namespace tertulia::api {

/// Whether a path, decoded, lies in the API; what it has nothing for is a 404.
[[nodiscard]] bool serves(std::string_view path) noexcept;

/// What a path names.
struct resource {
    enum class kind : std::uint8_t { rooms, events, messages, search };
    kind what = kind::rooms;
    std::string room{};  ///< as it stands in the path, not judged
};
/// Empty: there is nothing at that path.
[[nodiscard]] std::optional<resource> find_resource(std::string_view path);

/// A reply as an answer: as the JSON that a connection would get, or a problem document with its status.
[[nodiscard]] http::response as_response(const protocol::reply& r, const protocol::limits& most);

/// Who asks says who it is by a guest's token, and holds that guest as a connection does, for as long as the request
/// lasts: it lives on for `guest_s` from then. It follows nothing and is nowhere `here`.
class api {
public:
    api(chat::services& of, const http::origin_rules& origins) noexcept : of_(of), origins_(origins) {}

    /// Never throws. @param r lives until this is over. @param within ends it early, as the server's stop does
    core::task<http::response> answer(const http::request& r, core::context& within);

private:
    class guest;

    core::task<protocol::reply> carry_out(const http::request& r, resource where, core::context& within);
    core::task<protocol::reply> say_hello(const http::request& r, guest& who);
    core::task<protocol::reply> command(const http::request& r, resource where, guest& who, core::context& within);
    core::task<protocol::reply> post(protocol::post what, guest& who, core::context& within);

    chat::services& of_;
    const http::origin_rules& origins_;
};

}  // namespace tertulia::api
