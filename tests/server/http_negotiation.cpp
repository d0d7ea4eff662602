// tests/server/http_negotiation.cpp: Accept-Encoding and If-None-Match.
// Thread: one.
// Owner: server_tests.
#include "server/http/negotiation.hpp"

#include <doctest/doctest.h>

#include <string_view>

using tertulia::http::accepts_coding;
using tertulia::http::has_form;

TEST_CASE("a coding is taken where Accept-Encoding names it with a weight above 0, or else by *") {
    for (const std::string_view yes : {"gzip", "GZip", "br, gzip", "deflate;q=0,gzip ; q=0.001", "gzip;q=1.0", "*",
                                       "br;q=0, *;q=0.1", "gzip;x=0", "gzip;q=", "gzip, *;q=0"}) {
        CAPTURE(yes);
        CHECK(accepts_coding(yes, "gzip"));
    }
    for (const std::string_view no : {"", "identity", "br", "gzip;q=0", "gzip; Q=0.000", "*, gzip;q=0", "gzip;q=0, *",
                                      "*;q=0", "x-gzip", "gzipped", ",", ";q=1"}) {
        CAPTURE(no);
        CHECK_FALSE(accepts_coding(no, "gzip"));
    }
}

TEST_CASE("a form is had where If-None-Match names its tag, weak or strong, or any") {
    for (const std::string_view yes : {R"("a1")", R"(W/"a1")", R"("b2", "a1")", R"("b2",W/"a1" )", "*"}) {
        CAPTURE(yes);
        CHECK(has_form(yes, R"("a1")"));
    }
    for (const std::string_view no : {"", R"("a")", "a1", R"("a1-gzip")", R"(w/"a1")", R"("b2", "c3")"}) {
        CAPTURE(no);
        CHECK_FALSE(has_form(no, R"("a1")"));
    }
}
