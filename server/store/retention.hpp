// server/store/retention.hpp: which events are old enough to be forgotten, as --retention says.
// Thread: any; it never changes once it is read.
// Owner: whoever holds it.
#pragma once

#include "core/result.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tertulia::store {

/// What of a room is kept: what both allow. Empty: no bound.
struct keeping {
    std::optional<std::chrono::seconds> age{};
    std::optional<std::uint64_t> events{};

    [[nodiscard]] bool bounded() const noexcept { return age || events; }
};

class retention {
public:
    /// Rules for all rooms (`90d`, `100000`), or for one, whom those for all don't concern then (`lobby=7d`; `lobby=0`:
    /// for ever). An age is in `s`, `m`, `h` or `d`. Errors, for the operator: a rule that is none.
    static core::result<retention> read(const std::vector<std::string>& rules);

    [[nodiscard]] const keeping& of(std::string_view room) const;
    /// Whether anything is ever forgotten.
    [[nodiscard]] bool bounded() const noexcept;
    /// The least age that is kept, where one is bounded by age.
    [[nodiscard]] std::optional<std::chrono::seconds> least_age() const noexcept;

private:
    core::result<> add(std::string_view rule);

    keeping all_{};
    std::map<std::string, keeping, std::less<>> rooms_;
};

}  // namespace tertulia::store
