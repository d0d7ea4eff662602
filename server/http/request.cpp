// server/http/request.cpp: reads requests: each byte of a head is judged as it comes, each line when the head is there,
// and only then websocketpp's parser, which believes almost anything, is given the fields.
// Thread: one shard.
// Owner: the connection.
#include "server/http/request.hpp"

#include "server/http/authority.hpp"
#include "server/http/target.hpp"
#include "server/http/text.hpp"

#include <websocketpp/http/request.hpp>

#include <algorithm>

namespace tertulia::http {
namespace {

auto bad(int status, std::string reason) {
    return core::fail_with(bad_head{status, std::move(reason)});
}

// websocketpp's parser, given line by line: fed by consume() it stops at 16,000 bytes whatever our limit is, refuses an
// HTTP/1.0 request without Host, and reads "Content-Length: 5x" as 5 and a chunked body as none.
class field_parser : public websocketpp::http::parser::request {
public:
    using websocketpp::http::parser::request::process_header;
};

// What a head says beyond the request itself.
struct head_facts {
    request asked{};
    std::size_t body = 0;  // bytes
};

// "GET /path HTTP/1.1": exactly one space between the three (RFC 9112 §3).
core::result<void, bad_head> read_request_line(std::string_view line, request& into) {
    const std::size_t first = line.find(' ');
    const std::size_t last = line.rfind(' ');
    if (first == std::string_view::npos || first == last) return bad(400, "a request line has three parts");
    const std::string_view target = line.substr(first + 1, last - first - 1);
    const std::string_view version = line.substr(last + 1);
    if (!is_token(line.substr(0, first))) return bad(400, "the method is not a token");
    if (target.empty() || std::any_of(target.begin(), target.end(), [](char c) { return c <= ' ' || c >= 0x7f; }))
        return bad(400, "the target has characters that must be percent-encoded");
    if (version.size() != 8 || !version.starts_with("HTTP/") || !is_digit(version[5]) || version[6] != '.' ||
        !is_digit(version[7]))
        return bad(400, "not HTTP");
    if (version != "HTTP/1.1" && version != "HTTP/1.0") return bad(505, "HTTP/1.1 is spoken here");
    into.method = line.substr(0, first);
    into.target = target;
    into.minor_version = version.back() - '0';
    return {};
}

// The fields that say where the request ends or whom it is for: each at most once, and exact (RFC 9112 §3.2, §6).
class framing {
public:
    core::result<void, bad_head> see(std::string_view name, std::string_view value, std::size_t body_bytes) {
        if (equal_ignoring_case(name, "Transfer-Encoding")) return bad(501, "Transfer-Encoding: send a Content-Length");
        if (equal_ignoring_case(name, "Host")) {
            if (hosts_++ > 0 || !parse_authority(value)) return bad(400, "Host: one, host[:port]");
        } else if (equal_ignoring_case(name, "Content-Length")) {
            if (lengths_++ > 0 || value.empty() || !std::all_of(value.begin(), value.end(), is_digit))
                return bad(400, "Content-Length: one, in digits");
            // 18 digits fit; more are too many whatever the limit is
            if (value.size() > 18) return bad(413, "the body is too long");
            body_ = std::stoull(std::string(value));
            if (body_bytes != 0 && body_ > body_bytes) return bad(413, "the body is too long");
        }
        return {};
    }
    bool has_host() const { return hosts_ > 0; }
    std::size_t body() const { return body_; }

private:
    int hosts_ = 0;
    int lengths_ = 0;
    std::size_t body_ = 0;
};

// `line` without its end. No folding, nothing between the name and its colon (RFC 9112 §5.1, §5.2).
core::result<std::pair<std::string_view, std::string_view>, bad_head> split_field(std::string_view line) {
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || !is_token(line.substr(0, colon)))
        return bad(400, "a header is a name, a colon and a value");
    std::string_view value = line.substr(colon + 1);
    value.remove_prefix(std::min(value.find_first_not_of(" \t"), value.size()));
    value = value.substr(0, value.find_last_not_of(" \t") + 1);
    return std::pair{line.substr(0, colon), value};
}

bool wants_more(const request& asked) {
    const std::string_view connection = asked.header("Connection");
    return asked.minor_version == 1 ? !list_has(connection, "close") : list_has(connection, "keep-alive");
}

core::result<void, bad_head> read_target(request& into) {
    auto parts = parse_target(into.target);
    if (!parts) return bad(400, std::move(parts.error()));
    // A proxy may route by the one and we would judge the other.
    if (!parts->host.empty() && !equal_ignoring_case(parts->host, into.header("Host")))
        return bad(400, "the target's host is not that of Host");
    into.path = std::move(parts->path);
    into.query = std::move(parts->query);
    return {};
}

// `head` with its empty line; its bytes are judged: every line ends in CRLF, no other control character but tab.
core::result<head_facts, bad_head> read_head(std::string head, std::size_t body_bytes) {
    head_facts facts;
    framing frame;
    field_parser fields;
    std::size_t begin = head.find("\r\n");
    if (auto line = read_request_line(std::string_view(head).substr(0, begin), facts.asked); !line)
        return bad(line.error().status, std::move(line.error().reason));
    for (begin += 2; begin + 2 < head.size();) {
        const std::size_t end = head.find("\r\n", begin);
        const auto field = split_field(std::string_view(head).substr(begin, end - begin));
        if (!field) return core::fail_with(field.error());
        if (auto seen = frame.see(field->first, field->second, body_bytes); !seen) return core::fail_with(seen.error());
        try {
            fields.process_header(head.begin() + static_cast<std::ptrdiff_t>(begin),
                                  head.begin() + static_cast<std::ptrdiff_t>(end));
        } catch (const websocketpp::http::exception& e) {
            return bad(400, e.what());
        }
        begin = end + 2;
    }
    for (const auto& [name, value] : fields.get_headers()) facts.asked.headers.emplace_back(name, value);
    if (facts.asked.minor_version == 1 && !frame.has_host()) return bad(400, "Host is missing");
    if (auto target = read_target(facts.asked); !target) return core::fail_with(target.error());
    facts.asked.keep_alive = wants_more(facts.asked);
    facts.body = frame.body();
    return facts;
}

}  // namespace

