// server/http/origin.cpp: the rule about `Origin`.
// Thread: any; plain functions.
// Owner: the server's options.
#include "server/http/origin.hpp"

#include "server/http/authority.hpp"

#include <algorithm>

namespace tertulia::http {
namespace {

// Scheme, host and port of a URL; a path is passed over.
std::optional<web_origin> origin_of_url(std::string_view url) {
    const std::size_t mark = url.find("://");
    if (mark == std::string_view::npos) return std::nullopt;
    return parse_origin(url.substr(0, url.find('/', mark + 3)));
}

bool is_our_name(const authority& host, const origin_rules& rules) {
    if (host.address || host.host == "localhost") return true;
    const auto ours = origin_of_url(rules.public_url);
    if (ours && ours->host == host.host) return true;
    return std::any_of(rules.listen_names.begin(), rules.listen_names.end(), [&](const std::string& name) {
        const auto parsed = parse_authority(name);
        return parsed && parsed->host == host.host;
    });
}

}  // namespace

bool origin_allowed(const request& asked, const origin_rules& rules) {
    const std::string* header = asked.find_header("Origin");
    if (!header) return true;
    const auto origin = parse_origin(*header);
    if (!origin) return false;
    if (std::any_of(rules.allowed.begin(), rules.allowed.end(),
                    [&](const std::string& allowed) { return origin_of_url(allowed) == origin; }))
        return true;

    if (origin->scheme != "http" && origin->scheme != "https") return false;
    const auto host = parse_authority(asked.header("Host"));
    return host && host->host == origin->host && host->port.value_or(default_port(origin->scheme)) == origin->port &&
           is_our_name(*host, rules);
}

}  // namespace tertulia::http
