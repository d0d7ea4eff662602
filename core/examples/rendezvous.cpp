// core/examples/rendezvous.cpp: two that meet and exchange what they bring.
// Thread: one.
// Owner: the program.
#include "core/rendezvous.hpp"

#include "core/examples/run.hpp"
#include "core/scope.hpp"
#include "core/sleep.hpp"

#include <string>

namespace {

// [rendezvous]
core::task<> walk(core::context& ctx, core::rendezvous<std::string>& place, std::string name, core::duration way) {
    auto slept = co_await core::sleep_for(ctx, way);
    if (!slept) co_return;
    std::printf("%s is there\n", name.c_str());
    auto other = co_await place.meet(ctx, name);
    if (other) std::printf("%s has met %s\n", name.c_str(), other->c_str());
}
// [end]

}  // namespace

core::task<> example(core::context& ctx) {
    core::rendezvous<std::string> place;
    core::scope s{ctx, "two"};
    s.spawn("one", walk(s.ctx(), place, "one", 2s));
    s.spawn("two", walk(s.ctx(), place, "two", 1s));
    auto ended = co_await s.join();
    if (!ended) std::printf("%s\n", ended.error().detail.c_str());
}
