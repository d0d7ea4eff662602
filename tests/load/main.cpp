// tests/load/main.cpp: tertulia-load: flags in, a run, a report out; exit 0 well, 1 something wrong, 2 a bad flag.
// Thread: one.
// Owner: the process.
#include "tests/load/find.hpp"
#include "tests/load/interrupt.hpp"
#include "tests/load/options.hpp"
#include "tests/load/outcome.hpp"
#include "tests/load/page.hpp"
#include "tests/load/process.hpp"
#include "tests/load/progress.hpp"
#include "tests/load/report.hpp"
#include "tests/load/runs.hpp"
#include "tests/load/target.hpp"

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <string>

namespace {

using namespace tertulia::load;

constexpr std::uint64_t own_descriptors = 16;  // of a process, besides the connections
constexpr double most_rate = 100'000;          // as of --rate
constexpr std::uint64_t most_members = 1'000'000;

int refuse(const std::string& why) {
    std::fprintf(stderr, "tertulia-load: %s\n", why.c_str());
    return 2;
}

void print(const std::string& text) {
    std::fputs(text.c_str(), stdout);
}

// The page, where one is asked for; false: it could not be written.
bool save(const options& flags, const outcome& found) {
    if (flags.html.empty()) return true;
    const auto written = write_page(flags.html, found);
    if (!written) std::fprintf(stderr, "tertulia-load: --html %s\n", written.error().c_str());
    return written.has_value();
}

int find(const options& flags, const target& server, std::uint64_t most_connections) {
    const auto allowed = flags.find == find_what::rate
                             ? most_rate
                             : static_cast<double>(std::min(most_members, most_connections) / flags.rooms);
    const auto most = flags.find_most > 0 ? std::min(allowed, flags.find_most) : allowed;
    const auto found = find_most(
        flags, most,
        [&](const options& o) {
            progress shown(o.connections());
            return run_once(o, server, shown);
        },
        [&](const probe& p) { std::fputs(line_of(flags, p).c_str(), stderr); });
    print(flags.json ? json_of(flags, found) + "\n" : table_of(flags, found));
    return save(flags, found.best) && found.most > 0 && !found.interrupted ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
    auto flags = read_options(argc, argv);
    if (!flags && flags.error().exit_code == 0) {
        print(flags.error().text);
        return 0;
    }
    if (!flags) return refuse(flags.error().text);
    const auto server = resolve(flags->url);
    if (!server) return refuse(server.error());
    const auto most_connections = (raise_descriptor_limit() - own_descriptors) * flags->processes;
    if (flags->what() != mode::churn && flags->connections() > most_connections)
        return refuse(std::to_string(flags->connections()) + " connections need more than the " +
                      std::to_string(most_connections) +
                      " descriptors that are allowed (ulimit -Hn), or more --processes");
    if (flags->server_pid > 0 && !usage_of(flags->server_pid))
        return refuse("--server-pid " + std::to_string(flags->server_pid) + ": no process that may be looked at");
    if (const auto port = local_port(*server); port && flags->server_pid == 0)
        flags->server_pid = listener_of(*port).value_or(0);
    if (!flags->html.empty() && !std::ofstream(flags->html, std::ios::app))
        return refuse("--html " + flags->html + ": cannot be written");
    count_interrupts();
    if (flags->find != find_what::nothing) return find(*flags, *server, most_connections);
    const auto found = [&] {
        progress shown(flags->connections());
        return run_once(*flags, *server, shown);
    }();
    print(flags->json ? json_of(found) + "\n" : table_of(found));
    return save(*flags, found) && found.passed() ? 0 : 1;
}