const std::string* request::find_header(std::string_view name) const noexcept {
    for (const auto& [known, value] : headers)
        if (equal_ignoring_case(known, name)) return &value;
    return nullptr;
}

std::string_view request::header(std::string_view name) const noexcept {
    const std::string* found = find_header(name);
    return found ? std::string_view(*found) : std::string_view();
}

request_reader::request_reader(std::size_t head_bytes, std::size_t body_bytes) noexcept
    : head_bytes_(head_bytes), body_bytes_(body_bytes) {}

core::result<std::optional<request>, bad_head> request_reader::refuse(bad_head why) {
    refused_ = true;
    head_ = {};
    return core::fail_with(std::move(why));
}

// True when the head is complete. Byte by byte, so that where the bytes were cut makes no difference, and a client that
// speaks something else (TLS, bare line feeds) is told at once instead of waited for.
core::result<bool, bad_head> request_reader::take_head(std::string_view& bytes) {
    while (!bytes.empty()) {
        const char c = bytes.front();
        const bool after_return = head_.ends_with('\r');
        if ((c == '\n') != after_return) return bad(400, "lines end in CR LF");
        if (is_control(c) && c != '\r' && c != '\n' && c != '\t') return bad(400, "a control character");
        if (head_bytes_ != 0 && head_.size() == head_bytes_) return bad(431, "the head is too long");
        head_.push_back(c);
        bytes.remove_prefix(1);
        if (head_ == "\r\n") head_.clear();  // an empty line before the request (RFC 9112 §2.2)
        if (head_.ends_with("\r\n\r\n")) return true;
    }
    return false;
}

core::result<std::optional<request>, bad_head> request_reader::next(std::string_view& bytes) {
    if (refused_) {
        bytes = {};
        return std::nullopt;
    }
    if (!unfinished_) {
        const auto complete = take_head(bytes);
        if (!complete) return refuse(complete.error());
        if (!*complete) return std::nullopt;
        auto facts = read_head(std::exchange(head_, {}), body_bytes_);
        if (!facts) return refuse(std::move(facts.error()));
        unfinished_ = std::move(facts->asked);
        body_left_ = facts->body;
    }
    const std::size_t taken = std::min(body_left_, bytes.size());
    unfinished_->body.append(bytes.substr(0, taken));
    bytes.remove_prefix(taken);
    body_left_ -= taken;
    if (body_left_ > 0) return std::nullopt;
    return std::exchange(unfinished_, std::nullopt);
}

}  // namespace tertulia::http
