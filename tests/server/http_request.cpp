// tests/server/http_request.cpp: what HTTP requests are taken, and what is refused before it is understood.
// Thread: one.
// Owner: server_tests.
#include "server/http/request.hpp"

#include <doctest/doctest.h>

namespace http = tertulia::http;

namespace {

constexpr std::size_t head_most = 1000;
constexpr std::size_t body_most = 20;

struct outcome {
    std::vector<http::request> requests{};
    int refused = 0;  // the status
};

outcome read(http::request_reader& reader, std::string_view bytes) {
    outcome seen;
    for (;;) {
        auto got = reader.next(bytes);
        if (!got)
            seen.refused = got.error().status;
        else if (*got)
            seen.requests.push_back(std::move(**got));
        else
            break;
    }
    CHECK(bytes.empty());
    return seen;
}

outcome read(std::string_view bytes) {
    http::request_reader reader(head_most, body_most);
    return read(reader, bytes);
}

http::request one(std::string_view bytes) {
    auto seen = read(bytes);
    CHECK(seen.refused == 0);
    REQUIRE(seen.requests.size() == 1);
    return std::move(seen.requests.front());
}

// The status that refuses a whole request; 0 where it is taken.
int status(std::string_view bytes) {
    const auto seen = read(bytes);
    CHECK(seen.requests.size() == (seen.refused == 0 ? 1 : 0));
    return seen.refused;
}

std::string get(std::string_view target) {
    return "GET " + std::string(target) + " HTTP/1.1\r\nHost: a\r\n\r\n";
}
int with(std::string_view line) {
    return status("GET / HTTP/1.1\r\nHost: a\r\n" + std::string(line) + "\r\n\r\n");
}

const std::string post = "POST /p HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nhola";

}  // namespace

TEST_CASE("a request is read") {
    const auto got =
        one("GET /ws?name=an%C3%A1&room=uno&room=d+o%2Bs&flag&=x&& HTTP/1.1\r\nHost: localhost:8080\r\n"
            "x-Thing:  a b\t\r\nX-THING: c\r\nEmpty:\r\n\r\n");
    CHECK(got.method == "GET");
    CHECK(got.target == "/ws?name=an%C3%A1&room=uno&room=d+o%2Bs&flag&=x&&");
    CHECK(got.path == "/ws");
    using pairs = std::vector<std::pair<std::string, std::string>>;
    CHECK(got.query == pairs{{"name", "aná"}, {"room", "uno"}, {"room", "d o+s"}, {"flag", ""}, {"", "x"}});
    CHECK(got.minor_version == 1);
    CHECK(got.keep_alive);
    CHECK(got.body.empty());
    CHECK(got.header("HOST") == "localhost:8080");
    CHECK(got.header("X-Thing") == "a b, c");
    CHECK(got.header("absent").empty());
    CHECK(got.find_header("absent") == nullptr);
    REQUIRE(got.find_header("empty"));
    CHECK(got.find_header("empty")->empty());
}

TEST_CASE("a body is read, and what follows it is the next request") {
    const auto seen = read(post + get("/next"));
    REQUIRE(seen.requests.size() == 2);
    CHECK(seen.requests[0].body == "hola");
    CHECK(seen.requests[1].path == "/next");
}

TEST_CASE("what follows a request is left where it is") {
    http::request_reader reader(head_most, body_most);
    const std::string bytes = post + "\x81\x80";
    std::string_view rest = bytes;
    CHECK(reader.next(rest).value());
    CHECK(rest == "\x81\x80");
    CHECK(reader.idle());
}

TEST_CASE("where a request is cut makes no difference") {
    const std::string both = "\r\n" + post + get("/next?q=1");
    for (std::size_t cut = 0; cut <= both.size(); ++cut) {
        http::request_reader reader(head_most, body_most);
        auto seen = read(reader, std::string_view(both).substr(0, cut));
        CHECK(reader.idle() == (cut == 0 || cut == 2 || cut == 2 + post.size() || cut == both.size()));
        for (auto& later : read(reader, std::string_view(both).substr(cut)).requests) seen.requests.push_back(later);
        REQUIRE(seen.requests.size() == 2);
        CHECK(seen.requests[0].body == "hola");
        CHECK(seen.requests[1].target == "/next?q=1");
    }
}

TEST_CASE("the connection goes on unless the client says otherwise") {
    CHECK_FALSE(one("GET / HTTP/1.1\r\nHost: a\r\nConnection: x, CLOSE\r\n\r\n").keep_alive);
    CHECK(one("GET / HTTP/1.1\r\nHost: a\r\nConnection: closed\r\n\r\n").keep_alive);
    CHECK_FALSE(one("GET / HTTP/1.0\r\n\r\n").keep_alive);
    CHECK(one("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n").keep_alive);
}

