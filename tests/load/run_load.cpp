// tests/load/run_load.cpp: the runs with members: under load, and idle.
// Thread: one.
// Owner: main.
#include "tests/load/clock.hpp"
#include "tests/load/interrupt.hpp"
#include "tests/load/runs.hpp"
#include "tests/load/schedule.hpp"
#include "tests/load/session.hpp"

#include <algorithm>

namespace tertulia::load {
namespace {

// A turn of posts that are late is followed by one of reading, or their answers would wait for all of them.
constexpr int most_posts_a_turn = 64;

// Posts what is due by now; true: there is more.
bool post_due(schedule& plan, session& members) {
    const auto now = now_ns();
    for (int i = 0; i < most_posts_a_turn; ++i) {
        if (plan.over() || plan.next().at_ns > now) return false;
        members.post(plan.next().publisher, plan.next().at_ns);
        plan.pop();
    }
    return true;
}

}  // namespace

outcome run_load(const options& flags, const target& server, progress& shown) {
    outcome found{.flags = flags};
    session members(server, found, shown);
    if (members.gather()) {
        const auto start = now_ns();
        const auto measured_from = start + to_ns(flags.warmup_s);
        schedule plan(flags.rooms * flags.publishers, flags.rate, start, measured_from + to_ns(flags.duration_s));
        bool measuring = false;
        members.stall(true);
        while (!plan.over() && interrupts() == 0) {
            if (!measuring && now_ns() >= measured_from) {
                members.begin_measuring(measured_from);
                measuring = true;
            }
            const bool more = post_due(plan, members);
            const auto next_post = plan.over() ? 0 : plan.next().at_ns;
            members.turn(more ? 0 : measuring ? next_post : std::min(next_post, measured_from));
        }
        members.stall(false);
        members.drain();
    }
    members.finish();
    return found;
}

outcome run_idle(const options& flags, const target& server, progress& shown) {
    outcome found{.flags = flags};
    session members(server, found, shown);
    if (members.gather()) {
        const auto measured_from = now_ns() + to_ns(flags.warmup_s);
        const auto end = measured_from + to_ns(flags.duration_s);
        while (now_ns() < measured_from && interrupts() == 0) members.turn(measured_from);
        members.begin_measuring(now_ns());
        while (now_ns() < end && interrupts() == 0) members.turn(end);
    }
    members.finish();
    return found;
}

}  // namespace tertulia::load
