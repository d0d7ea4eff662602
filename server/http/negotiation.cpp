// server/http/negotiation.cpp: Accept-Encoding and If-None-Match.
// Thread: any; plain functions.
// Owner: nobody.
#include "server/http/negotiation.hpp"

#include "server/http/text.hpp"

#include <algorithm>

namespace tertulia::http {
namespace {

/// `weighted`: `gzip`, `gzip;q=0.5`. A weight that is none counts as 1, as if it weren't there.
bool wanted(std::string_view weighted) noexcept {
    const std::size_t at = weighted.find(';');
    if (at == std::string_view::npos) return true;
    std::string_view weight = weighted.substr(at + 1);
    weight.remove_prefix(std::min(weight.find_first_not_of(" \t"), weight.size()));
    if (weight.size() < 3 || to_lower(weight[0]) != 'q' || weight[1] != '=') return true;
    return weight.substr(2).find_first_not_of("0.") != std::string_view::npos;
}

std::string_view name_of(std::string_view weighted) noexcept {
    const std::string_view name = weighted.substr(0, weighted.find(';'));
    return name.substr(0, name.find_last_not_of(" \t") + 1);
}

}  // namespace

bool accepts_coding(std::string_view accept_encoding, std::string_view coding) noexcept {
    bool any = false;
    for (const std::string_view each : list_elements(accept_encoding)) {
        if (equal_ignoring_case(name_of(each), coding)) return wanted(each);
        if (name_of(each) == "*") any = wanted(each);
    }
    return any;
}

bool has_form(std::string_view if_none_match, std::string_view etag) noexcept {
    const auto named = list_elements(if_none_match);
    return std::any_of(named.begin(), named.end(), [&](std::string_view tag) {
        if (tag == "*") return true;
        if (tag.starts_with("W/")) tag.remove_prefix(2);
        return tag == etag;
    });
}

}  // namespace tertulia::http
