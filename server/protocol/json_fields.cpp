// server/protocol/json_fields.cpp: reads an object by nlohmann's SAX interface: one pass, no tree.
// Thread: any; no state.
// Owner: nobody.
#include "server/protocol/json_fields.hpp"

#include "server/protocol/limits.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace tertulia::protocol {

namespace {

/// Takes what the parser finds, keeps the top object's fields, and stops the parser (by false) where a rule of ours is
/// broken that JSON itself does not have.
class collector final : public nlohmann::json_sax<nlohmann::json> {
public:
    using field = std::pair<std::string, json_value>;

    bool null() override { return take(other_json{}); }
    bool boolean(bool value) override { return take(value); }
    bool number_integer(number_integer_t) override { return take(other_json{}); }  // it has a sign
    bool number_unsigned(number_unsigned_t value) override { return take(std::uint64_t{value}); }
    bool number_float(number_float_t, const string_t&) override { return take(other_json{}); }
    bool string(string_t& value) override { return take(std::move(value)); }
    bool binary(binary_t&) override { return false; }

    bool start_object(std::size_t) override { return enter(true); }
    bool start_array(std::size_t) override { return !open_.empty() && enter(false); }

    bool key(string_t& name) override {
        open_.back().push_back(std::move(name));
        return true;
    }

    bool end_object() override {
        // Sorted once at the end: no key can be drawn up that makes it slow, as with a hash.
        auto& keys = open_.back();
        std::sort(keys.begin(), keys.end());
        if (std::adjacent_find(keys.begin(), keys.end()) != keys.end()) {
            why_ = "a key stands twice in one object";
            return false;
        }
        return end_array();
    }

    bool end_array() override {
        open_.pop_back();
        return true;
    }

    bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override { return false; }

    std::vector<field> fields{};
    [[nodiscard]] const char* why() const noexcept { return why_; }

private:
    bool enter(bool object) {
        if (open_.size() == json_depth) {
            why_ = "it is nested deeper than 16";
            return false;
        }
        if (!open_.empty()) take(other_json{});
        if (open_.empty() && !object) return false;
        open_.emplace_back();
        return true;
    }

    bool take(json_value value) {
        if (open_.size() == 1) fields.emplace_back(open_.back().back(), std::move(value));
        return !open_.empty();  // a bare value is no object
    }

    std::vector<std::vector<std::string>> open_{};  // of each open object its keys so far; of an array none
    const char* why_ = "one JSON object in UTF-8 is needed";
};

}  // namespace

outcome<json_fields> json_fields::read(std::string_view text) {
    collector found;
    // The parser takes a NUL for the end and would not see what comes behind it.
    const bool whole = text.find('\0') == std::string_view::npos;
    if (!whole || !nlohmann::json::sax_parse(text, &found)) return refuse(code::bad_json, found.why());
    json_fields out;
    out.fields_ = std::move(found.fields);
    return out;
}

void json_fields::set(std::string_view name, json_value value) {
    std::erase_if(fields_, [name](const auto& f) { return f.first == name; });
    fields_.emplace_back(name, std::move(value));
}

const json_value* json_fields::find(std::string_view name) const noexcept {
    const auto at = std::find_if(fields_.begin(), fields_.end(), [name](const auto& f) { return f.first == name; });
    return at == fields_.end() ? nullptr : &at->second;
}

}  // namespace tertulia::protocol
