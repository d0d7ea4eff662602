// core/examples/generator.cpp: a sequence that is computed as it is read.
// Thread: one.
// Owner: the program.
#include "core/generator.hpp"

#include "core/examples/run.hpp"

// [generator]
core::generator<int> numbers(int first, int last) {
    for (int n = first; n <= last; ++n) co_yield n;
}

core::task<> example(core::context&) {
    for (int n : numbers(1, 5)) std::printf("%d\n", n);
    co_return;
}
// [end]
