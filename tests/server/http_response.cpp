// tests/server/http_response.cpp: the bytes of an answer.
// Thread: one.
// Owner: server_tests.
#include "server/http/response.hpp"

#include <doctest/doctest.h>

namespace http = tertulia::http;

namespace {

bool has(const std::string& bytes, std::string_view part) {
    return bytes.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("an answer tells its length, whether the connection goes on, and two headers that protect") {
    const std::string written = http::write_response({200, {{"Content-Type", "text/plain"}}, "hola"}, true);
    CHECK(written ==
          "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 4\r\nConnection: keep-alive\r\n"
          "X-Content-Type-Options: nosniff\r\nReferrer-Policy: no-referrer\r\n\r\nhola");
    CHECK(
        has(http::write_response({404, {}, ""}, false), "404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n"));
}

TEST_CASE("the answer to HEAD has the length of the body and no body") {
    const std::string written = http::write_response({200, {}, "hola"}, true, true);
    CHECK(has(written, "Content-Length: 4\r\n"));
    CHECK(written.ends_with("\r\n\r\n"));
}

TEST_CASE("101, 204 and 304 have no body and no length") {
    for (const int status : {101, 204, 304}) {
        const std::string written = http::write_response({status, {}, "never"}, true);
        CHECK_FALSE(has(written, "Content-Length"));
        CHECK(written.ends_with("\r\n\r\n"));
    }
    const std::string upgrade = http::write_response({101, {{"Connection", "Upgrade"}}, ""}, true);
    CHECK(has(upgrade, "Connection: Upgrade\r\n"));
    CHECK_FALSE(has(upgrade, "keep-alive"));
}

TEST_CASE("a header that the caller gives is not given twice") {
    const std::string written = http::write_response({200, {{"referrer-policy", "same-origin"}}, ""}, true);
    CHECK(has(written, "referrer-policy: same-origin\r\n"));
    CHECK_FALSE(has(written, "no-referrer"));
}

TEST_CASE("no value begins a header of its own") {
    const std::string written = http::write_response({200, {{"Location", "/x\r\nSet-Cookie: a=b\n\0"}}, ""}, true);
    CHECK(has(written, "Location: /x  Set-Cookie: a=b \r\n"));
    CHECK_FALSE(has(written, "\r\nSet-Cookie"));
}

TEST_CASE("a problem is JSON with a code for programs and a detail for people") {
    const auto answer = http::problem(404, "unknown_room", "no \"attic\" here\n\xff");
    CHECK(answer.status == 404);
    CHECK(answer.body == R"({"title":"Not Found","status":404,"code":"unknown_room","detail":"no \"attic\" here\n)"
                         "\xef\xbf\xbd\"}");
    CHECK(has(http::write_response(answer, false), "Content-Type: application/problem+json\r\n"));
}
