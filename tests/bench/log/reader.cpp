// tests/bench/log/reader.cpp: how long a join and a page of history take, one after the other.
// Thread: one.
// Owner: the process.
#include "tests/bench/peer.hpp"
#include "tests/load/clock.hpp"
#include "tests/load/histogram.hpp"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <cstdint>
#include <cstdio>
#include <random>
#include <string>
#include <string_view>

namespace {

using namespace tertulia::load;
using namespace tertulia::bench;

struct settings {
    std::string url = "ws://127.0.0.1:8080";
    std::uint32_t rooms = 100;
    std::uint32_t times = 200;
};

/// The rooms that tertulia-fill made, in any order.
class reader {
public:
    explicit reader(const settings& with)
        : with_(with), to_(dial(server_at(with.url), "?name=reader" + std::to_string(std::random_device{}()))) {
        to_.read([](std::string_view) {});  // welcome
    }

    /// From the command until the last of the messages that follow is here; then it leaves again.
    void join() {
        const std::string room = "room-" + std::to_string(random_() % with_.rooms);
        const auto begun = now_ns();
        to_.say(R"({"type":"join","room":")" + room + R"("})");
        std::uint64_t newest = 0;
        for (bool here = false; !here;) {
            to_.read([&](std::string_view text) {
                const auto said = nlohmann::json::parse(text);
                if (said["type"] == "joined") newest = said["seq"];
                here |= newest > 0 && said["type"] == "message" && said["seq"] == newest;
            });
        }
        joins_.record(now_ns() - begun);
        ask(R"({"type":"leave","id":"l","room":")" + room + R"("})", "ok");
    }

    /// Of the room that is half of all.
    void read_pages() {
        const auto joined = ask(R"({"type":"join","history":0,"room":"room-0"})", "joined");
        const std::uint64_t newest = joined["seq"];
        for (std::uint32_t n = 0; n < with_.times; ++n) {
            const std::string before = std::to_string(60 + random_() % (newest - 60));
            const auto begun = now_ns();
            const auto page = ask(R"({"type":"history","room":"room-0","before":)" + before + "}", "history");
            pages_.record(now_ns() - begun);
            if (page["events"].size() != 50) give_up("a page that is not whole: " + page.dump());
        }
    }

    [[nodiscard]] const histogram& joins() const noexcept { return joins_; }
    [[nodiscard]] const histogram& pages() const noexcept { return pages_; }

private:
    nlohmann::json ask(const std::string& command, std::string_view answer) {
        to_.say(command);
        nlohmann::json got;
        while (got.is_null()) {
            to_.read([&](std::string_view text) {
                auto said = nlohmann::json::parse(text);
                if (said["type"] == answer) got = std::move(said);
            });
        }
        return got;
    }

    const settings& with_;
    peer to_;
    std::mt19937_64 random_{20261124};
    histogram joins_;
    histogram pages_;
};

nlohmann::ordered_json percentiles_us(const histogram& h) {
    return {{"p50", static_cast<double>(h.percentile(50)) / 1000},
            {"p99", static_cast<double>(h.percentile(99)) / 1000}};
}

}  // namespace

int main(int argc, char** argv) {
    settings with;
    CLI::App app{
        "Joins rooms of tertulia-fill and reads pages of them; one JSON object on stdout says how long it took."};
    app.option_defaults()->always_capture_default();
    app.add_option("--url", with.url, "the server, ws://host:port");
    app.add_option("--rooms", with.rooms, "rooms that there are")->check(CLI::Range(1, 1'000'000));
    app.add_option("--times", with.times, "how often each")->check(CLI::Range(1, 1'000'000));
    CLI11_PARSE(app, argc, argv);
    reader one{with};
    for (std::uint32_t n = 0; n < with.times; ++n) one.join();
    one.read_pages();
    const nlohmann::ordered_json found = {{"join_us", percentiles_us(one.joins())},
                                          {"page_us", percentiles_us(one.pages())}};
    std::puts(found.dump().c_str());
    return 0;
}
