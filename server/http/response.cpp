// server/http/response.cpp: the bytes of an HTTP/1.1 answer.
// Thread: any; plain values.
// Owner: whoever holds the value.
#include "server/http/response.hpp"

#include "server/http/text.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cassert>

namespace tertulia::http {
namespace {

void append_header(std::string& out, std::string_view name, std::string_view value) {
    assert(is_token(name));
    out.append(name).append(": ");
    std::replace_copy_if(value.begin(), value.end(), std::back_inserter(out), is_control, ' ');
    out.append("\r\n");
}

bool names(const response& answer, std::string_view name) {
    return std::any_of(answer.headers.begin(), answer.headers.end(),
                       [&](const auto& header) { return equal_ignoring_case(header.first, name); });
}

}  // namespace

std::string write_response(const response& answer, bool keep_alive, bool head_only) {
    const bool interim = answer.status < 200;
    const bool bodiless = interim || answer.status == 204 || answer.status == 304;
    std::string out = "HTTP/1.1 " + std::to_string(answer.status) + " ";
    out.append(reason_phrase(answer.status)).append("\r\n");
    for (const auto& [name, value] : answer.headers) append_header(out, name, value);
    const auto add = [&](std::string_view name, std::string_view value) {
        if (!names(answer, name)) append_header(out, name, value);
    };
    if (!bodiless) add("Content-Length", std::to_string(answer.body.size()));
    if (!interim) add("Connection", keep_alive ? "keep-alive" : "close");
    add("X-Content-Type-Options", "nosniff");
    add("Referrer-Policy", "no-referrer");
    out.append("\r\n");
    if (!bodiless && !head_only) out.append(answer.body);
    return out;
}

response problem(int status, std::string_view code, std::string_view detail) {
    const nlohmann::ordered_json document{
        {"title", reason_phrase(status)}, {"status", status}, {"code", code}, {"detail", detail}};
    // A detail may quote what a client sent.
    constexpr auto replace = nlohmann::ordered_json::error_handler_t::replace;
    return {status,
            {{"Content-Type", "application/problem+json"}, {"Cache-Control", "no-store"}},
            document.dump(-1, ' ', false, replace)};
}

std::string_view reason_phrase(int status) noexcept {
    switch (status) {
        case 101: return "Switching Protocols";
        case 200: return "OK";
        case 201: return "Created";
        case 204: return "No Content";
        case 304: return "Not Modified";
        case 400: return "Bad Request";
        case 401: return "Unauthorized";
        case 403: return "Forbidden";
        case 404: return "Not Found";
        case 405: return "Method Not Allowed";
        case 408: return "Request Timeout";
        case 409: return "Conflict";
        case 413: return "Content Too Large";
        case 426: return "Upgrade Required";
        case 429: return "Too Many Requests";
        case 431: return "Request Header Fields Too Large";
        case 500: return "Internal Server Error";
        case 501: return "Not Implemented";
        case 503: return "Service Unavailable";
        case 505: return "HTTP Version Not Supported";
        default: return "Unknown";
    }
}

}  // namespace tertulia::http
