// server/http/target.cpp: a request's target, taken apart and percent-decoded, strictly.
// Thread: any; plain functions.
// Owner: nobody.
#include "server/http/target.hpp"

#include "server/http/authority.hpp"
#include "server/http/text.hpp"

#include <websocketpp/utf8_validator.hpp>

#include <algorithm>

namespace tertulia::http {
namespace {

int hex_value(char c) {
    if (is_digit(c)) return c - '0';
    const char low = to_lower(c);
    return low >= 'a' && low <= 'f' ? low - 'a' + 10 : -1;
}

auto bad(std::string reason) {
    return core::fail_with(std::move(reason));
}

// Also where the dots or the slashes came as escapes: `path` is decoded.
bool climbs(std::string_view path) {
    while (!path.empty()) {
        const std::size_t slash = std::min(path.find('/'), path.size());
        const std::string_view segment = path.substr(0, slash);
        if (segment == "." || segment == "..") return true;
        path.remove_prefix(std::min(slash + 1, path.size()));
    }
    return false;
}

std::optional<std::string> decode_query_part(std::string_view text) {
    std::string spaced(text);
    std::replace(spaced.begin(), spaced.end(), '+', ' ');
    return percent_decode(spaced);
}

}  // namespace

std::optional<std::string> percent_decode(std::string_view text) {
    std::string decoded;
    for (std::size_t i = 0; i < text.size(); ++i) {
        char c = text[i];
        if (c == '%') {
            const int high = i + 2 < text.size() ? hex_value(text[i + 1]) : -1;
            const int low = i + 2 < text.size() ? hex_value(text[i + 2]) : -1;
            if (high < 0 || low < 0) return std::nullopt;
            c = static_cast<char>(high * 16 + low);
            i += 2;
        }
        if (is_control(c)) return std::nullopt;
        decoded.push_back(c);
    }
    if (!websocketpp::utf8_validator::validate(decoded)) return std::nullopt;
    return decoded;
}

core::result<target_parts, std::string> parse_target(std::string_view target) {
    target_parts parts;
    if (!target.starts_with('/')) {
        const std::size_t mark = target.find("://");
        if (mark == std::string_view::npos) return bad("target: a path is needed");
        const std::string scheme = lower_case(target.substr(0, mark));
        if (default_port(scheme) == 0) return bad("target: not a scheme of ours");
        target.remove_prefix(mark + 3);
        const std::size_t end = std::min(target.find_first_of("/?"), target.size());
        parts.host = target.substr(0, end);
        if (!parse_authority(parts.host)) return bad("target: a bad host");
        target.remove_prefix(end);
    }
    if (target.find('#') != std::string_view::npos) return bad("target: a fragment is not sent");

    const std::size_t question = std::min(target.find('?'), target.size());
    auto path = percent_decode(target.substr(0, question));
    if (!path) return bad("target: the path is not percent-encoded UTF-8");
    if (climbs(*path)) return bad("target: a . or .. segment");
    parts.path = path->empty() ? "/" : std::move(*path);

    std::string_view query = target.substr(std::min(question + 1, target.size()));
    while (!query.empty()) {
        const std::size_t end = std::min(query.find('&'), query.size());
        const std::string_view pair = query.substr(0, end);
        query.remove_prefix(std::min(end + 1, query.size()));
        if (pair.empty()) continue;
        const std::size_t equals = std::min(pair.find('='), pair.size());
        auto name = decode_query_part(pair.substr(0, equals));
        auto value = decode_query_part(pair.substr(std::min(equals + 1, pair.size())));
        if (!name || !value) return bad("target: the query is not percent-encoded UTF-8");
        parts.query.emplace_back(std::move(*name), std::move(*value));
    }
    return parts;
}

}  // namespace tertulia::http
