// core/after_func.hpp: work that begins when a context ends.
// Thread: that of the context's scheduler.
// Owner: the caller's frame; the work belongs to the scope it is started in.
#pragma once

#include "core/scope.hpp"

#include <optional>

namespace core {

/// Starts a task once when `ctx` ends, for whatever reason; at once where it has ended already, though not inside this
/// call. Who cancels does not wait for it. The scope must be one that is not over by then.
class after_func final : stop_hook {
public:
    after_func(context& ctx, scope& in, const char* name, task<> work) : in_(in), name_(name), work_(std::move(work)) {
        ctx.done() ? start() : ctx.add(*this);
    }

    /// Keeps it from starting. True: it did so; false: it has started, or was stopped before. Its end does the same.
    bool stop() noexcept {
        if (!linked()) return false;
        unlink();
        work_.reset();
        return true;
    }

private:
    void stopped(const error&) noexcept override { start(); }
    [[nodiscard]] wait_place waits_in() const override { return {std::string{"after_func "} + name_, {}}; }
    void start() {
        in_.spawn(name_, std::move(*work_));
        work_.reset();
    }

    scope& in_;
    const char* const name_;
    std::optional<task<>> work_;
};

}  // namespace core
