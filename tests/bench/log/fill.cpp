// tests/bench/log/fill.cpp: makes a database with any number of messages, through the store, as a server would have.
// Thread: one, and the writer's.
// Owner: the process.
#include "core/asio_loop.hpp"
#include "core/context.hpp"
#include "server/store/sqlite_keeper.hpp"
#include "tests/bench/dial.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <random>
#include <string>
#include <vector>

namespace {

using namespace tertulia;

struct settings {
    std::string file{};
    std::uint64_t messages = 10'000'000;
    std::uint32_t rooms = 100;
    std::uint32_t text_bytes = 200;
};

constexpr std::uint32_t batch = 20;              // of one room, before another has its turn
constexpr std::uint64_t rare_every = 1'000'000;  // messages
constexpr std::string_view rare_word = "axolotl";
constexpr std::uint32_t words_known = 20'000;
constexpr std::uint32_t guests = 200;

/// Words that look like some, the first ones more often than the last.
class talk {
public:
    talk() {
        constexpr std::array syllables{"ta", "lo", "mi", "sen", "ra", "ko", "ver", "du", "na", "pi", "gal", "o"};
        for (std::string& word : words_) {
            for (std::uint64_t n = 1 + random_() % 4; n > 0; --n) word += syllables[random_() % syllables.size()];
        }
    }

    std::string text(std::uint32_t bytes, bool rare) {
        std::string t{rare ? rare_word : std::string_view{}};
        while (t.size() < bytes) {
            const std::uint64_t below = 1 + random_() % words_known;
            t += (t.empty() ? "" : " ") + words_[random_() % below];
        }
        t.resize(bytes);
        if (t.back() == ' ') t.back() = '.';
        return t;
    }

    std::mt19937_64& random() noexcept { return random_; }

private:
    std::mt19937_64 random_{20261124};
    std::array<std::string, words_known> words_;
};

/// Every other batch is the first room's, which is so half of all; the other rooms take turns.
core::task<> fill(core::context& ctx, store::log& log, settings with) {
    talk says;
    for (std::uint64_t made = 0; made < with.messages;) {
        const bool busy = with.rooms == 1 || made / batch % 2 == 0;
        const std::uint64_t room = busy ? 0 : 1 + made / batch / 2 % (with.rooms - 1);
        std::vector<store::draft> drafts(std::min<std::uint64_t>(batch, with.messages - made));
        for (store::draft& d : drafts) {
            const std::uint64_t who = says.random()() % guests;
            d.from = {(who + 1) * 0x9e3779b97f4a7c15, "guest" + std::to_string(who), true};
            d.body = protocol::message_body{says.text(with.text_bytes, ++made % rare_every == 0), std::nullopt};
        }
        auto stored = co_await log.append(ctx, "room-" + std::to_string(room), std::move(drafts));
        for (const store::taken& t : stored) {
            if (!t) bench::give_up("a message is not stored: " + t.error().message);
        }
    }
}

void make(const settings& with) {
    auto keeper = store::sqlite_keeper::open(with.file, store::durability::process, store::boot_id());
    if (!keeper) bench::give_up(keeper.error().detail);
    const core::system_clock clock;
    core::asio_loop loop{clock};
    core::context ctx{loop};
    std::mt19937_64 random{20261124};
    {
        const auto log = (*keeper)->log_for({loop, random});
        const auto ended = loop.run(fill(ctx, *log, with));
        if (!ended) bench::give_up(ended.error().detail);
    }
    const auto closed = (*keeper)->close();
    if (!closed) bench::give_up(closed.error().detail);
}

}  // namespace

int main(int argc, char** argv) {
    settings with;
    CLI::App app{"Makes a database full of messages; half of them are in room-0, each millionth has the word axolotl."};
    app.option_defaults()->always_capture_default();
    app.add_option("--file", with.file, "the database, which must not be there")->required();
    app.add_option("--messages", with.messages, "how many")
        ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{1'000'000'000}));
    app.add_option("--rooms", with.rooms, "in how many rooms")->check(CLI::Range(1, 1'000'000));
    app.add_option("--text", with.text_bytes, "bytes of each text")->check(CLI::Range(10, 4096));
    CLI11_PARSE(app, argc, argv);
    make(with);
    return 0;
}
