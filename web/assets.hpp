// web/assets.hpp: the files of the browser client as they were at build time; their bytes are in the binary.
// Thread: any; constant data.
// Owner: the program; valid for as long as it runs.
#pragma once

#include <span>
#include <string_view>

namespace tertulia::web {

/// One file of the client. All views end with the program.
struct asset {
    std::string_view path;     ///< as requested, "/js/main.js"; index.html is "/"
    std::string_view type;     ///< for Content-Type: "text/javascript; charset=utf-8"
    std::string_view content;  ///< the bytes to send
    std::string_view etag;     ///< a strong one, with its quotes, made from the content's SHA-256 (RFC 9110 §8.8.3)
};

/// All files, sorted by path.
[[nodiscard]] std::span<const asset> assets() noexcept;

/// The file at exactly `path` (without query), or nullptr.
[[nodiscard]] const asset* find(std::string_view path) noexcept;

}  // namespace tertulia::web
