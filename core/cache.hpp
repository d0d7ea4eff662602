// core/cache.hpp: what was loaded not long ago, by key, within a bound; loaded once however many ask.
// Thread: one scheduler's; all calls from it. It has no thread and no timer of its own.
// Owner: whoever makes it; the scope that its loads run in must be joined before it dies.
#pragma once

#include "core/single_flight.hpp"

#include <cstdint>
#include <functional>
#include <unordered_map>
#include <utility>
#include <vector>

namespace core {

/// What a cache keeps to.
struct cache_limits {
    std::size_t most = 1'000;  ///< entries, at least 1; the one that was not used for the longest goes first
    duration fresh = std::chrono::minutes{1};  ///< how long a value is given after it was loaded
    duration error_fresh = duration::zero();   ///< the same for an error of the load; zero: errors are not kept
};

/// Counts since it was made. Each find() or get() is a hit or a miss.
struct cache_counts {
    std::uint64_t hits = 0;
    std::uint64_t misses = 0;
    std::uint64_t expired = 0;  ///< misses where there was one that is too old
    std::uint64_t evicted = 0;  ///< entries that went because the cache was full
    std::uint64_t loads = 0;    ///< loads that were begun
};

/// Copies of `T` are given out: let it be cheap to copy, a shared_ptr to const for what is large.
template <class Key, class T>
class cache {
    struct entry : list_hook<entry> {
        result<T> value = fail(errc::empty);
        time_point until{};
        const Key* key = nullptr;
    };

public:
    using load_function = std::function<task<result<T>>(context&, Key)>;

    /// @param load is awaited in `in`, once for a key at a time; its context ends when nobody waits for it any more
    cache(scope& in, cache_limits limits, load_function load)
        : clock_(in.ctx().on()), limits_(limits), load_(std::move(load)), flights_(in) {
        assert(limits.most > 0);
    }
    cache(const cache&) = delete;
    cache& operator=(const cache&) = delete;
    ~cache() { clear(); }

    /// The value, loaded if there is none that is fresh. Other keys do not wait for it. Errors: the load's; the
    /// context's.
    [[nodiscard]] task<result<T>> get(context& ctx, Key key) {
        if (const result<T>* kept = look_up(key)) co_return result<T>{*kept};
        auto begin = [this, key](context& c) { return load(*this, c, key); };  // a temporary g++ 12 would destroy twice
        auto loaded = co_await flights_.call(ctx, key, std::move(begin));
        if (!loaded) co_return result<T>{tl::unexpected<error>(loaded.error())};
        co_return result<T>{std::move(loaded->value)};
    }

    /// The value, if there is one that is fresh; loads nothing. It lives until the next call that changes the cache.
    [[nodiscard]] const T* find(const Key& key) {
        const result<T>* kept = look_up(key);
        return kept != nullptr && *kept ? &**kept : nullptr;
    }

    /// Keeps a value that came by another way. A load that is under way gives its callers what it gives, but is not
    /// kept.
    void put(const Key& key, T value) {
        forget_load(key);
        keep(key, result<T>{std::move(value)}, limits_.fresh);
    }
    /// The next get() loads it anew, also where a load is under way.
    void erase(const Key& key) {
        forget_load(key);
        entries_.erase(key);
    }
    /// The same for all keys that `which(key)` is true for. Looks at each that is kept or loading.
    template <class Which>
    void erase_if(Which which) {
        std::vector<Key> under_way;
        for (const auto& [key, number] : loading_) {
            if (which(key)) under_way.push_back(key);
        }
        for (const Key& key : under_way) forget_load(key);
        std::erase_if(entries_, [&](const auto& e) { return which(e.first); });
    }
    void clear() {
        while (!loading_.empty()) forget_load(Key{loading_.begin()->first});
        entries_.clear();
    }

    [[nodiscard]] const cache_counts& counts() const noexcept { return counts_; }
    /// Entries that are kept, those that are too old but not yet asked for among them.
    [[nodiscard]] std::size_t size() const noexcept { return entries_.size(); }

private:
    [[nodiscard]] const result<T>* look_up(const Key& key) {
        const auto found = entries_.find(key);
        if (found != entries_.end() && clock_.now() < found->second.until) {
            ++counts_.hits;
            found->second.unlink();
            by_use_.push_back(found->second);
            return &found->second.value;
        }
        ++counts_.misses;
        if (found != entries_.end()) {
            ++counts_.expired;
            entries_.erase(found);
        }
        return nullptr;
    }
    void keep(const Key& key, result<T> value, duration fresh) {
        if (fresh <= duration::zero()) return;
        const auto [place, is_new] = entries_.try_emplace(key);
        entry& e = place->second;
        e.value = std::move(value);
        e.until = clock_.now() + fresh;
        e.key = &place->first;
        e.unlink();
        by_use_.push_back(e);
        if (entries_.size() <= limits_.most) return;
        ++counts_.evicted;
        entries_.erase(Key{*by_use_.front().key});
    }
    static task<result<T>> load(cache& self, context& ctx, Key key) {
        const std::uint64_t number = ++self.counts_.loads;
        self.loading_[key] = number;
        const struct at_end {  // also where the load throws
            cache& of;
            const Key& which;
            std::uint64_t mine;
            ~at_end() {
                if (of.is_loading(which, mine)) of.loading_.erase(which);
            }
        } forget{self, key, number};
        auto got = co_await self.load_(ctx, key);
        const bool wanted = self.is_loading(key, number) && (got || !ctx.done());
        if (wanted) self.keep(key, got, got ? self.limits_.fresh : self.limits_.error_fresh);
        co_return got;
    }
    [[nodiscard]] bool is_loading(const Key& key, std::uint64_t number) const {
        const auto found = loading_.find(key);
        return found != loading_.end() && found->second == number;
    }
    void forget_load(const Key& key) {
        loading_.erase(key);
        flights_.forget(key);
    }

    scheduler& clock_;
    const cache_limits limits_;
    load_function load_;
    cache_counts counts_;
    std::unordered_map<Key, entry> entries_;
    list<entry> by_use_;                              // the one that was used last is the last
    std::unordered_map<Key, std::uint64_t> loading_;  // the number of the load whose result is wanted
    single_flight<Key, T> flights_;
};

}  // namespace core
