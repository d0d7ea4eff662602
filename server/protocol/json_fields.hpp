// server/protocol/json_fields.hpp: the fields of one JSON object, as far as a command needs them.
// Thread: any; plain values.
// Owner: whoever holds the value.
#pragma once

#include "server/protocol/code.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace tertulia::protocol {

/// Stands for what no field of the protocol may be: null, a number that is no non-negative integer, an array, an
/// object.
struct other_json {};

/// Numbers are here only as they are written without sign, point and exponent, up to 2^64-1.
using json_value = std::variant<other_json, bool, std::uint64_t, std::string>;

/// The fields at the top of an object, in their order; each name once.
class json_fields {
public:
    /// Reads all of `text`, which must be one object: else, and where it is nested deeper than 16, holds a key twice in
    /// one object, is not UTF-8 or goes on behind its end: `bad_json`.
    [[nodiscard]] static outcome<json_fields> read(std::string_view text);

    /// Puts a field there; one of that name is gone.
    void set(std::string_view name, json_value value);

    /// The field's value, null where there is none.
    [[nodiscard]] const json_value* find(std::string_view name) const noexcept;

private:
    std::vector<std::pair<std::string, json_value>> fields_{};
};

}  // namespace tertulia::protocol
