// core/single_flight.hpp: of those who ask for the same thing at the same time one run answers all.
// Thread: one scheduler's; all calls from it.
// Owner: whoever makes it; the scope that its runs live in must be joined before it dies (checked in the destructor).
#pragma once

#include "core/caught.hpp"
#include "core/scope.hpp"
#include "core/waiter.hpp"

#include <memory>
#include <optional>
#include <unordered_map>
#include <utility>

namespace core {

template <class Key, class T>
class single_flight {
    struct flight {
        list<waiter> line;
        std::size_t callers = 0;
        bool shared = false;
        bool abandoned = false;
        context* ctx = nullptr;  // of the run, while it lasts
        std::optional<result<T>> outcome;
    };

public:
    /// What a caller gets: each a copy, so let `T` be cheap to copy.
    struct landed {
        landed(T v, bool s) : value(std::move(v)), shared(s) {}
        T value;
        bool shared;  ///< others asked for it meanwhile
    };

    explicit single_flight(scope& in) noexcept : in_(in) {}
    single_flight(const single_flight&) = delete;
    single_flight& operator=(const single_flight&) = delete;
    ~single_flight() { assert(under_way_ == 0 && "a run outlives its single_flight"); }

    /// Awaits `load(ctx)`, a task<result<T>> that runs in the scope, or the run that is under way for that key.
    /// Cancellation: ends the caller's wait alone; the run goes on for the others, and is cancelled when the last has
    /// gone. Errors: those of the run, told to all, an exception as errc::failed; the caller's context's.
    template <class Load>
    [[nodiscard]] task<result<landed>> call(context& ctx, Key key, Load load) {
        if (ctx.done()) co_return result<landed>{tl::unexpected<error>(ctx.why())};
        std::shared_ptr<flight>& place = flights_[key];
        if (place == nullptr) {
            place = std::make_shared<flight>();
            ++under_way_;
            in_.spawn("single_flight", run(*this, place, key, std::move(load)));
        } else {
            place->shared = true;
        }
        const std::shared_ptr<flight> mine = place;
        ++mine->callers;
        auto waited = co_await line_awaiter{"single_flight::call", mine->line, ctx, mine->outcome.has_value()};
        --mine->callers;
        if (!waited) {
            if (mine->callers == 0 && !mine->outcome) abandon(key, *mine, waited.error());
            co_return result<landed>{tl::unexpected<error>(waited.error())};
        }
        if (!*mine->outcome) co_return result<landed>{tl::unexpected<error>(mine->outcome->error())};
        co_return result<landed>{landed{**mine->outcome, mine->shared}};
    }

    /// The next call for that key runs anew; those that wait are not disturbed.
    void forget(const Key& key) { flights_.erase(key); }

private:
    template <class Load>
    static task<> run(single_flight& self, std::shared_ptr<flight> mine, Key key, Load load) {
        context ctx{self.in_.ctx()};
        mine->ctx = &ctx;
        if (mine->abandoned) ctx.cancel();
        try {
            auto got = co_await load(ctx);
            mine->outcome.emplace(std::move(got));
        } catch (...) {
            mine->outcome.emplace(tl::unexpected<error>(caught()));
        }
        mine->ctx = nullptr;
        self.drop(key, *mine);
        serve_all(mine->line);
        --self.under_way_;
    }
    void drop(const Key& key, const flight& which) {
        const auto found = flights_.find(key);
        if (found != flights_.end() && found->second.get() == &which) flights_.erase(found);
    }
    void abandon(const Key& key, flight& which, const error& why) {
        which.abandoned = true;
        if (which.ctx != nullptr) which.ctx->cancel(why);
        drop(key, which);
    }

    scope& in_;
    std::unordered_map<Key, std::shared_ptr<flight>> flights_;
    std::size_t under_way_ = 0;
};

}  // namespace core
