// core/resource_pool.hpp: a bounded number of things that are dear to make, lent to who asks: connections, as a rule.
// Thread: one scheduler's; all calls from it.
// Owner: the pool owns what it made; leases must be gone before it dies (its destructor names their holders).
#pragma once

#include "core/semaphore.hpp"
#include "core/task.hpp"

#include <cstdint>
#include <cstdio>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <utility>

namespace core {

/// What a pool keeps to.
struct pool_limits {
    std::size_t most = 8;                     ///< resources at once, lent or idle, at least 1
    std::size_t idle_least = 0;               ///< idle ones that are kept however long nobody asks
    duration idle = std::chrono::minutes{1};  ///< an idle one beyond those goes after that time
    duration age = duration::max();           ///< one that is older is not lent again
};

/// Counts since the pool was made, but for the last two.
struct pool_counts {
    std::uint64_t made = 0;
    std::uint64_t failed = 0;     ///< could not be made
    std::uint64_t gave_up = 0;    ///< who asked was cancelled, or its deadline passed, in the line
    std::uint64_t unhealthy = 0;  ///< failed their check, or were discarded by who had them
    std::uint64_t aged = 0;
    std::uint64_t rested = 0;  ///< were idle for too long
    std::size_t lent = 0;      ///< now
    std::size_t idle = 0;      ///< now
};

template <class T>
class resource_pool final : timer {
    struct entry : list_hook<entry> {
        std::unique_ptr<T> value;
        time_point made{};
        time_point idle_since{};
        const char* who = nullptr;
        bool usable = true;
        semaphore::permit right{};
    };

public:
    using make_function = std::function<task<result<std::unique_ptr<T>>>(context&)>;
    using check_function = std::function<task<bool>(context&, T&)>;

    /// A resource that is lent; it goes back when the lease dies. Movable; a moved-from one is empty.
    class lease {
    public:
        lease() noexcept = default;
        lease(lease&& other) noexcept : pool_(other.pool_), entry_(std::move(other.entry_)) {}
        lease& operator=(lease&& other) noexcept {
            std::swap(pool_, other.pool_);
            std::swap(entry_, other.entry_);
            return *this;
        }
        ~lease() { reset(); }
        void reset() noexcept {
            if (entry_ != nullptr) pool_->give_back(std::move(entry_));
        }
        /// It is broken: it dies with the lease, and another is made where one is needed.
        void discard() noexcept { entry_->usable = false; }

        explicit operator bool() const noexcept { return entry_ != nullptr; }
        T& operator*() const noexcept { return *entry_->value; }
        T* operator->() const noexcept { return entry_->value.get(); }

    private:
        friend class resource_pool;
        lease(resource_pool& pool, std::unique_ptr<entry> e) noexcept : pool_(&pool), entry_(std::move(e)) {}
        resource_pool* pool_ = nullptr;
        std::unique_ptr<entry> entry_;
    };

    /// @param make makes one; its error goes to who asked
    /// @param check whether one that was idle may be lent again; asked each time; empty: always. An exception of either
    /// goes to who asked, and loses no place.
    resource_pool(scheduler& on, pool_limits limits, make_function make, check_function check = {})
        : on_(on), limits_(limits), make_(std::move(make)), check_(std::move(check)), places_(limits.most) {}
    resource_pool(const resource_pool&) = delete;
    resource_pool& operator=(const resource_pool&) = delete;
    ~resource_pool() {
        on_.cancel(*this);
        if (!lent_.empty()) std::fprintf(stderr, "resource_pool: lent to %s\n", holders().c_str());
        assert(lent_.empty() && "a lease outlives its pool");
    }

    /// Lends the one that was used last, or makes one; where all are lent waits for a place, first come, first served.
    /// How long is the context's to say. Cancellation takes nothing. Errors: closed; what `make` says; the context's.
    /// @param who names the holder in reports; a literal
    [[nodiscard]] task<result<lease>> acquire(context& ctx, const char* who) {
        if (closed_) co_return result<lease>{fail(errc::closed)};
        auto right = co_await places_.acquire(ctx);
        if (!right) {
            ++counts_.gave_up;
            co_return result<lease>{tl::unexpected<error>(right.error())};
        }
        while (!closed_ && !idle_.empty()) {
            std::unique_ptr<entry> e = std::move(idle_.back());
            idle_.pop_back();
            if (too_old(*e)) continue;
            const bool healthy = co_await is_healthy(ctx, *e->value);
            if (healthy) co_return lend(std::move(e), std::move(*right), who);
            ++counts_.unhealthy;
            if (ctx.done()) co_return result<lease>{tl::unexpected<error>(ctx.why())};
        }
        if (closed_) co_return result<lease>{fail(errc::closed)};
        auto made = co_await make_(ctx);
        if (!made) {
            ++counts_.failed;
            co_return result<lease>{tl::unexpected<error>(made.error())};
        }
        ++counts_.made;
        auto fresh = std::make_unique<entry>();
        fresh->value = std::move(*made);
        fresh->made = on_.now();
        co_return lend(std::move(fresh), std::move(*right), who);
    }

    /// Lends no more, lets the idle ones go, and waits until those that are lent have come back. Errors: the context's,
    /// and its detail names who still has one.
    [[nodiscard]] task<result<>> close(context& ctx) {
        closed_ = true;
        idle_.clear();
        on_.cancel(*this);
        auto all = co_await places_.acquire(ctx, limits_.most);
        if (!all) co_return result<>{fail(all.error().code, "lent to " + holders())};
        co_return result<>{};
    }

    [[nodiscard]] pool_counts counts() const noexcept {
        pool_counts now = counts_;
        now.idle = idle_.size();
        return now;
    }
    /// Who has one now, `who, who`.
    [[nodiscard]] std::string holders() {
        std::string all;
        for (const entry& e : lent_) all.append(all.empty() ? "" : ", ").append(e.who);
        return all;
    }

private:
    [[nodiscard]] result<lease> lend(std::unique_ptr<entry> e, semaphore::permit right, const char* who) {
        e->right = std::move(right);
        e->who = who;
        lent_.push_back(*e);
        ++counts_.lent;
        return lease{*this, std::move(e)};
    }
    [[nodiscard]] task<bool> is_healthy(context& ctx, T& value) {
        if (!check_) co_return true;
        const bool yes = co_await check_(ctx, value);
        co_return yes;
    }
    [[nodiscard]] bool too_old(const entry& e) noexcept {
        const bool yes = on_.now() - e.made >= limits_.age;
        counts_.aged += yes ? 1 : 0;
        return yes;
    }
    void give_back(std::unique_ptr<entry> e) noexcept {
        const semaphore::permit right = std::move(e->right);  // goes last: whoever gets the place finds this one
        e->unlink();
        --counts_.lent;
        if (!e->usable) ++counts_.unhealthy;
        if (!e->usable || closed_ || too_old(*e)) return;
        e->idle_since = on_.now();
        idle_.push_back(std::move(e));
        if (!pending()) fired();
    }
    /// Lets go of those that have been idle for too long, the longest first, and comes again for the next.
    void fired() noexcept override {
        while (idle_.size() > limits_.idle_least) {
            const time_point due = later(idle_.front()->idle_since, limits_.idle);
            if (due > on_.now()) return on_.start(*this, due);
            idle_.pop_front();
            ++counts_.rested;
        }
    }

    scheduler& on_;
    const pool_limits limits_;
    make_function make_;
    check_function check_;
    semaphore places_;
    std::deque<std::unique_ptr<entry>> idle_;  // the one that came back last is the last
    list<entry> lent_;
    pool_counts counts_;
    bool closed_ = false;
};

}  // namespace core