TEST_CASE("HTTP/1.0 needs no Host, 1.1 exactly one, and other versions are refused") {
    CHECK(one("GET /healthz HTTP/1.0\r\n\r\n").minor_version == 0);
    CHECK(status("GET / HTTP/1.1\r\n\r\n") == 400);
    CHECK(status("GET / HTTP/1.1\r\nHost:\r\n\r\n") == 400);
    CHECK(with("Host: a") == 400);
    CHECK(with("hOST: b") == 400);
    CHECK(status("GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n") == 400);
    for (const std::string host :
         {"a b", "a/b", "u@a", "a,b", "a:", "a:x", "a:65536", "[::1", "[::1]x", "[a]", "::1", "a\xc3\xa9"})
        CHECK_MESSAGE(status("GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n") == 400, host);
    for (const std::string host : {"a", "a.b-c:80", "127.0.0.1:8080", "[::1]", "[::1]:8080"})
        CHECK_MESSAGE(status("GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n") == 0, host);
    CHECK(status("GET / HTTP/1.2\r\nHost: a\r\n\r\n") == 505);
    CHECK(status("PRI * HTTP/2.0\r\n\r\n") == 505);
    for (const std::string version :
         {"http/1.1", "HTTP/1", "HTTP/1.1x", "HTTP/11", "HTTP/1.10", "HTTP/x.1", "FTP/1.1", ""})
        CHECK_MESSAGE(status("GET / " + version + "\r\nHost: a\r\n\r\n") == 400, version);
}

TEST_CASE("a request line is a method, a target and a version, one space apart") {
    for (const std::string line : {"GET", "GET /", "GET  / HTTP/1.1", "GET /  HTTP/1.1", " GET / HTTP/1.1",
                                   "GET / HTTP/1.1 ", "GET /a b HTTP/1.1", "GET\t/ HTTP/1.1", "G(T / HTTP/1.1",
                                   "G\xc3\x89T / HTTP/1.1", "GET /\xc3\xa9 HTTP/1.1", "/ HTTP/1.1"})
        CHECK_MESSAGE(status(line + "\r\nHost: a\r\n\r\n") == 400, line);
    CHECK(one("M-SEARCH / HTTP/1.1\r\nHost: a\r\n\r\n").method == "M-SEARCH");
}

TEST_CASE("a header is a name, a colon at once, and a value in one line") {
    for (const std::string_view line :
         {"X : a", "X\t: a", ": a", "no colon", " folded", "\tfolded", "X(: a", "X: a\r\n more"})
        CHECK_MESSAGE(with(line) == 400, line);
    CHECK(with("X: \xe9\tl\xe0") == 0);
}

TEST_CASE("a control character anywhere in a head is refused at once") {
    for (const char c : {'\0', '\x01', '\x08', '\x0b', '\x0c', '\x1b', '\x7f'}) {
        CHECK(read(std::string("GET /") + c).refused == 400);
        CHECK(with(std::string("X: a") + c) == 400);
    }
    CHECK(read(std::string_view("\x16\x03\x01", 3)).refused == 400);  // somebody speaks TLS
}

TEST_CASE("lines end in CR LF and in nothing else") {
    CHECK(read("GET / HTTP/1.1\n").refused == 400);
    CHECK(read("GET / HTTP/1.1\rHost").refused == 400);
    CHECK(with("X: a\nY: b") == 400);
    CHECK(with("X: a\rY: b") == 400);
    CHECK(with("X: a\r\r") == 400);
    CHECK(read("\n").refused == 400);
}

TEST_CASE("a head has a limit, and exactly the limit passes") {
    const std::string start = "GET / HTTP/1.1\r\nHost: a\r\nX: ";
    const std::string fits = start + std::string(head_most - start.size() - 4, 'x');
    CHECK(status(fits + "\r\n\r\n") == 0);
    CHECK(status(fits + "x\r\n\r\n") == 431);
    CHECK(read(std::string(head_most, 'G')).refused == 0);
    CHECK(read(std::string(head_most + 1, 'G')).refused == 431);
    SUBCASE("that is ours, not websocketpp's 16,000 bytes") {
        http::request_reader reader(65536, body_most);
        CHECK(read(reader, start + std::string(50000, 'x') + "\r\n\r\n").requests.size() == 1);
        http::request_reader boundless(0, body_most);
        CHECK(read(boundless, start + std::string(100000, 'x') + "\r\n\r\n").requests.size() == 1);
    }
}

