// tests/bench/core/main.cpp: the core's figures, one line for each program: `name value unit`.
// Thread: main, and those of the programs.
// Owner: script/bench core; by hand: build/release/tertulia-core-bench [NAME…].
#include "tests/bench/core/bench.hpp"

int main(int count, char** names) {
    using namespace core_bench;
    static constexpr program all[] = {
        {"pingpong_unbuffered", "ns", pingpong},
        {"stream_unbuffered", "ns", stream_unbuffered},
        {"stream_buffered_1024", "ns", stream_buffered},
        {"select_2", "ns", select_two},
        {"select_2_ready", "ns", select_two_ready},
        {"spawn_join", "ns", spawn_join},
        {"parked_task", "B", parked_task},
        {"fanin_100", "ns", fanin},
        {"semaphore_3_of_10", "ns", semaphore_three_of_ten},
        {"context_cancel", "ns", context_cancel},
        {"context_timeout", "ns", context_timeout},
        {"cancel_10000_children", "ns", cancel_children},
        {"cancel_10000_waiters", "ns", cancel_waiters},
        {"sieve_2000_plain", "ms", sieve_plain},
        {"sieve_2000", "ms", sieve_with_done},
        {"stream_1024_2threads", "ns", stream_two_threads},
    };
    return run_named(all, count, names);
}
