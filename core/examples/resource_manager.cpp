// core/examples/resource_manager.cpp: what is found by name, lives while it is used, and rests when it is not.
// Thread: one.
// Owner: the program.
#include "core/resource_manager.hpp"

#include "core/examples/run.hpp"
#include "core/sleep.hpp"

#include <string>

namespace {

struct resource {
    std::string data;
};

// [resource_manager]
core::task<> use(core::context& ctx) {
    core::resource_manager<std::string, resource> all{
        ctx.on(), 30s, [](const std::string& name) { return std::make_unique<resource>(resource{"data of " + name}); },
        [](std::unique_ptr<resource> r) { std::printf("%s is put to rest\n", r->data.c_str()); }};
    {
        const auto mine = all.acquire("resource-1");  // made, for there was none
        const auto same = all.find("resource-1");
        std::printf("%s\n", same->data.c_str());
    }
    auto slept = co_await core::sleep_for(ctx, 1min);
    if (slept) std::printf("%zu left\n", all.size());
}
// [end]

}  // namespace

core::task<> example(core::context& ctx) {
    co_await use(ctx);
}
