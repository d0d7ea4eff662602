// web/assets.hpp: the files of the browser client as they were at build time; their bytes are in the binary.
// Thread: any; constant data.
// Owner: the program; valid for as long as it runs.
#pragma once

#include <span>
#include <string_view>

namespace tertulia::web {

/// One file of the client. All views end with the program.
struct asset {
    /// As requested: "/" is index.html, which names the others; they are named by their content,
    /// "/assets/js/main.0123456789ab.js", so that what once came from such a path never changes.
    std::string_view path;
    std::string_view type;   ///< for Content-Type: "text/javascript; charset=utf-8"
    std::string_view plain;  ///< the bytes to send
    std::string_view gzip;   ///< the same, compressed (RFC 1952)
    std::string_view hash;   ///< 32 hexadecimal digits of the SHA-256 of what is in it
};

/// All files.
[[nodiscard]] std::span<const asset> assets() noexcept;

/// The file at exactly `path` (without query), or nullptr.
[[nodiscard]] const asset* find(std::string_view path) noexcept;

}  // namespace tertulia::web