TEST_CASE("a body has a limit, judged by the head") {
    const std::string start = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ";
    CHECK(status(start + "20\r\n\r\n" + std::string(20, 'x')) == 0);
    CHECK(read(start + "21\r\n\r\n").refused == 413);
    CHECK(read(start + "4294967297\r\n\r\n").refused == 413);
    CHECK(read(start + "18446744073709551617\r\n\r\n").refused == 413);
}

TEST_CASE("what would let a request be smuggled is refused, and nothing after it is taken") {
    const auto refused = [](std::string_view fields) {
        const auto seen =
            read(std::string("POST / HTTP/1.1\r\nHost: a\r\n").append(fields) + "\r\n\r\n" + get("/smuggled"));
        CHECK(seen.requests.empty());
        return seen.refused;
    };
    for (const std::string coding : {"chunked", "identity", "gzip, chunked", "", "\tchunked", "xchunked"})
        CHECK_MESSAGE(refused("Transfer-Encoding: " + coding) == 501, coding);
    CHECK(refused("Content-Length: 4\r\ntransfer-encoding: chunked") == 501);
    CHECK(refused("Transfer-Encoding : chunked") == 400);
    CHECK(refused("Content-Length: 0\r\nContent-Length: 0") == 400);
    CHECK(refused("Content-Length: 0\r\nContent-length: 5") == 400);
    for (const std::string length : {"", "5x", "x5", "+5", "-5", "0x5", "5, 5", "5 5", "5;", "\"5\""})
        CHECK_MESSAGE(refused("Content-Length: " + length) == 400, length);
}

TEST_CASE("an empty Content-Length does not hide a second one") {
    CHECK(with("Content-Length:\r\nContent-Length: 4") == 400);
}

TEST_CASE("a reader that has refused takes whatever comes and gives nothing") {
    http::request_reader reader(head_most, body_most);
    CHECK(read(reader, "bad\n").refused == 400);
    const auto later = read(reader, get("/"));
    CHECK(later.refused == 0);
    CHECK(later.requests.empty());
}

TEST_CASE("a path is decoded once, and climbs nowhere") {
    CHECK(one(get("/a%20b/%C3%A1")).path == "/a b/á");
    CHECK(one(get("/%2541")).path == "/%41");
    CHECK(one(get("/a+b")).path == "/a+b");
    CHECK(one(get("/...")).path == "/...");
    CHECK(one(get("/..a/b..")).path == "/..a/b..");
    CHECK(one(get("//x//")).path == "//x//");
    for (const std::string target : {"/..", "/.", "/../etc/passwd", "/a/../b", "/a/./b", "/a/..", "/%2e%2e/x",
                                     "/.%2E/x", "/a%2f..%2fb", "/a%2F%2e%2E", "/..?x=1"})
        CHECK_MESSAGE(status(get(target)) == 400, target);
}

TEST_CASE("escapes are exact, and what they hide is UTF-8 without control characters") {
    for (const std::string bad :
         {"%", "%4", "%g0", "%0g", "%%41", "%00", "%0a", "%0D", "%1b", "%7F", "%ff", "%C3", "%ED%A0%80", "%C0%AF"}) {
        CHECK_MESSAGE(status(get("/" + bad)) == 400, bad);
        CHECK_MESSAGE(status(get("/?name=" + bad)) == 400, bad);
        CHECK_MESSAGE(status(get("/?" + bad)) == 400, bad);
    }
}

TEST_CASE("a target is a path, or a URL of the same host") {
    const auto absolute = [](std::string_view target, std::string_view host) {
        return status("GET " + std::string(target) + " HTTP/1.1\r\nHost: " + std::string(host) + "\r\n\r\n");
    };
    CHECK(one("GET http://A.b:80?x=1 HTTP/1.1\r\nHost: a.b:80\r\n\r\n").path == "/");
    CHECK(one("GET https://a/x?y=1 HTTP/1.1\r\nHost: a\r\n\r\n").query.size() == 1);
    CHECK(absolute("http://a/", "b") == 400);
    CHECK(absolute("http://a:81/", "a") == 400);
    CHECK(absolute("ftp://a/", "a") == 400);
    CHECK(absolute("http://u@a/", "a") == 400);
    CHECK(absolute("http:///x", "a") == 400);
    CHECK(absolute("http://a/../x", "a") == 400);
    CHECK(absolute("*", "a") == 400);
    CHECK(absolute("a:80", "a") == 400);
    CHECK(absolute("/#x", "a") == 400);
}
