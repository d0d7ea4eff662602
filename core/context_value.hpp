// core/context_value.hpp: what a context carries besides its end: values by type; and a context that keeps only these.
// Thread: that of the context's scheduler.
// Owner: the caller's frame, as with any context.
#pragma once

#include "core/context.hpp"

#include <utility>

namespace core {

namespace detail {

/// One address for each type of key.
template <class Key>
inline constexpr char value_key = 0;

template <class T>
struct held : trait {
    explicit held(T v) : value(std::move(v)) {}
    T value;
};

}  // namespace detail

/// A context below `parent` that holds a value. The key is a type, so that two libraries can't take the same:
///
///     struct request_id { using type = std::string; };
///     core::value_context<request_id> ctx{parent, "r-17"};
///     const std::string* id = core::value<request_id>(ctx);
template <class Key>
class value_context final : public context {
public:
    using type = typename Key::type;

    value_context(context& parent, type v) : context(parent), held_(std::move(v)) {
        held_.key = &detail::value_key<Key>;
        show(held_);
    }

private:
    detail::held<type> held_;
};

/// The value of the nearest holder, of `ctx` itself or above; nullptr: there is none. Lives as long as its holder.
template <class Key>
[[nodiscard]] const typename Key::type* value(const context& ctx) noexcept {
    for (const detail::trait* t = ctx.traits(); t != nullptr; t = t->above) {
        if (t->key == &detail::value_key<Key>) return &static_cast<const detail::held<typename Key::type>*>(t)->value;
    }
    return nullptr;
}

/// Go's WithoutCancel: finds the values of `like` but has no parent: no end, no deadline, no cause of its own accord.
/// For what must still be done when a request is over. `like` must outlive it.
class detached_context final : public context {
public:
    explicit detached_context(const context& like) noexcept : context(like.on(), like) {
        no_limit_.key = &detail::deadline_key;
        show(no_limit_);
    }

private:
    detail::limit no_limit_;
};

}  // namespace core
