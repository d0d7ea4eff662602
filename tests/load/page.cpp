// tests/load/page.cpp: see page.hpp.
// Thread: any.
// Owner: main.
#include "tests/load/page.hpp"

#include "tests/load/figures.hpp"
#include "tests/load/rows.hpp"
#include "tests/load/text.hpp"

#include <array>
#include <cerrno>
#include <cstdint>
#include <ctime>
#include <fstream>
#include <system_error>

namespace tertulia::load {
namespace {

// Nothing but what stands in the page may be used by it, so it can't need a network.
constexpr std::string_view head = R"(<!DOCTYPE html>
<html lang="en" xmlns="http://www.w3.org/1999/xhtml">
<head>
<meta charset="utf-8"/>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"/>
<meta name="viewport" content="width=device-width, initial-scale=1"/>
<meta name="color-scheme" content="light dark"/>
<title>Load test</title>
<style>
:root { --back: #ffffff; --text: #1b1f24; --soft: #57606a; --line: #d8dee4; --shade: #eef3fa;
  --s0: #0b5fc1; --s1: #b34700; --s2: #7a3fb0; --well: #176e34; --wrong: #b3261e; }
@media (prefers-color-scheme: dark) {
  :root { --back: #14171c; --text: #e6e9ee; --soft: #a3adb9; --line: #333b45; --shade: #1d242d;
    --s0: #6cb1ff; --s1: #ff9d57; --s2: #cfa0ff; --well: #5fd184; --wrong: #ff8a80; }
}
body { margin: 0 auto; padding: 1rem; max-width: 76rem; background: var(--back); color: var(--text);
  font: 1rem/1.5 system-ui, sans-serif; }
h1 { margin: 0; font-size: 1.5rem; }
h2 { margin: 0 0 .5rem; font-size: 1.1rem; }
.well h1 { color: var(--well); }
.wrong h1 { color: var(--wrong); }
.soft, figcaption { color: var(--soft); }
.plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 30rem), 1fr)); gap: 1.5rem; margin: 1.5rem 0; }
.key { display: grid; grid-template-columns: repeat(auto-fit, minmax(7.5rem, 1fr)); gap: .75rem; margin: 1rem 0; }
.key div { border: 1px solid var(--line); border-radius: .5rem; padding: .5rem .75rem; }
.key dt { color: var(--soft); font-size: .875rem; }
.key dd { margin: 0; font-size: 1.25rem; font-variant-numeric: tabular-nums; }
figure { margin: 0; }
svg { display: block; width: 100%; height: auto; font: 12px system-ui, sans-serif; }
svg text { fill: var(--soft); stroke: var(--back); stroke-width: 3px; paint-order: stroke; }
.grid { stroke: var(--line); }
.frame { stroke: var(--soft); }
.shaded { fill: var(--shade); }
.rule { stroke: var(--text); stroke-dasharray: 3 3; }
.line { fill: none; stroke-width: 2; stroke-linejoin: round; }
.line.s0 { stroke: var(--s0); } .line.s1 { stroke: var(--s1); stroke-dasharray: 8 3; } .line.s2 { stroke: var(--s2); stroke-dasharray: 2 3; }
.bar { fill: var(--s0); }
.dot { fill: transparent; }
.dot.s0:hover { fill: var(--s0); } .dot.s1:hover { fill: var(--s1); } .dot.s2:hover { fill: var(--s2); }
.name { display: inline-block; margin-right: 1rem; }
.name svg { display: inline-block; width: 2rem; height: .75rem; vertical-align: middle; margin-right: .35rem; }
table { border-collapse: collapse; width: 100%; }
th, td { padding: .2rem .75rem .2rem 0; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); }
th { font-weight: normal; color: var(--soft); white-space: nowrap; }
td { font-variant-numeric: tabular-nums; overflow-wrap: anywhere; white-space: pre-wrap; }
</style>
</head>
)";

std::string element(std::string_view name, std::string_view text) {
    return "<" + std::string(name) + ">" + escaped(text) + "</" + std::string(name) + ">";
}

std::string key_figures(const outcome& found) {
    std::string out = "<dl class=\"key\">\n";
    const auto add = [&](std::string_view what, const std::string& value) {
        out += "<div>" + element("dt", what) + element("dd", value) + "</div>\n";
    };
    const auto& h = found.latency;
    add(found.flags.what() == mode::churn ? "connects" : "connected", with_commas(found.connected));
    if (h.count() > 0) {
        add("deliveries / s", with_commas(static_cast<std::uint64_t>(rate_of(found))));
        add("p50", milliseconds(h.percentile(50)) + " ms");
        add("p95", milliseconds(h.percentile(95)) + " ms");
        add("p99", milliseconds(h.percentile(99)) + " ms");
        add("lost", with_commas(found.judged.lost));
    }
    add("errors", with_commas(found.errors()));
    if (found.server && found.measured_s > 0)
        add("server CPU", fixed(100 * found.server->measured_cpu_s / found.measured_s, 1) + " %");
    return out + "</dl>\n";
}

// The names of a plot's lines, each beside a piece of its line.
std::string names_of(const plot& p) {
    if (p.lines.size() < 2) return {};
    std::string out = "<figcaption>\n";
    for (std::size_t i = 0; i < p.lines.size(); ++i)
        out += R"(<span class="name"><svg viewBox="0 0 32 12" aria-hidden="true"><path class="line s)" +
               std::to_string(i) + R"(" d="M0 6L32 6"/></svg>)" + escaped(p.lines[i].name) + "</span>\n";
    return out + "</figcaption>\n";
}

std::string table(std::string_view heading, const rows& all) {
    std::string out = "<section>\n" + element("h2", heading) + "\n<table>\n<tbody>\n";
    for (const auto& [what, value] : all)
        out += "<tr><th scope=\"row\">" + escaped(what) + "</th>" + element("td", value) + "</tr>\n";
    return out + "</tbody>\n</table>\n</section>\n";
}

std::string now_for_a_person() {
    const auto now = std::time(nullptr);
    std::tm utc{};
    gmtime_r(&now, &utc);
    std::array<char, 32> text{};
    std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M:%S UTC", &utc);
    return text.data();
}

}  // namespace

std::string page_of(const outcome& found, std::string_view made_at) {
    std::string out(head);
    out += found.passed() ? "<body class=\"well\">\n" : "<body class=\"wrong\">\n";
    out += "<header>\n" + element("h1", "Load test: " + verdict_of(found)) + "\n";
    out += "<p class=\"soft\">" + escaped(made_at) + "</p>\n";
    if (const auto why = found.own_limit(); !why.empty())
        out += element("p", "The load test may have been slower than the server: " + why + ".") + "\n";
    if (found.interrupted) out += element("p", "It was interrupted.") + "\n";
    out += "</header>\n<main>\n" + key_figures(found) + "<div class=\"plots\">\n";
    for (const auto& f : figures_of(found))
        out += "<section>\n" + element("h2", f.heading) + "\n<figure>\n" + svg_of(f.what) + names_of(f.what) +
               "</figure>\n</section>\n";
    out += "</div>\n<div class=\"plots\">\n" + table("What was found", findings_of(found)) +
           table("Settings", settings_of(found.flags)) + "</div>\n</main>\n</body>\n</html>\n";
    return out;
}

core::result<void, std::string> write_page(const std::string& file, const outcome& found) {
    std::ofstream out(file, std::ios::binary);
    out << page_of(found, now_for_a_person()) << std::flush;
    if (!out) return core::fail_with(file + ": " + std::system_category().message(errno));
    return {};
}

}  // namespace tertulia::load
