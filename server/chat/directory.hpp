// server/chat/directory.hpp: who is who: guests, their names, their lives, and how many rooms each is a member of.
// Thread: the directory's shard; others by letter.
// Owner: that shard.
#pragma once

#include "core/list.hpp"
#include "core/scheduler.hpp"
#include "server/chat/letters.hpp"
#include "server/chat/token.hpp"

#include <memory>
#include <random>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace tertulia::chat {

/// A guest lives while it is connected and, where it took a name or joined a room, `guest_s` longer. When a life ends
/// its name is free, its memberships end, and nobody inherits its rights.
class directory final : core::timer {
public:
    /// Guests that are kept without a connection; past it the life of the longest gone ends early, or names could fill
    /// the memory.
    static constexpr std::size_t gone_most = 100'000;
    /// Whom one guest may have blocked.
    static constexpr std::size_t blocked_most = 1'000;

    directory(core::scheduler& on, post_office& mail, const token_signer& tokens, const protocol::limits& most,
              std::mt19937_64& random);
    ~directory();

    void take(to_directory l);
    [[nodiscard]] std::size_t size() const noexcept { return guests_.size(); }

private:
    /// Of a guest that others wrote to, or that will not be written to.
    struct acquaintances {
        std::vector<std::string> written_to_in;  // conversations that others began: sorted, not counted as rooms
        std::vector<std::uint64_t> blocked;      // identities, sorted
    };
    struct guest : core::list_hook<guest> {
        std::uint64_t id = 0;
        shared_text name;
        std::unique_ptr<const std::string> folded;  // where it differs from the name
        std::size_t connections = 0;
        client_refs clients;  // those of them that can be written to
        core::time_point gone_since{};
        std::vector<std::string> rooms;  // sorted; a set would cost each guest 150 bytes more
        std::unique_ptr<acquaintances> knows;
        shared_identity shared;
    };

    struct by_folded_name {
        using is_transparent = void;
        static std::string_view of(std::string_view folded) noexcept { return folded; }
        static std::string_view of(const guest* g) noexcept {
            return g->folded ? std::string_view{*g->folded} : g->name.view();
        }
        std::size_t operator()(const auto& x) const noexcept { return std::hash<std::string_view>{}(of(x)); }
        bool operator()(const auto& a, const auto& b) const noexcept { return of(a) == of(b); }
    };

    answer_value on(const say_hello_letter& h);
    answer_value on(const claim_room& c);
    void on(const release_room& r);
    void on(const confirm_room& c);
    answer_value on(const list_memberships& l);
    answer_value on(const set_block& b);
    void on(const goodbye& g);

    answer_value welcome(guest& g, bool resumed, client_ref client);
    answer_value rename(const say_hello_letter& h);
    guest& make(const std::string& name);
    guest& make(const std::string& name, std::uint64_t id);
    [[nodiscard]] std::optional<std::string> name_of_earlier_life(const token_signer::claim& c) const;
    static void give_name(guest& g, const shared_text& name);
    void send_on(caller from, to_direct d);
    [[nodiscard]] protocol::outcome<guest*> other_in(const guest& self, std::string_view place);
    [[nodiscard]] guest* find(std::string_view name);
    std::optional<protocol::refusal> let_write(guest& from, guest& to, const std::string& name, const log_event& what);
    std::optional<protocol::refusal> claim(guest& g, const std::string& room);
    [[nodiscard]] static bool is_member(const guest& g, const std::string& room);
    [[nodiscard]] static std::vector<std::string> rooms_of(const guest& g);
    static void insert_sorted(std::vector<std::string>& into, const std::string& room);
    [[nodiscard]] std::string made_up_name();
    void end(guest& g);
    void fired() noexcept override;

    core::scheduler& on_;
    post_office& mail_;
    const token_signer& tokens_;
    const protocol::limits& most_;
    std::mt19937_64& random_;
    std::unordered_map<std::uint64_t, guest> guests_;
    std::unordered_set<guest*, by_folded_name, by_folded_name> by_name_;
    const core::time_point began_;
    std::size_t gone_count_ = 0;
    core::list<guest> gone_;  // without a connection, the longest gone first
};

}  // namespace tertulia::chat
