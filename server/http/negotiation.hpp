// server/http/negotiation.hpp: which form of a file a client takes, and whether it has that form already.
// Thread: any; plain functions.
// Owner: nobody.
#pragma once

#include <string_view>

namespace tertulia::http {

/// Whether a client takes a content coding: `Accept-Encoding` names it, or else `*`, with a weight above 0. An absent
/// header (empty) is no: though it allows all (RFC 9110 §12.5.3), who does not ask for a coding seldom undoes one.
[[nodiscard]] bool accepts_coding(std::string_view accept_encoding, std::string_view coding) noexcept;

/// Whether `If-None-Match` names this entity tag, or any (`*`). Weak and strong tags of the same letters match (RFC
/// 9110 §13.1.2): a proxy that compresses by itself makes ours weak. @param etag a strong one, with its quotes
[[nodiscard]] bool has_form(std::string_view if_none_match, std::string_view etag) noexcept;

}  // namespace tertulia::http
