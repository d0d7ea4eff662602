// tests/load/main.cpp: tertulia-load: flags in, a run, a report out; exit 0 well, 1 something wrong, 2 a bad flag.
// Thread: one.
// Owner: the process.
#include "tests/load/interrupt.hpp"
#include "tests/load/options.hpp"
#include "tests/load/outcome.hpp"
#include "tests/load/process.hpp"
#include "tests/load/progress.hpp"
#include "tests/load/report.hpp"
#include "tests/load/runs.hpp"
#include "tests/load/target.hpp"

#include <cstdio>
#include <string>

namespace {

using namespace tertulia::load;

constexpr std::uint64_t own_descriptors = 16;  // besides the connections

int refuse(const std::string& why) {
    std::fprintf(stderr, "tertulia-load: %s\n", why.c_str());
    return 2;
}

outcome run(const options& flags, const target& server) {
    progress shown;
    switch (flags.what()) {
        case mode::idle: return run_idle(flags, server, shown);
        case mode::churn: return run_churn(flags, server, shown);
        case mode::load: break;
    }
    return run_load(flags, server, shown);
}

}  // namespace

int main(int argc, char** argv) {
    const auto flags = read_options(argc, argv);
    if (!flags && flags.error().exit_code == 0) {
        std::fputs(flags.error().text.c_str(), stdout);
        return 0;
    }
    if (!flags) return refuse(flags.error().text);
    const auto server = resolve(flags->url);
    if (!server) return refuse(server.error());
    if (const auto limit = raise_descriptor_limit();
        flags->what() != mode::churn && flags->connections() + own_descriptors > limit)
        return refuse(std::to_string(flags->connections()) + " connections need more than the " +
                      std::to_string(limit) + " descriptors that are allowed (ulimit -Hn)");
    if (flags->server_pid > 0 && !usage_of(flags->server_pid))
        return refuse("--server-pid " + std::to_string(flags->server_pid) + ": no process that may be looked at");
    count_interrupts();
    const outcome found = run(*flags, *server);
    std::fputs((flags->json ? json_of(found) + "\n" : table_of(found)).c_str(), stdout);
    return found.passed() ? 0 : 1;
}
