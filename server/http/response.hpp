// server/http/response.hpp: HTTP/1.1 answers, and the problem documents in which errors are told.
// Thread: any; plain values.
// Owner: whoever holds the value.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tertulia::http {

/// An answer.
struct response {
    int status = 200;
    std::vector<std::pair<std::string, std::string>>
        headers{};  ///< names are tokens; one that is set below may be overridden
    std::string body{};
};

/// The bytes of an answer: with Content-Length and Connection (neither of 1xx, no length of 204 and 304), and always
/// X-Content-Type-Options: nosniff and Referrer-Policy: no-referrer. No Date: there is no clock here.
/// A control character in a value becomes a space, so that no value can begin a header of its own.
/// @param head_only the answer to HEAD: the length of the body, but not the body
[[nodiscard]] std::string write_response(const response& answer, bool keep_alive, bool head_only = false);

/// A problem document (RFC 9457) whose member `code` is for programs and whose `detail` tells a person what to do.
[[nodiscard]] response problem(int status, std::string_view code, std::string_view detail);

/// The words after a status; "Unknown" for one that the server never sends.
[[nodiscard]] std::string_view reason_phrase(int status) noexcept;

}  // namespace tertulia::http
