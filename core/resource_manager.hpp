// core/resource_manager.hpp: things that come to life when first asked for by name, and rest when nobody uses them.
// Thread: one scheduler's; all calls from it.
// Owner: the manager owns what it made, until it is put to rest; handles must be gone before the manager dies.
#pragma once

#include "core/list.hpp"
#include "core/scheduler.hpp"

#include <functional>
#include <memory>
#include <unordered_map>
#include <utility>

namespace core {

/// Get-or-create by name, with one owner. A resource is found as long as it is held, and for `idle` after the last
/// handle went; then it leaves the map and is given to `rest`, in one step, so that nobody ever finds one that is
/// dying.
template <class Key, class T>
class resource_manager final : timer {
    struct entry : list_hook<entry> {
        Key key;
        std::unique_ptr<T> value;
        std::size_t holds = 0;
        time_point idle_since{};
    };

public:
    using make_function = std::function<std::unique_ptr<T>(const Key&)>;
    using rest_function = std::function<void(std::unique_ptr<T>)>;

    /// Keeps its resource from being put to rest. Movable.
    class handle {
    public:
        handle() noexcept = default;
        handle(handle&& other) noexcept
            : manager_(std::exchange(other.manager_, nullptr)), entry_(std::exchange(other.entry_, nullptr)) {}
        handle& operator=(handle&& other) noexcept {
            std::swap(manager_, other.manager_);
            std::swap(entry_, other.entry_);
            return *this;
        }
        ~handle() { reset(); }

        void reset() noexcept {
            if (entry_ != nullptr) manager_->release(*std::exchange(entry_, nullptr));
        }
        explicit operator bool() const noexcept { return entry_ != nullptr; }
        T& operator*() const noexcept { return *entry_->value; }
        T* operator->() const noexcept { return entry_->value.get(); }

    private:
        friend class resource_manager;
        handle(resource_manager& m, entry& e) noexcept : manager_(&m), entry_(&e) {
            if (e.holds++ == 0) e.unlink();
        }
        resource_manager* manager_ = nullptr;
        entry* entry_ = nullptr;
    };

    /// @param make makes one; what it throws goes to who asked, and leaves nothing behind
    /// @param rest is given what has been idle for that long, and owns it from there; throws nothing, and asks for
    /// nothing anew where the manager dies
    resource_manager(scheduler& on, duration idle, make_function make, rest_function rest)
        : on_(on), idle_(idle), make_(std::move(make)), rest_(std::move(rest)) {}
    ~resource_manager() {
        rest_all();
        assert(all_.empty());
    }

    /// The resource of that name, made if there is none.
    [[nodiscard]] handle acquire(const Key& key) {
        auto found = all_.find(key);
        if (found == all_.end()) {
            auto made = std::make_unique<entry>();
            made->key = key;
            made->value = make_(key);
            found = all_.emplace(key, std::move(made)).first;
        }
        return handle{*this, *found->second};
    }

    /// The resource of that name; an empty handle where there is none.
    [[nodiscard]] handle find(const Key& key) noexcept {
        auto found = all_.find(key);
        return found == all_.end() ? handle{} : handle{*this, *found->second};
    }

    /// Puts all that nobody holds to rest now.
    void rest_all() {
        while (!idle_ones_.empty()) put_to_rest(idle_ones_.front());
        on_.cancel(*this);
    }

    /// Calls `f(resource)` for each, in no order; `f` may not acquire or release.
    template <class F>
    void each(F f) {
        for (auto& [key, e] : all_) f(*e->value);
    }
    [[nodiscard]] std::size_t size() const noexcept { return all_.size(); }

private:
    void release(entry& e) noexcept {
        if (--e.holds > 0) return;
        e.idle_since = on_.now();
        idle_ones_.push_back(e);  // so they stand in the order of their time
        if (!pending()) on_.start(*this, e.idle_since + idle_);
    }
    void put_to_rest(entry& e) {
        e.unlink();
        auto node = all_.extract(e.key);
        rest_(std::move(node.mapped()->value));
    }
    void fired() noexcept override {
        while (!idle_ones_.empty()) {
            entry& first = idle_ones_.front();
            if (first.idle_since + idle_ > on_.now()) return on_.start(*this, first.idle_since + idle_);
            put_to_rest(first);
        }
    }

    scheduler& on_;
    const duration idle_;
    make_function make_;
    rest_function rest_;
    std::unordered_map<Key, std::unique_ptr<entry>> all_;
    list<entry> idle_ones_;
};

}  // namespace core
