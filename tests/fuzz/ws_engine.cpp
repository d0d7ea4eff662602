// tests/fuzz/ws_engine.cpp: arbitrary bytes, cut anywhere, through the WebSocket engine.
// Thread: one.
// Owner: fuzz_ws_engine.
#include "server/ws/engine.hpp"
#include "server/ws/frame.hpp"
#include "tests/fuzz/properties.hpp"

#include <algorithm>
#include <array>
#include <vector>

namespace {

namespace ws = tertulia::ws;

struct outcome {
    int kind = 0;  // of a message its opcode; -1: a violation
    std::string text{};
    std::uint16_t code = 0;

    friend bool operator==(const outcome&, const outcome&) = default;
};

class feeder {
public:
    explicit feeder(std::size_t most) : most_(most), receiver_(engine_, most) {}

    void feed(std::vector<std::uint8_t> bytes) {
        std::span<std::uint8_t> rest(bytes);
        for (;;) {
            const auto got = receiver_.next(rest);
            if (!got) {
                note({-1, got.error().reason, got.error().close_code});
            } else if (*got) {
                note({static_cast<int>((*got)->kind), (*got)->payload, (*got)->close_code});
                judge(**got);
            } else {
                break;
            }
        }
        fuzz::require(rest.empty(), "without a message all bytes are taken");
    }

    std::vector<outcome> outcomes{};

private:
    void note(outcome seen) {
        fuzz::require(!ended_, "nothing comes after a close or a violation");
        ended_ = seen.kind == -1 || seen.kind == static_cast<int>(ws::opcode::close);
        fuzz::require(!ended_ || receiver_.idle(), "one that has ended holds nothing");
        outcomes.push_back(std::move(seen));
    }

    void judge(const ws::message& got) const {
        const bool control = got.kind >= ws::opcode::close;
        fuzz::require(got.payload.size() <= (control ? ws::control_bytes_most : most_),
                      "no message is above the limit");
        if (got.kind == ws::opcode::text || got.kind == ws::opcode::close)
            fuzz::require(fuzz::is_utf8(got.payload), "a text and a reason are UTF-8");
        if (got.kind == ws::opcode::close)
            fuzz::require(ws::is_close_code(got.close_code) || got.close_code == 1005,
                          "a close has a code that may be");
    }

    std::size_t most_;
    ws::engine engine_{};
    ws::receiver receiver_;
    bool ended_ = false;
};

}  // namespace

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer asks for this name
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const fuzz::plan plan(std::span(data, size));
    if (!plan.usable()) return 0;
    constexpr std::array<std::size_t, 4> limits{16, 125, 1000, 65536};
    const std::size_t most = limits[plan.limit() % limits.size()];
    const auto stream = plan.stream();

    feeder whole(most);
    whole.feed({stream.begin(), stream.end()});
    feeder cut(most);
    std::size_t n = 0;
    for (auto rest = stream; !rest.empty();) {
        const auto piece = rest.first(std::min(plan.piece(n++), rest.size()));
        cut.feed({piece.begin(), piece.end()});
        rest = rest.subspan(piece.size());
    }
    fuzz::require(whole.outcomes == cut.outcomes, "where the bytes are cut makes no difference");
    return 0;
}
