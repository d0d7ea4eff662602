// server/page.cpp: headers of the browser client's files.
// Thread: any; plain functions.
// Owner: nobody.
#include "server/page.hpp"

#include "server/http/negotiation.hpp"

namespace tertulia {

namespace {

/// No inline script or style, nothing from elsewhere.
constexpr std::string_view content_policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; frame-ancestors 'none'; form-action 'none'";

/// A year is for ever (RFC 9111 §5.3).
constexpr std::string_view for_ever = "public, max-age=31536000, immutable";

}  // namespace

http::response page_file(const web::asset& file, const http::request& asked) {
    const bool document = file.path == "/";
    const bool zipped = http::accepts_coding(asked.header("Accept-Encoding"), "gzip");
    // Two forms of one file need two strong tags.
    const std::string etag = "\"" + std::string{file.hash} + (zipped ? "-gzip\"" : "\"");
    http::response answer;
    answer.headers = {{"Content-Type", std::string{file.type}},
                      {"Cache-Control", std::string{document ? "no-cache" : for_ever}},
                      {"ETag", etag},
                      {"Vary", "Accept-Encoding"}};
    if (document) answer.headers.emplace_back("Content-Security-Policy", content_policy);
    if (http::has_form(asked.header("If-None-Match"), etag)) {
        answer.status = 304;
        return answer;
    }
    if (zipped) answer.headers.emplace_back("Content-Encoding", "gzip");
    answer.body = zipped ? file.gzip : file.plain;
    return answer;
}

}  // namespace tertulia
