// tests/load/process.cpp: see process.hpp.
// Thread: any.
// Owner: whoever asks.
#include "tests/load/process.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

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

// proc_pid_net(5): the inodes of sockets that listen on `port`: fields `local_address` (hex), `st` and `inode` of a
// table.
void add_listeners(const char* table, std::uint16_t port, std::vector<std::string>& sockets) {
    constexpr std::string_view listens = "0A";
    std::ifstream file(table);
    std::string line;
    std::getline(file, line);
    while (std::getline(file, line)) {
        std::istringstream fields(line);
        std::string number, local, remote, state, queues, timer, retries, user, timeout, inode;
        if (!(fields >> number >> local >> remote >> state >> queues >> timer >> retries >> user >> timeout >> inode))
            continue;
        const auto colon = local.find(':');
        if (state != listens || colon == local.npos) continue;
        if (std::stoul(local.substr(colon + 1), nullptr, 16) == port) sockets.push_back("socket:[" + inode + "]");
    }
}

bool holds_one_of(const std::filesystem::path& process, const std::vector<std::string>& sockets) {
    std::error_code error;
    for (std::filesystem::directory_iterator fd(process / "fd", error), end; !error && fd != end; fd.increment(error)) {
        std::error_code gone;
        const auto target = std::filesystem::read_symlink(fd->path(), gone);
        if (!gone && std::find(sockets.begin(), sockets.end(), target.string()) != sockets.end()) return true;
    }
    return false;
}

}  // namespace

std::optional<pid_t> listener_of(std::uint16_t port) {
    std::vector<std::string> sockets;
    for (const auto* table : {"/proc/net/tcp", "/proc/net/tcp6"}) add_listeners(table, port, sockets);
    if (sockets.empty()) return std::nullopt;
    std::error_code error;
    for (std::filesystem::directory_iterator process("/proc", error), end; !error && process != end;
         process.increment(error)) {
        const auto name = process->path().filename().string();
        pid_t pid = 0;
        const auto [last, bad] = std::from_chars(name.data(), name.data() + name.size(), pid);
        if (bad != std::errc{} || last != name.data() + name.size()) continue;
        if (holds_one_of(process->path(), sockets)) return pid;
    }
    return std::nullopt;
}

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
