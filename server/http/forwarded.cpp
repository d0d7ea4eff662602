// server/http/forwarded.cpp: addresses, networks, and the walk through X-Forwarded-For.
// Thread: any; plain values.
// Owner: whoever holds the value.
#include "server/http/forwarded.hpp"

#include "server/http/text.hpp"

#include <arpa/inet.h>

#include <algorithm>

namespace tertulia::http {
namespace {

constexpr std::array<std::uint8_t, 12> mapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
constexpr std::size_t mapped_bits = 96;

bool is_v4(const ip_address& address) noexcept {
    return std::equal(mapped.begin(), mapped.end(), address.begin());
}

/// One element of X-Forwarded-For: an address, perhaps in brackets, perhaps with a port.
std::optional<ip_address> read_element(std::string_view text) {
    if (text.starts_with('[')) {
        const std::size_t bracket = text.find(']');
        if (bracket == text.npos || (bracket + 1 < text.size() && text[bracket + 1] != ':')) return std::nullopt;
        return read_address(text.substr(1, bracket - 1));
    }
    const std::size_t colon = text.find(':');
    const bool with_port = colon != text.npos && colon == text.rfind(':');
    return read_address(with_port ? text.substr(0, colon) : text);
}

}  // namespace

std::optional<ip_address> read_address(std::string_view text) {
    if (text.size() >= INET6_ADDRSTRLEN) return std::nullopt;
    const std::string ended{text};
    ip_address address{};
    if (inet_pton(AF_INET6, ended.c_str(), address.data()) == 1) return address;
    std::copy(mapped.begin(), mapped.end(), address.begin());
    if (inet_pton(AF_INET, ended.c_str(), address.data() + mapped.size()) == 1) return address;
    return std::nullopt;
}

std::string write_address(const ip_address& address) {
    std::array<char, INET6_ADDRSTRLEN> written{};
    const bool four = is_v4(address);
    (void)inet_ntop(four ? AF_INET : AF_INET6, address.data() + (four ? mapped.size() : 0), written.data(),
                    written.size());
    return written.data();
}

bool is_loopback(const ip_address& address) noexcept {
    if (is_v4(address)) return address[mapped.size()] == 127;
    return address.back() == 1 && std::all_of(address.begin(), address.end() - 1, [](auto byte) { return byte == 0; });
}

std::optional<address_range> address_range::read(std::string_view text) {
    const std::size_t slash = text.find('/');
    const auto first = read_address(text.substr(0, slash));
    if (!first) return std::nullopt;
    address_range range;
    range.first_ = *first;
    range.bits_ = 8 * first->size();
    if (slash == text.npos) return range;
    const std::string_view digits = text.substr(slash + 1);
    if (digits.empty() || digits.size() > 3 || !std::all_of(digits.begin(), digits.end(), is_digit))
        return std::nullopt;
    const bool dotted = text.substr(0, slash).find(':') == text.npos;
    const std::size_t bits = std::stoul(std::string{digits}) + (dotted ? mapped_bits : 0);
    if (bits > range.bits_) return std::nullopt;
    for (std::size_t bit = bits; bit < range.bits_; ++bit) {
        if ((range.first_[bit / 8] >> (7 - bit % 8) & 1) != 0) return std::nullopt;
    }
    range.bits_ = bits;
    return range;
}

bool address_range::contains(const ip_address& address) const noexcept {
    const std::size_t whole = bits_ / 8;
    if (!std::equal(first_.begin(), first_.begin() + static_cast<std::ptrdiff_t>(whole), address.begin())) return false;
    const std::size_t rest = bits_ % 8;
    return rest == 0 || (first_[whole] ^ address[whole]) >> (8 - rest) == 0;
}

bool trusted_proxies::trusts(const ip_address& peer) const noexcept {
    return std::any_of(ranges_.begin(), ranges_.end(),
                       [&](const address_range& range) { return range.contains(peer); });
}

std::optional<ip_address> trusted_proxies::client_of(std::string_view forwarded_for) const {
    const auto hops = list_elements(forwarded_for);
    for (auto hop = hops.rbegin(); hop != hops.rend(); ++hop) {
        const auto address = read_element(*hop);
        if (!address) return std::nullopt;
        if (!trusts(*address)) return address;
    }
    return std::nullopt;
}

}  // namespace tertulia::http
