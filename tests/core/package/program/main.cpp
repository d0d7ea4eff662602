// tests/core/package/program/main.cpp: a pipeline on a loop of its own, by the installed package.
// Thread: one.
// Owner: the program.
// [program]
#include <core/asio_loop.hpp>
#include <core/scope.hpp>
#include <core/stages.hpp>

#include <cstdio>

core::task<> squares(core::scheduler& loop) {
    core::context root{loop};
    core::scope s{root, "squares"};
    auto numbers = core::from(s, {3, 5, 7, 9, 11}) | core::map([](int n) { return n * n; });
    auto over = co_await core::for_each(root, std::move(numbers), [](int n) { std::printf("%d\n", n); });
    auto ended = co_await s.join();
    if (!over || !ended) std::printf("it did not end well\n");
}

int main() {
    const core::system_clock time;
    core::asio_loop loop{time};
    return loop.run(squares(loop)) ? 0 : 1;
}
// [end]
