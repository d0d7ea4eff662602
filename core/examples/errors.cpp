// core/examples/errors.cpp: a job that may fail gives a value or an error; every third does.
// Thread: one.
// Owner: the program.
#include "core/examples/run.hpp"
#include "core/sleep.hpp"

#include <string>

namespace {

// [errors]
core::task<core::result<int>> work(core::context& ctx, int job) {
    if (job % 3 == 0) co_return core::fail(core::errc::failed, "job " + std::to_string(job) + " failed");
    auto slept = co_await core::sleep_for(ctx, 100ms);
    if (!slept) co_return core::fail(slept.error().code);
    co_return job * 2;
}
// [end]

}  // namespace

core::task<> example(core::context& ctx) {
    for (int job = 0; job < 10; ++job) {
        auto value = co_await work(ctx, job);
        if (value) std::printf("value: %d\n", *value);
        if (!value) std::printf("error: %s\n", value.error().detail.c_str());
    }
}
