// server/chat/clients.hpp: the connections of a shard: found from anywhere, and looked at when they are silent.
// Thread: one shard's.
// Owner: the shard; connections enter and leave by themselves.
#pragma once

#include "core/context.hpp"
#include "core/list.hpp"
#include "core/task.hpp"
#include "server/chat/letters.hpp"

#include <array>
#include <vector>

namespace tertulia::chat {

class connection;

/// The hook of a connection in the wheel.
class watched : public core::list_hook<watched> {
protected:
    ~watched() = default;

private:
    friend class clients;
    /// Looks whether it has been silent for too long. @return when to look again
    virtual core::time_point look(core::time_point now) = 0;
};

class clients {
public:
    explicit clients(std::uint32_t shard) noexcept : shard_(shard) {}

    /// A place in the table until remove().
    [[nodiscard]] client_ref add(connection& c);
    void remove(client_ref ref) noexcept;
    /// The connection, or nullptr where it is gone.
    [[nodiscard]] connection* find(client_ref ref) const noexcept;
    template <class F>
    void each(F f) const {
        for (const place& p : places_) {
            if (p.who != nullptr) f(*p.who);
        }
    }
    [[nodiscard]] std::size_t size() const noexcept { return count_; }

    /// Looks at `w` at `when`, or up to a second later.
    void watch(watched& w, core::time_point when) noexcept;
    /// Turns the wheel, once a second, until `ctx` ends. One look costs one connection, whatever their number.
    core::task<> turn_wheel(core::context& ctx);

private:
    struct place {
        connection* who = nullptr;
        std::uint32_t serial = 0;
    };
    static constexpr std::size_t slots = 64;  // seconds; who is due later is only moved on

    const std::uint32_t shard_;
    std::vector<place> places_;
    std::vector<std::uint32_t> free_;
    std::size_t count_ = 0;
    std::array<core::list<watched>, slots> wheel_;
};

}  // namespace tertulia::chat
