// tests/load/interrupt.cpp: see interrupt.hpp.
// Thread: any.
// Owner: the process.
#include "tests/load/interrupt.hpp"

#include <csignal>

namespace tertulia::load {
namespace {

volatile std::sig_atomic_t count = 0;

extern "C" void on_interrupt(int) {
    count = count + 1;
}

}  // namespace

void count_interrupts() noexcept {
    struct sigaction action {};
    action.sa_handler = on_interrupt;  // without SA_RESTART: a wait ends at once
    sigaction(SIGINT, &action, nullptr);
}

int interrupts() noexcept {
    return count;
}

}  // namespace tertulia::load
