// server/main.cpp: the program: reads what it is asked to do, and does it.
// Thread: main.
// Owner: the system.
#include "core/overloaded.hpp"
#include "server/health.hpp"
#include "server/options.hpp"
#include "server/server.hpp"

#include <cstdio>

int main(int argc, char** argv) {
    using namespace tertulia;
    return std::visit(core::overloaded{[](const options& with) { return serve(with); },
                                       [](const health_check& what) { return check_health(what); },
                                       [](const backup_task& what) { return carry_out(what); },
                                       [](const restore_task& what) { return carry_out(what); },
                                       [](const check_task& what) { return carry_out(what); },
                                       [](const scrub_task& what) { return carry_out(what); },
                                       [](const leave_now& leave) {
                                           std::fputs(leave.text.c_str(), leave.exit_code == 0 ? stdout : stderr);
                                           return leave.exit_code;
                                       }},
                      read_command(argc, argv));
}
