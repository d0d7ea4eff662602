// core/merged_context.hpp: a context with several parents.
// Thread: that of their scheduler.
// Owner: the caller's frame, as with any context; all parents outlive it.
#pragma once

#include "core/context.hpp"

#include <array>

namespace core {

/// Ends when the first of its parents does, with that one's cause. Values and the deadline come from the first parent;
/// those of the others end it all the same.
template <std::size_t Others>
class merged_context final : public context {
public:
    template <class... More>
    explicit merged_context(context& first, More&... others) : context(first), links_{link{*this, others}...} {
        for (link& l : links_) {
            if (l.from.done()) {
                end_like(l.from);
            } else if (!done()) {
                l.from.add(l);
            }
        }
    }

private:
    struct link final : stop_hook {
        link(merged_context& m, context& f) noexcept : of(m), from(f) {}
        void stopped(const error&) noexcept override { of.end_like(from); }
        [[nodiscard]] wait_place waits_in() const override { return {"merged_context", {}}; }
        merged_context& of;
        context& from;
    };
    std::array<link, Others> links_;
};

template <class... More>
merged_context(context&, More&...) -> merged_context<sizeof...(More)>;

}  // namespace core
