// core/worker_pool.hpp: threads for calls that block, with a bounded queue; who asks waits as a coroutine.
// Thread: run(), close() and cancel() any; a job runs on a thread of the pool, and its caller resumes on its own.
// Owner: main, as a rule; it must outlive the waits for its jobs. Its destructor cancels and joins, and so may block.
#pragma once

#include "core/caught.hpp"
#include "core/waiter.hpp"

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

namespace core {

/// For coroutines that only have to wait no pool is needed: `pipe<job>(scope, queue) | parallel(workers, f)`.
class worker_pool {
public:
    template <class F>
    class run_awaiter;

    /// @param threads at least 1
    /// @param queue how many jobs are taken beyond those that run; who comes while it is full waits in front of it
    worker_pool(std::size_t threads, std::size_t queue);
    worker_pool(const worker_pool&) = delete;
    worker_pool& operator=(const worker_pool&) = delete;
    ~worker_pool();

    /// Runs `f()` on a thread of the pool and gives what it gives: a value, a result, or what it throws as
    /// errc::failed. First come, first served. Cancellation: a job that has not begun never will; for one that has the
    /// caller waits, so what `f` refers to stays alive. Errors: `f`'s own; closed or cancelled, where the pool is; the
    /// context's.
    template <class F>
    [[nodiscard]] run_awaiter<F> run(context& ctx, F f) {
        return {*this, ctx, std::move(f), true};
    }
    /// The same for who will not wait in front of a full queue. Error: full.
    template <class F>
    [[nodiscard]] run_awaiter<F> try_run(context& ctx, F f) {
        return {*this, ctx, std::move(f), false};
    }

    /// Takes no more jobs; those in the queue are still done, those in front of it end with `closed`.
    void close();
    /// Takes no more jobs; those that have not begun end with `cancelled`.
    void cancel();
    /// After close() or cancel(): blocks until the threads have ended. One thread calls it.
    void join();

    /// How many jobs run or are in the queue: never more than there are threads and places in the queue.
    [[nodiscard]] std::size_t taken() const;

private:
    enum class state : unsigned char { fresh, outside, queued, begun, full, closed, cancelled };

    /// A job, in its caller's frame; its state is guarded by the pool's lock.
    class work : public job, public stop_hook, public list_hook<work> {
    public:
        work(worker_pool& of, context& ctx) noexcept : of_(of), ctx_(ctx) {}

    protected:
        ~work() = default;
        friend class worker_pool;
        virtual void do_it() noexcept = 0;
        void stopped(const error&) noexcept final;
        [[nodiscard]] wait_place waits_in() const final { return {"worker_pool::run", handle}; }
        [[nodiscard]] error why() const;

        worker_pool& of_;
        context& ctx_;
        state state_ = state::fresh;
    };

    /// @return whether the caller has to wait
    bool enter(work& w, bool may_wait);
    void put_in_queue(work& w) noexcept;
    void one_less() noexcept;
    static std::size_t end_all(list<work>& of, state how) noexcept;
    void live();

    const std::size_t most_;
    mutable std::mutex lock_;
    std::condition_variable more_;
    list<work> queue_;    // this and what follows is guarded by lock_
    list<work> outside_;  // who waits for a place in the queue
    std::size_t taken_ = 0;
    bool closed_ = false;
    std::vector<std::thread> threads_;
};

template <class F>
class worker_pool::run_awaiter final : work {
    template <class R>
    struct given {
        using type = result<R>;
    };
    template <class R>
    struct given<result<R>> {
        using type = result<R>;
    };
    using returned = std::invoke_result_t<F&>;
    using outcome = typename given<returned>::type;

public:
    run_awaiter(worker_pool& of, context& ctx, F f, bool may_wait)
        : work(of, ctx), f_(std::move(f)), waits_(may_wait) {}
    bool await_ready() const noexcept { return ctx_.done(); }
    bool await_suspend(std::coroutine_handle<> h) {
        handle = h;
        return of_.enter(*this, waits_);
    }
    [[nodiscard]] outcome await_resume() {
        stop_hook::unlink();
        if (outcome_) return std::move(*outcome_);
        return tl::unexpected<error>(why());
    }

private:
    void do_it() noexcept override {
        try {
            if constexpr (std::is_void_v<returned>) {
                std::invoke(f_);
                outcome_.emplace();
            } else {
                outcome_.emplace(std::invoke(f_));
            }
        } catch (...) {
            outcome_.emplace(tl::unexpected<error>(caught()));
        }
    }

    F f_;
    const bool waits_;
    std::optional<outcome> outcome_;
};

}  // namespace core
