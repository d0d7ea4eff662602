// server/protocol/rfc3339.cpp: writes times digit by digit; std::format is not there in g++ 12.
// Thread: any; no state.
// Owner: nobody.
#include "server/protocol/rfc3339.hpp"

#include <chrono>
#include <cstdint>

namespace tertulia::protocol {

namespace {

void append(std::string& out, std::int64_t value, std::size_t digits) {
    out.resize(out.size() + digits);
    for (auto at = out.rbegin(); digits > 0; --digits, ++at, value /= 10) *at = static_cast<char>('0' + value % 10);
}

}  // namespace

std::string rfc3339(wall_time at) {
    const auto day = std::chrono::floor<std::chrono::days>(at);
    const std::chrono::year_month_day date{day};
    const std::chrono::hh_mm_ss clock{at - day};

    std::string out;
    out.reserve(24);
    append(out, static_cast<int>(date.year()), 4);
    out += '-';
    append(out, static_cast<unsigned>(date.month()), 2);
    out += '-';
    append(out, static_cast<unsigned>(date.day()), 2);
    out += 'T';
    append(out, clock.hours().count(), 2);
    out += ':';
    append(out, clock.minutes().count(), 2);
    out += ':';
    append(out, clock.seconds().count(), 2);
    out += '.';
    append(out, clock.subseconds().count(), 3);
    out += 'Z';
    return out;
}

}  // namespace tertulia::protocol
