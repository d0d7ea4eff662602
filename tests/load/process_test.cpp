// tests/load/process_test.cpp: a process is found by the port it listens on, and what it uses can be read.
// Thread: one.
// Owner: load_tests.
#include "tests/load/process.hpp"

#include <doctest/doctest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

using namespace tertulia::load;

TEST_CASE("a listener is found by its port, and only while it listens") {
    const int fd = socket(AF_INET, SOCK_STREAM, 0);
    REQUIRE(fd >= 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    REQUIRE(bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    socklen_t size = sizeof address;
    REQUIRE(getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) == 0);
    const auto port = ntohs(address.sin_port);
    CHECK_FALSE(listener_of(port));
    REQUIRE(listen(fd, 1) == 0);
    CHECK(listener_of(port) == getpid());
    close(fd);
    CHECK_FALSE(listener_of(port));
}

TEST_CASE("what this process uses can be read") {
    const auto used = usage_of(getpid());
    REQUIRE(used);
    CHECK(used->rss_bytes > 0);
    CHECK(used->descriptors >= 3);
    CHECK(own_cpu_s() >= 0);
    CHECK_FALSE(usage_of(-1));
}
