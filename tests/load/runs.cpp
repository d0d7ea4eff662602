// tests/load/runs.cpp: see runs.hpp.
// Thread: one.
// Owner: main.
#include "tests/load/runs.hpp"

#include "tests/load/director.hpp"

namespace tertulia::load {

outcome run_once(const options& flags, const target& server, progress& shown) {
    return flags.what() == mode::churn ? run_churn(flags, server, shown) : direct(flags, server, shown);
}

}  // namespace tertulia::load
