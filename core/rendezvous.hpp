// core/rendezvous.hpp: two coroutines meet and exchange a value; whoever comes first waits for the other.
// Thread: any; each resumes on its own scheduler. A lock covers the exchange.
// Owner: whoever makes it; it must outlive its waiters (checked in the destructor).
#pragma once

#include "core/waiter.hpp"

#include <mutex>
#include <optional>
#include <utility>

namespace core {

/// A place where coroutines meet in pairs, round after round, in the order they come. What each did before it came is
/// seen by the other after, also between threads. Where nothing is exchanged let `T` be std::monostate.
template <class T>
class rendezvous {
public:
    class meet_awaiter;

    rendezvous() noexcept = default;
    rendezvous(const rendezvous&) = delete;
    rendezvous& operator=(const rendezvous&) = delete;
    ~rendezvous() { assert(waiting_ == nullptr && "somebody waits at a rendezvous that dies"); }

    /// Gives `mine` to the next that comes, or to the one who waits, and gives the other's. Resumes in this turn or the
    /// next. Errors: the context's; then nobody was met, `mine` is dropped and the next pair meets.
    [[nodiscard]] meet_awaiter meet(context& ctx, T mine) { return {*this, ctx, std::move(mine)}; }

private:
    std::mutex lock_;
    meet_awaiter* waiting_ = nullptr;  // guarded by lock_, as is what it brings and gets
};

template <class T>
class rendezvous<T>::meet_awaiter : job, stop_hook {
public:
    meet_awaiter(rendezvous& of, context& ctx, T mine) : of_(of), ctx_(ctx), mine_(std::move(mine)) {}
    bool await_ready() const noexcept { return ctx_.done() && ctx_.on().may_go_on(); }
    bool await_suspend(std::coroutine_handle<> h) {
        handle = h;
        if (ctx_.done()) {
            ctx_.on().ready(*this);
            return true;
        }
        meet_awaiter* other = nullptr;
        {
            const std::lock_guard hold{of_.lock_};
            other = std::exchange(of_.waiting_, nullptr);
            if (other == nullptr) {
                of_.waiting_ = this;
                ctx_.add(*this);
                return true;
            }
            theirs_.emplace(std::move(other->mine_));
            other->theirs_.emplace(std::move(mine_));
        }
        resume_on(other->ctx_.on(), *other);  // and from here on it may be gone, and the rendezvous with it
        if (ctx_.on().may_go_on()) return false;
        ctx_.on().ready(*this);
        return true;
    }
    [[nodiscard]] result<T> await_resume() {
        stop_hook::unlink();  // who met it on another thread could not
        if (!theirs_) return tl::unexpected<error>(ctx_.why());
        return std::move(*theirs_);
    }

private:
    void stopped(const error&) noexcept override {
        {
            const std::lock_guard hold{of_.lock_};
            if (theirs_) return;  // it has met; its coroutine is about to run
            of_.waiting_ = nullptr;
        }
        ctx_.on().ready(*this);
    }
    [[nodiscard]] wait_place waits_in() const override { return {"rendezvous::meet", handle}; }

    rendezvous& of_;
    context& ctx_;
    T mine_;
    std::optional<T> theirs_;
};

}  // namespace core
