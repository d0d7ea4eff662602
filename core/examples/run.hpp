// core/examples/run.hpp: what each example defines; main() is in run.cpp.
// Thread: one.
// Owner: the program.
#pragma once

#include "core/context.hpp"
#include "core/task.hpp"

#include <chrono>
#include <cstdio>

using namespace std::chrono_literals;

/// The example. Runs in virtual time, where an hour takes no time, or with --real in the machine's.
core::task<> example(core::context& ctx);
