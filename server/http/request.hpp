// server/http/request.hpp: HTTP/1.x requests: bytes in, requests out, strict where leniency lets requests be smuggled.
// Thread: one shard.
// Owner: the connection; freed after an upgrade.
#pragma once

#include "core/result.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tertulia::http {

/// A whole request.
struct request {
    std::string method{};
    std::string target{};  ///< as it came
    std::string path{};    ///< decoded: UTF-8, begins with /, no control, no . or .. segment
    std::vector<std::pair<std::string, std::string>> query{};  ///< decoded, in order; names may repeat
    std::vector<std::pair<std::string, std::string>>
        headers{};           ///< one for each name; repeated ones are joined by ", "
    int minor_version = 1;   ///< of HTTP/1.x: 0 or 1
    bool keep_alive = true;  ///< whether the client wants to ask more on this connection
    std::string body{};

    /// The value of a header, whatever the case of its name; empty where it is absent. Views into this request.
    [[nodiscard]] std::string_view header(std::string_view name) const noexcept;

    /// The same, null where it is absent, so that an empty one can be told from none.
    [[nodiscard]] const std::string* find_header(std::string_view name) const noexcept;
};

/// Why a request is refused before it is understood; the connection ends after the answer.
struct bad_head {
    int status = 400;  ///< 400, 413 (body), 431 (head), 501 (Transfer-Encoding), 505 (version)
    std::string reason{};
};

/// Cuts a connection's bytes into requests. Holds memory in the measure of the bytes that have come.
class request_reader {
public:
    /// @param head_bytes the most of a head, its empty line included; 0: no limit
    /// @param body_bytes the most of a body; 0: no limit
    request_reader(std::size_t head_bytes, std::size_t body_bytes) noexcept;

    /// Consumes from the front of `bytes`, up to and with one request; what lies behind it (a pipelined request, the
    /// first frames after an upgrade) stays. Empty: all bytes are taken and the request is not complete. After a
    /// refusal whatever comes is taken and ignored, for nobody knows where the next request begins (RFC 9112 §9.3).
    [[nodiscard]] core::result<std::optional<request>, bad_head> next(std::string_view& bytes);

    /// Nothing of a next request has come yet.
    [[nodiscard]] bool idle() const noexcept { return head_.empty() && !unfinished_; }

private:
    core::result<bool, bad_head> take_head(std::string_view& bytes);
    core::result<std::optional<request>, bad_head> refuse(bad_head why);

    std::size_t head_bytes_;
    std::size_t body_bytes_;
    std::string head_{};                   // of the next request, as far as it has come
    std::optional<request> unfinished_{};  // its head is read, its body is not
    std::size_t body_left_ = 0;
    bool refused_ = false;
};

}  // namespace tertulia::http
