// tests/load/plot_test.cpp: a plot shows each mark where its axes say, and text as text.
// Thread: one.
// Owner: load_tests.
#include "tests/load/plot.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <string>
#include <string_view>

using namespace tertulia::load;

namespace {

std::size_t count(std::string_view text, std::string_view part) {
    std::size_t n = 0;
    for (auto at = text.find(part); at != text.npos; at = text.find(part, at + 1)) ++n;
    return n;
}

plot empty() {
    return {.label = "nothing", .x = linear_axis("s", 100), .y = linear_axis("ms", 10)};
}

}  // namespace

TEST_CASE("a plot has its axes' ticks and titles, and a label for who doesn't see it") {
    const auto svg = svg_of(empty());
    CHECK(svg.find("<svg viewBox=\"0 0 560 260\" role=\"img\" aria-label=\"nothing\"") == 0);
    CHECK(count(svg, "class=\"grid\"") == 6);
    CHECK(svg.find(">100</text>") != svg.npos);
    CHECK(svg.find(">ms</text>") != svg.npos);
    CHECK(svg.ends_with("</svg>\n"));
}

TEST_CASE("a line goes from corner to corner where its values do, and says what its points are") {
    auto p = empty();
    p.lines.push_back({"p99", {{.x = 0, .y = 0, .says = "none"}, {.x = 100, .y = 10, .says = "all"}}});
    const auto svg = svg_of(p);
    CHECK(svg.find("<path class=\"line s0\" d=\"M56.0 212.0L544.0 16.0\"/>") != svg.npos);
    CHECK(svg.find("<title>all</title>") != svg.npos);

    SUBCASE("with a gap where there is nothing") {
        p.lines[0].marks.insert(p.lines[0].marks.begin() + 1, {.x = 50, .y = std::nan("")});
        const auto gap = svg_of(p);
        CHECK(gap.find("d=\"M56.0 212.0M544.0 16.0\"") != gap.npos);
        CHECK(count(gap, "<circle") == 2);
    }
}

TEST_CASE("bars stand on the axis from edge to edge") {
    auto p = empty();
    p.bars.push_back({.x = 0, .y = 5, .says = "half", .x_to = 50});
    CHECK(svg_of(p).find("<rect class=\"bar s0\" x=\"56.0\" y=\"114.0\" width=\"243.0\" height=\"98.0\"><title>half") !=
          std::string::npos);
}

TEST_CASE("what is shaded and what is ruled is seen") {
    auto p = empty();
    CHECK(count(svg_of(p), "shaded") == 0);
    p.shaded = {20, 40};
    p.rules.push_back({50, "p50"});
    const auto svg = svg_of(p);
    CHECK(count(svg, "class=\"shaded\"") == 1);
    CHECK(count(svg, "class=\"rule\"") == 1);
    CHECK(svg.find(">p50</text>") != svg.npos);
}

TEST_CASE("text is text") {
    CHECK(escaped("a<b & \"c\">") == "a&lt;b &amp; &quot;c&quot;&gt;");
    auto p = empty();
    p.label = "\"><script>";
    CHECK(count(svg_of(p), "<script>") == 0);
}
