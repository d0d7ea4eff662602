// tests/load/progress.cpp: see progress.hpp.
// Thread: one.
// Owner: main.
#include "tests/load/progress.hpp"

#include "tests/load/bars.hpp"
#include "tests/load/clock.hpp"
#include "tests/load/text.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace tertulia::load {
namespace {

constexpr std::int64_t refresh_ns = 200 * ns_per_ms;
constexpr std::size_t most_sparks = 30;
constexpr std::size_t usual_cells = 80;
constexpr std::size_t column = 11;  // where what is said of a name begins

std::string_view name_of(phase p) {
    switch (p) {
        case phase::joining: return "joining";
        case phase::warming_up: return "warming up";
        case phase::measuring: return "measuring";
        case phase::draining: return "draining";
    }
    return "";
}

std::string whole(double value) {
    return with_commas(static_cast<std::uint64_t>(std::llround(std::max(0.0, value))));
}

std::string ms(std::int64_t ns) {
    return fixed(static_cast<double>(ns) / 1e6, 1);
}

std::string percent(double share) {
    return fixed(share * 100, 0) + " %";
}

std::string connected(const moment& m, std::uint32_t members) {
    return with_commas(m.joined) + (members > 0 ? " of " + with_commas(members) : std::string()) + " connected";
}

std::string faults(const moment& m) {
    std::string text = with_commas(m.errors) + " errors";
    if (m.wrong > 0) text += ", " + with_commas(m.wrong) + " wrong";
    return text;
}

// As much of `line` as `cells` hold; every character of ours takes one.
std::string_view cut(std::string_view line, std::size_t cells) {
    std::size_t seen = 0;
    for (std::size_t i = 0; i < line.size(); ++i) {
        const bool begins = (static_cast<unsigned char>(line[i]) & 0xc0) != 0x80;
        if (begins && seen++ == cells) return line.substr(0, i);
    }
    return line;
}

std::size_t terminal_cells() {
    winsize size{};
    return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : usual_cells;
}

std::string sparks_of(std::span<const moment> past, auto value) {
    std::vector<double> values;
    for (const auto& m : past) values.push_back(static_cast<double>(value(m)));
    return sparks(values);
}

}  // namespace

std::string progress_line(const moment& m, std::uint32_t members) {
    std::string line = fixed(m.at_s, 0) + " s " + std::string(name_of(m.what)) + " | " + connected(m, members);
    if (m.sent > 0)
        line += " | " + whole(m.sent_per_s) + " posted, " + whole(m.deliveries_per_s) + " delivered a second";
    if (m.max_ns > 0) line += " | p50 " + ms(m.p50_ns) + ", p99 " + ms(m.p99_ns) + ", max " + ms(m.max_ns) + " ms";
    line += " | " + faults(m);
    if (m.server_cpu) line += " | server " + percent(*m.server_cpu) + " CPU, " + mebibytes(m.server_rss_bytes) + " MiB";
    return line;
}

std::string progress_block(std::span<const moment> past, std::uint32_t members, std::size_t cells) {
    if (past.empty()) return {};
    past = past.last(std::min(past.size(), most_sparks));
    const auto& m = past.back();
    std::string block;
    const auto add = [&](std::string_view name, const std::string& text) {
        std::string line(name);
        line.append(column - std::min(column - 1, line.size()), ' ').append(text);
        if (!block.empty()) block += '\n';
        block += cut(line, cells);
    };
    add(name_of(m.what), fixed(m.at_s, 0) + " s   " + connected(m, members) + "   " + faults(m));
    if (m.sent > 0) {
        add("posted", whole(m.sent_per_s) + " a second   " + with_commas(m.sent) + " in all, " +
                          with_commas(m.acknowledged) + " acknowledged");
        add("delivered", whole(m.deliveries_per_s) + " a second   " + with_commas(m.deliveries) + " in all   " +
                             sparks_of(past, [](const moment& p) { return p.deliveries_per_s; }));
        add("latency", "p50 " + ms(m.p50_ns) + "   p95 " + ms(m.p95_ns) + "   p99 " + ms(m.p99_ns) + "   max " +
                           ms(m.max_ns) + " ms   p99 " + sparks_of(past, [](const moment& p) { return p.p99_ns; }));
    }
    if (m.server_cpu)
        add("server", percent(*m.server_cpu) + " of a core, " + mebibytes(m.server_rss_bytes) + " MiB   this program " +
                          percent(m.own_cpu));
    return block;
}

progress::progress(std::uint32_t members)
    : members_(members),
      terminal_(isatty(STDERR_FILENO) == 1),
      next_ns_(now_ns() + (terminal_ ? refresh_ns : ns_per_s)) {}

progress::~progress() {
    if (terminal_ && drawn_lines_ > 0) std::fputs("\n", stderr);
}

void progress::show(std::int64_t now_ns, const moment& m) {
    if (!terminal_) return draw(now_ns, progress_line(m, members_));
    const auto second = [](const moment& p) { return static_cast<std::int64_t>(p.at_s); };
    if (!past_.empty() && second(past_.back()) == second(m)) past_.pop_back();
    if (past_.size() == most_sparks) past_.erase(past_.begin());
    past_.push_back(m);
    draw(now_ns, progress_block(past_, members_, terminal_cells()));
}

void progress::show(std::int64_t now_ns, const std::string& line) {
    draw(now_ns, terminal_ ? cut(line, terminal_cells()) : line);
}

// ECMA-48: up by lines, to the line's start, erase from there to the end of the screen.
void progress::draw(std::int64_t now_ns, std::string_view text) {
    next_ns_ = now_ns + (terminal_ ? refresh_ns : ns_per_s);
    std::string out;
    if (terminal_) {
        if (drawn_lines_ > 1) out += "\033[" + std::to_string(drawn_lines_ - 1) + "A";
        out += "\r\033[J";
    }
    out += text;
    if (!terminal_) out += '\n';
    std::fputs(out.c_str(), stderr);
    std::fflush(stderr);
    drawn_lines_ = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')) + 1;
}

}  // namespace tertulia::load
