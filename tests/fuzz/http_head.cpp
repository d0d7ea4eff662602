// tests/fuzz/http_head.cpp: arbitrary bytes, cut anywhere, through the HTTP reader and the rules behind it.
// Thread: one.
// Owner: fuzz_http_head.
#include "server/http/origin.hpp"
#include "server/http/request.hpp"
#include "server/http/response.hpp"
#include "server/http/text.hpp"
#include "server/ws/handshake.hpp"
#include "tests/fuzz/properties.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

namespace {

namespace http = tertulia::http;

constexpr std::size_t body_most = 32;

void judge_text(std::string_view decoded) {
    fuzz::require(fuzz::is_utf8(decoded), "what is decoded is UTF-8");
    fuzz::require(std::none_of(decoded.begin(), decoded.end(), http::is_control), "and has no control character");
}

void judge(const http::request& got) {
    fuzz::require(got.path.starts_with('/'), "a path begins with a slash");
    judge_text(got.path);
    const std::string framed = got.path + "/";
    fuzz::require(framed.find("/../") == std::string::npos && framed.find("/./") == std::string::npos,
                  "a path climbs nowhere");
    for (const auto& [name, value] : got.query) {
        judge_text(name);
        judge_text(value);
    }
    fuzz::require(got.body.size() <= body_most, "no body is above the limit");
    fuzz::require(got.find_header("Transfer-Encoding") == nullptr, "no request has a Transfer-Encoding");

    const http::origin_rules rules{{"chat.example"}, "https://tertulia.example/", {"https://app.example"}};
    if (got.header("Origin") == "null") fuzz::require(!http::origin_allowed(got, rules), "null is no origin of ours");
    const auto upgraded = tertulia::ws::check_upgrade(got);
    const auto answer =
        upgraded ? tertulia::ws::accept_upgrade(*upgraded) : tertulia::ws::refuse_upgrade(upgraded.error());
    const std::string written = http::write_response(answer, got.keep_alive);
    fuzz::require(written.find("\r\n\r\n") != std::string::npos, "an answer has an end of its head");
}

// What came of it, as text that can be compared.
class feeder {
public:
    explicit feeder(std::size_t head_most) : reader_(head_most, body_most) {}

    void feed(std::string_view bytes) {
        for (;;) {
            const auto got = reader_.next(bytes);
            if (!got) {
                outcomes.push_back(std::to_string(got.error().status) + " " + got.error().reason);
            } else if (*got) {
                judge(**got);
                outcomes.push_back((*got)->method + " " + (*got)->target + " " + (*got)->path + "\n" + (*got)->body);
            } else {
                break;
            }
        }
        fuzz::require(bytes.empty(), "without a request all bytes are taken");
    }

    std::vector<std::string> outcomes{};

private:
    http::request_reader reader_;
};

}  // namespace

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer asks for this name
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const fuzz::plan plan(std::span(data, size));
    if (!plan.usable()) return 0;
    constexpr std::array<std::size_t, 3> limits{64, 512, 16384};
    const std::size_t most = limits[plan.limit() % limits.size()];
    const std::string_view stream(reinterpret_cast<const char*>(plan.stream().data()), plan.stream().size());

    feeder whole(most);
    whole.feed(stream);
    feeder cut(most);
    std::size_t n = 0;
    for (auto rest = stream; !rest.empty();) {
        const auto piece = rest.substr(0, plan.piece(n++));
        cut.feed(piece);
        rest.remove_prefix(piece.size());
    }
    fuzz::require(whole.outcomes == cut.outcomes, "where the bytes are cut makes no difference");
    return 0;
}
