// core/examples/run.cpp: runs an example: in virtual time, first come, first served; or with --real on a real loop.
// Thread: one.
// Owner: the program.
#include "core/examples/run.hpp"

#include "core/asio_loop.hpp"
#include "core/scope.hpp"

#include <cstring>

namespace {

struct virtual_time {
    core::manual_clock time;
};

/// As small as a scheduler can be: it runs what is ready, and else moves time to the next timer.
class virtual_loop final : virtual_time, public core::scheduler {
public:
    virtual_loop() : scheduler(time) {}
    core::result<> run(core::task<> root) {
        core::context all{*this};
        core::scope only{all, "loop"};
        only.spawn("example", std::move(root));
        while (only.running() > 0) {
            turn_begins();
            while (core::job* j = take_ready()) resume(*j);
            turn_ends();
            if (any_ready() || only.running() == 0) continue;
            if (!any_timer()) break;  // it waits for ever
            time.advance(next_timer() - time.now());
        }
        return only.join().await_resume();
    }
    void wake() noexcept override {}
};

template <class Loop>
int run(Loop& loop) {
    const auto ended = loop.run([](Loop& on) -> core::task<> {
        core::context root{on};
        co_await example(root);
    }(loop));
    if (!ended) std::fprintf(stderr, "%s\n", ended.error().detail.c_str());
    return ended ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc > 1 && std::strcmp(argv[1], "--real") == 0) {
        const core::system_clock time;
        core::asio_loop loop{time};
        return run(loop);
    }
    virtual_loop loop;
    return run(loop);
}
