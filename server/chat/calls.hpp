// server/chat/calls.hpp: questions to rooms and the directory that a coroutine waits for.
// Thread: one shard's.
// Owner: the shard.
#pragma once

#include "core/oneshot.hpp"
#include "server/chat/letters.hpp"

#include <unordered_map>

namespace tertulia::chat {

class calls;

/// A question under way. Lives in the asker's frame; one that dies unanswered is forgotten, and a late answer dropped.
class call {
public:
    explicit call(calls& in);
    call(const call&) = delete;
    call& operator=(const call&) = delete;

    [[nodiscard]] caller from() const noexcept;
    /// Waits for the answer; once. Errors: the context's.
    [[nodiscard]] core::oneshot<answer_value>::awaiter wait(core::context& ctx) noexcept { return got_.wait(ctx); }

protected:
    ~call();

private:
    friend class calls;
    /// Sees the answer in the turn and at the place where it arrives, before what arrives behind it.
    virtual void arrived(const answer_value&) {}

    calls& in_;
    const std::uint32_t number_;
    core::oneshot<answer_value> got_;
};

/// A question whose answer needs nothing on arrival.
class simple_call final : public call {
public:
    using call::call;
};

class calls {
public:
    explicit calls(std::uint32_t shard) noexcept : shard_(shard) {}

    void answered(answer a) {
        const auto found = open_.find(a.call);
        if (found == open_.end()) return;
        found->second->arrived(a.what);
        found->second->got_.set(std::move(a.what));
    }

private:
    friend class call;
    const std::uint32_t shard_;
    std::uint32_t last_ = 0;
    std::unordered_map<std::uint32_t, call*> open_;
};

inline call::call(calls& in) : in_(in), number_(++in.last_) {
    in_.open_.emplace(number_, this);
}
inline call::~call() {
    in_.open_.erase(number_);
}
inline caller call::from() const noexcept {
    return {in_.shard_, number_};
}

}  // namespace tertulia::chat
