// tests/server/http_forwarded.cpp: addresses, networks, and who is behind proxies.
// Thread: one.
// Owner: server_tests.
#include "server/http/forwarded.hpp"

#include <doctest/doctest.h>

namespace http = tertulia::http;

namespace {

http::trusted_proxies proxies(std::initializer_list<std::string_view> texts) {
    std::vector<http::address_range> ranges;
    for (const auto text : texts) ranges.push_back(http::address_range::read(text).value());
    return http::trusted_proxies{std::move(ranges)};
}

bool holds(std::string_view range, std::string_view address) {
    return http::address_range::read(range).value().contains(http::read_address(address).value());
}

/// The client, "-" where there is none.
std::string client(const http::trusted_proxies& trusted, std::string_view forwarded_for) {
    const auto found = trusted.client_of(forwarded_for);
    return found ? http::write_address(*found) : "-";
}

}  // namespace

TEST_CASE("an address is the same however it is written") {
    CHECK(http::read_address("::ffff:192.0.2.7") == http::read_address("192.0.2.7"));
    CHECK(http::read_address("2001:DB8:0:0::7") == http::read_address("2001:db8::7"));
    CHECK(http::write_address(http::read_address("::ffff:c000:207").value()) == "192.0.2.7");
    CHECK(http::write_address(http::read_address("2001:DB8:0:0::7").value()) == "2001:db8::7");
    for (const std::string_view none : {"", "192.0.2", "192.0.2.256", "192.0.2.7 ", "[::1]", "fe80::1%eth0", "unknown",
                                        "1.2.3.4:5", "11111111111111111111111111111111111111111111111111"}) {
        CAPTURE(none);
        CHECK_FALSE(http::read_address(none));
    }
}

TEST_CASE("loopback is 127.0.0.0/8 and ::1") {
    for (const auto* yes : {"127.0.0.1", "127.255.1.2", "::1", "::ffff:127.0.0.1"}) {
        CHECK(http::is_loopback(http::read_address(yes).value()));
    }
    for (const auto* no : {"128.0.0.1", "::", "::2", "1::1", "::127.0.0.1"}) {
        CHECK_FALSE(http::is_loopback(http::read_address(no).value()));
    }
}

TEST_CASE("a network holds the addresses of its prefix") {
    CHECK(holds("10.0.0.0/8", "10.255.0.1"));
    CHECK(holds("10.0.0.0/8", "::ffff:10.1.2.3"));
    CHECK_FALSE(holds("10.0.0.0/8", "11.0.0.0"));
    CHECK(holds("172.16.0.0/12", "172.31.255.255"));
    CHECK_FALSE(holds("172.16.0.0/12", "172.32.0.0"));
    CHECK(holds("192.0.2.7", "192.0.2.7"));
    CHECK_FALSE(holds("192.0.2.7", "192.0.2.6"));
    CHECK(holds("0.0.0.0/0", "203.0.113.1"));
    CHECK_FALSE(holds("0.0.0.0/0", "2001:db8::1"));
    CHECK(holds("::/0", "203.0.113.1"));
    CHECK(holds("fd00::/8", "fdff::1"));
    CHECK_FALSE(holds("fd00::/8", "fe00::1"));
    CHECK(holds("::ffff:10.0.0.0/104", "10.9.9.9"));
    for (const std::string_view none :
         {"", "/8", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/8x", "10.0.0.1/8", "fd00::/129",
          "2001:db8::1/32", "proxy.example.org", "10.0.0.0/0008"}) {
        CAPTURE(none);
        CHECK_FALSE(http::address_range::read(none));
    }
}

TEST_CASE("behind a proxy the client is the last address that is not a trusted one's") {
    const auto trusted = proxies({"10.0.0.0/8", "2001:db8::/32"});
    CHECK(trusted.trusts(http::read_address("10.1.2.3").value()));
    CHECK_FALSE(trusted.trusts(http::read_address("203.0.113.7").value()));
    CHECK_FALSE(proxies({}).trusts(http::read_address("10.1.2.3").value()));
    CHECK(client(trusted, "203.0.113.7") == "203.0.113.7");
    CHECK(client(trusted, "198.51.100.1, 203.0.113.7,10.0.0.2 , 10.0.0.1") == "203.0.113.7");
    CHECK(client(trusted, "203.0.113.7, 2001:db8::5") == "203.0.113.7");
    CHECK(client(trusted, "::ffff:203.0.113.7") == "203.0.113.7");

    SUBCASE("with a port, or in brackets") {
        CHECK(client(trusted, "203.0.113.7:4711") == "203.0.113.7");
        CHECK(client(trusted, "[fd00::7]:4711, [2001:db8::5]") == "fd00::7");
    }
    SUBCASE("and what stands before it may be made up") {
        CHECK(client(trusted, "garbage, 10.9.9.9, 203.0.113.7") == "203.0.113.7");
    }
    SUBCASE("or there is none") {
        for (const std::string_view none :
             {"", ",", "10.0.0.1", "unknown", "203.0.113.7, unknown", "203.0.113.7, _hidden, 10.0.0.1", "[203.0.113.7",
              "[2001:db9::1]x", "203.0.113.7;10.0.0.1"}) {
            CAPTURE(none);
            CHECK(client(trusted, none) == "-");
        }
    }
}
