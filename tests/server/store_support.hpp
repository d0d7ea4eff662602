// tests/server/store_support.hpp: what tests of a store that blocks need: a real loop, a folder, a way to append.
// Thread: the test's; the store's own threads work beside it.
// Owner: the test.
#pragma once

#include "core/asio_loop.hpp"
#include "server/store/sqlite_keeper.hpp"

#include <doctest/doctest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace tertulia::test {

/// A test loop's face on a real loop, for what threads are needed for. UTC stands until a test moves it; deadlines
/// are by the machine's own clock.
class real_loop {
    struct standing_wall final : core::clock {
        [[nodiscard]] core::time_point now() const noexcept override { return machine.now(); }
        [[nodiscard]] core::wall_time wall() const noexcept override { return at; }
        core::system_clock machine;
        core::wall_time at{std::chrono::seconds{1'790'000'000}};
    };

public:
    [[nodiscard]] core::scheduler& on() noexcept { return loop_; }
    [[nodiscard]] core::context& ctx() noexcept { return ctx_; }
    [[nodiscard]] std::mt19937_64& random() noexcept { return random_; }
    void advance(std::chrono::milliseconds by) noexcept { time_.at += by; }

    template <class T>
    T run(core::task<T> work) {
        std::optional<T> got;
        const auto ended = loop_.run([](core::task<T> w, std::optional<T>& to) -> core::task<> {
            auto value = co_await std::move(w);
            to.emplace(std::move(value));
        }(std::move(work), got));
        REQUIRE(ended);
        return std::move(*got);
    }

private:
    standing_wall time_;
    core::asio_loop loop_{time_};
    core::context ctx_{loop_};
    std::mt19937_64 random_{std::random_device{}()};
};

/// A folder that is gone with the test.
class temporary_folder {
public:
    temporary_folder() {
        std::string name = std::filesystem::temp_directory_path() / "tertulia-XXXXXX";
        REQUIRE(::mkdtemp(name.data()) != nullptr);
        path_ = name;
    }
    temporary_folder(const temporary_folder&) = delete;
    temporary_folder& operator=(const temporary_folder&) = delete;
    ~temporary_folder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    [[nodiscard]] std::string operator/(const char* name) const { return path_ / name; }
    void write(const char* name, std::string_view bytes) const { std::ofstream{path_ / name} << bytes; }

private:
    std::filesystem::path path_;
};

inline store::draft draft(std::string text, std::string key = {}, std::uint64_t identity = 7) {
    return {{identity, "ana", true}, protocol::message_body{std::move(text), {}}, std::move(key)};
}

inline std::vector<store::draft> one(store::draft d) {
    std::vector<store::draft> all;
    all.push_back(std::move(d));
    return all;
}

}  // namespace tertulia::test
