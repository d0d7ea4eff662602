// tests/load/progress.cpp: see progress.hpp.
// Thread: one.
// Owner: main.
#include "tests/load/progress.hpp"

#include "tests/load/clock.hpp"

#include <unistd.h>

#include <cstdio>

namespace tertulia::load {
namespace {

constexpr std::int64_t refresh_ns = 200 * ns_per_ms;

}  // namespace

progress::progress()
    : terminal_(isatty(STDERR_FILENO) == 1), next_ns_(now_ns() + (terminal_ ? refresh_ns : ns_per_s)) {}

progress::~progress() {
    if (terminal_ && shown_) std::fputs("\n", stderr);
}

void progress::show(std::int64_t now_ns, const std::string& line) {
    next_ns_ = now_ns + (terminal_ ? refresh_ns : ns_per_s);
    shown_ = true;
    std::fprintf(stderr, terminal_ ? "\r\033[K%s" : "%s\n", line.c_str());
    std::fflush(stderr);
}

}  // namespace tertulia::load
