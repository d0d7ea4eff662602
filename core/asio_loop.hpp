// core/asio_loop.hpp: the scheduler of a real thread: Asio's loop below it for sockets, timers and wake-ups.
// Thread: the one that calls run(); wake() any.
// Owner: the thread's function.
#pragma once

#include "core/result.hpp"
#include "core/scheduler.hpp"
#include "core/task.hpp"

#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>

#include <atomic>

namespace core {

/// Waits for what the outside brings, takes all of it, then runs one turn. What a turn makes is written at its end,
/// behind everything that had come by then: that many events go out in one write is decided here.
class asio_loop final : public scheduler {
public:
    /// @param time must be the machine's clock: Asio's timers know no other
    explicit asio_loop(const class clock& time) : scheduler(time), alarm_(io_) {}
    ~asio_loop() override { wait_for_visitors(); }

    [[nodiscard]] asio::io_context& io() noexcept { return io_; }

    /// Runs turns until `root` is over; gives its error, also that of an exception.
    [[nodiscard]] result<> run(task<> root);

    void wake() noexcept override;

private:
    void turn();
    void set_alarm();

    asio::io_context io_;
    asio::steady_timer alarm_;
    time_point alarm_at_{};  // zero: not set
    std::atomic<bool> woken_{false};
};

}  // namespace core
