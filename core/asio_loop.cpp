// core/asio_loop.cpp: turns on Asio's io_context.
// Thread: the loop's; wake() any.
// Owner: see the header.
#include "core/asio_loop.hpp"

#include "core/scope.hpp"

#include <asio/executor_work_guard.hpp>
#include <asio/post.hpp>

namespace core {

namespace {
/// Coroutines that run until what has come from outside is looked at again.
constexpr int jobs_a_turn = 1024;
}  // namespace

result<> asio_loop::run(task<> root) {
    io_.restart();  // it stopped when an earlier run left it without work
    const auto guard = asio::make_work_guard(io_);
    look_at_clock();
    context all{*this};
    scope only{all, "loop"};
    only.spawn("main", std::move(root));
    while (only.running() > 0) turn();
    io_.poll();  // what was cancelled at the end
    return only.join().await_resume();
}

void asio_loop::turn() {
    if (any_ready() || io_.run_one() > 0) io_.poll();   // not poll_one() in a loop, which loses Asio's memory cache
    woken_.exchange(false, std::memory_order_acq_rel);  // pairs with wake(): its letters are seen below
    turn_begins();
    for (int n = 0; n < jobs_a_turn; ++n) {
        job* j = take_ready();
        if (j == nullptr) break;
        resume(*j);
    }
    turn_ends();
    set_alarm();
}

void asio_loop::set_alarm() {
    if (!any_timer() || next_timer() == alarm_at_) return;
    alarm_at_ = next_timer();
    alarm_.expires_at(alarm_at_);
    alarm_.async_wait([this](const asio::error_code& ec) {
        if (!ec) alarm_at_ = {};
    });
}

void asio_loop::wake() noexcept {
    if (woken_.exchange(true, std::memory_order_acq_rel)) return;
    asio::post(io_, [] {});
}

}  // namespace core
