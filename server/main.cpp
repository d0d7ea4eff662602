// server/main.cpp: the program: reads its options and serves.
// Thread: main.
// Owner: the system.
#include "server/options.hpp"
#include "server/server.hpp"

#include <cstdio>

int main(int argc, char** argv) {
    const auto read = tertulia::read_options(argc, argv);
    if (const auto* leave = std::get_if<tertulia::leave_now>(&read)) {
        std::fputs(leave->text.c_str(), leave->exit_code == 0 ? stdout : stderr);
        return leave->exit_code;
    }
    return tertulia::serve(std::get<tertulia::options>(read));
}
