// tests/load/process.cpp: see process.hpp.
// Thread: any.
// Owner: whoever asks.
#include "tests/load/process.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <system_error>

namespace tertulia::load {
namespace {

// proc(5): utime and stime are fields 14 and 15 of stat; field 2 may hold spaces and ends with the last bracket.
std::optional<double> cpu_s(const std::string& folder) {
    std::ifstream file(folder + "/stat");
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    const auto bracket = text.rfind(')');
    if (bracket == text.npos) return std::nullopt;
    std::istringstream fields(text.substr(bracket + 1));
    std::string skipped;
    for (int field = 3; field < 14; ++field) fields >> skipped;
    double user = 0;
    double system = 0;
    if (!(fields >> user >> system)) return std::nullopt;
    return (user + system) / static_cast<double>(sysconf(_SC_CLK_TCK));
}

// The sum over all mappings is exact; the counter in statm may lag by some pages for each thread.
std::optional<std::uint64_t> rss_bytes(const std::string& folder) {
    std::ifstream file(folder + "/smaps_rollup");
    std::string word;
    while (file >> word)
        if (word == "Rss:") {
            std::uint64_t kib = 0;
            if (file >> kib) return kib * 1024;
        }
    return std::nullopt;
}

}  // namespace

std::optional<process_usage> usage_of(pid_t pid) {
    const std::string folder = "/proc/" + std::to_string(pid);
    const auto cpu = cpu_s(folder);
    const auto rss = rss_bytes(folder);
    std::error_code error;
    const std::filesystem::directory_iterator descriptors(folder + "/fd", error);
    if (!cpu || !rss || error) return std::nullopt;
    return process_usage{*cpu, *rss, static_cast<std::uint64_t>(std::distance(begin(descriptors), end(descriptors)))};
}

double own_cpu_s() noexcept {
    rusage used{};
    getrusage(RUSAGE_SELF, &used);
    const auto seconds = [](const timeval& t) {
        return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
    };
    return seconds(used.ru_utime) + seconds(used.ru_stime);
}

std::uint64_t raise_descriptor_limit() noexcept {
    rlimit limit{};
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    getrlimit(RLIMIT_NOFILE, &limit);
    return limit.rlim_cur;
}

}  // namespace tertulia::load
