// server/http/target.hpp: a request's target, taken apart and percent-decoded, strictly.
// Thread: any; plain functions.
// Owner: nobody.
#pragma once

#include "core/result.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tertulia::http {

/// A target's parts, decoded.
struct target_parts {
    std::string host{};  ///< of a target in absolute form: its authority, as it came; else empty
    std::string path{};
    std::vector<std::pair<std::string, std::string>> query{};
};

/// Takes apart a target in origin form (/path?query) or absolute form (RFC 9112 §3.2). The error is a reason for a
/// person: another form, a bad escape, what is not UTF-8 or a control character once decoded, a segment "." or "..".
[[nodiscard]] core::result<target_parts, std::string> parse_target(std::string_view target);

/// Percent-decodes; empty where an escape is bad or the outcome is not UTF-8 or has a control character.
[[nodiscard]] std::optional<std::string> percent_decode(std::string_view text);

}  // namespace tertulia::http
