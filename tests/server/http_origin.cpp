// tests/server/http_origin.cpp: which pages may use the server.
// Thread: one.
// Owner: server_tests.
#include "server/http/authority.hpp"
#include "server/http/origin.hpp"

#include <doctest/doctest.h>

namespace http = tertulia::http;

namespace {

const http::origin_rules rules{{"tertulia.local:8080", "0.0.0.0"},
                               "https://Chat.example/t/",
                               {"https://app.example", "http://dev.example:3000/", "capacitor://localhost"}};

bool allowed(std::string_view host, std::string_view origin, const http::origin_rules& by = rules) {
    http::request asked;
    asked.headers = {{"host", std::string(host)}, {"origin", std::string(origin)}};
    return http::origin_allowed(asked, by);
}

}  // namespace

TEST_CASE("without an Origin, Host is not judged") {
    http::request asked;
    CHECK(http::origin_allowed(asked, rules));
    asked.headers = {{"Host", "anything.example"}};
    CHECK(http::origin_allowed(asked, rules));
}

TEST_CASE("a page of this server may use it, by each name that is ours") {
    CHECK(allowed("localhost:8080", "http://localhost:8080"));
    CHECK(allowed("LOCALHOST:8080", "HTTP://LocalHost:8080"));
    CHECK(allowed("127.0.0.1:8080", "http://127.0.0.1:8080"));
    CHECK(allowed("192.168.1.7", "http://192.168.1.7"));
    CHECK(allowed("[::1]:8080", "http://[::1]:8080"));
    CHECK(allowed("[::1]", "http://[0:0:0:0:0:0:0:1]:80"));
    CHECK(allowed("tertulia.local:8080", "http://tertulia.local:8080"));
    CHECK(allowed("tertulia.local", "http://tertulia.local"));
    CHECK(allowed("chat.example", "https://chat.example"));
}

TEST_CASE("a port that is not named is that of the scheme") {
    CHECK(allowed("localhost", "http://localhost:80"));
    CHECK(allowed("localhost:443", "https://localhost"));
    CHECK_FALSE(allowed("localhost:8080", "http://localhost"));
    CHECK_FALSE(allowed("localhost", "http://localhost:8080"));
    CHECK_FALSE(allowed("localhost:80", "https://localhost"));
}

TEST_CASE("a foreign page may not use it") {
    CHECK_FALSE(allowed("localhost:8080", "http://evil.example"));
    CHECK_FALSE(allowed("localhost:8080", "http://localhost.evil.example:8080"));
    CHECK_FALSE(allowed("chat.example", "https://chat.example.evil.example"));
    CHECK_FALSE(allowed("chat.example", "https://evil-chat.example"));
    CHECK_FALSE(allowed("127.0.0.1:8080", "http://127.0.0.2:8080"));
    CHECK_FALSE(allowed("localhost", "ftp://localhost"));
}

TEST_CASE("a foreign name that was pointed at this server may not use it") {
    CHECK_FALSE(allowed("rebound.example:8080", "http://rebound.example:8080"));
    CHECK_FALSE(allowed("localhost.:8080", "http://localhost.:8080"));
    CHECK_FALSE(allowed("127.1", "http://127.1"));
    CHECK_FALSE(allowed("2130706433", "http://2130706433"));
    CHECK_FALSE(allowed("127.0.0.1.evil.example", "http://127.0.0.1.evil.example"));
}

TEST_CASE("a page that the operator allows may use it, whatever Host is") {
    CHECK(allowed("anything.example", "https://app.example"));
    CHECK(allowed("anything.example", "https://APP.example:443"));
    CHECK(allowed("chat.example", "http://dev.example:3000"));
    CHECK(allowed("chat.example", "capacitor://localhost"));
    CHECK_FALSE(allowed("chat.example", "http://app.example"));
    CHECK_FALSE(allowed("chat.example", "https://app.example:444"));
    CHECK_FALSE(allowed("chat.example", "http://dev.example"));
}

TEST_CASE("what is not exactly an origin is refused") {
    for (const std::string_view bad : {"null",
                                       "",
                                       "localhost",
                                       "//localhost",
                                       "http:/localhost",
                                       "http://localhost/",
                                       "http://localhost/x",
                                       "http://u@localhost",
                                       "http://localhost, http://localhost",
                                       "http://localhost http://localhost",
                                       "http://localhost:",
                                       "http://localhost:x",
                                       "http://localhost:65617",
                                       "http://[::1",
                                       "http://",
                                       "://localhost",
                                       "h ttp://localhost",
                                       " http://localhost",
                                       "http://localhost?x",
                                       "http://localhost#x"})
        CHECK_MESSAGE(!allowed("localhost", bad), bad);
    CHECK_FALSE(allowed("localhost", "null", {{}, "", {"null"}}));
    CHECK_FALSE(allowed("", "http://localhost"));
}

TEST_CASE("an authority is a host and perhaps a port") {
    const auto v6 = http::parse_authority("[2001:DB8::0:1]:65535");
    REQUIRE(v6);
    CHECK(v6->host == "2001:db8::1");
    CHECK(v6->address);
    CHECK(v6->port == 65535);
    const auto name = http::parse_authority("A.b");
    REQUIRE(name);
    CHECK(name->host == "a.b");
    CHECK_FALSE(name->address);
    CHECK_FALSE(name->port);
    for (const std::string_view bad :
         {"", ":80", "a:b:c", "[]", "[::1%25eth0]", "[127.0.0.1]", "a\\b", "a%41", "a:000080"})
        CHECK_MESSAGE(!http::parse_authority(bad), bad);
}
