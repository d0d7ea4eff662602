// tests/load/plot.hpp: a plot as SVG for a page: lines or bars over two axes, coloured by the page's style.
// Thread: any; a plain function.
// Owner: whoever holds the result.
#pragma once

#include "tests/load/scale.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tertulia::load {

/// A point of a line, or a bar from `x` to `x_to`.
struct mark {
    double x = 0;
    double y = 0;        ///< NaN: nothing here, a line has a gap
    std::string says{};  ///< shown when it is pointed at
    double x_to = 0;
};

struct series {
    std::string name{};
    std::vector<mark> marks{};
};

struct plot {
    std::string label{};  ///< what is to be seen, for who doesn't see it
    axis x{};
    axis y{};
    std::vector<series> lines{};
    std::vector<mark> bars{};
    std::vector<tick> rules{};               ///< upright lines with a name
    std::pair<double, double> shaded{0, 0};  ///< part of the x axis that stands out; empty: none
};

/// An `svg` element, well-formed as XML too. Its classes: `frame`, `grid`, `tick`, `title`, `shaded`, `rule`, `bar`,
/// and `line`, `dot` with `s0`, `s1` … for the series.
[[nodiscard]] std::string svg_of(const plot& p);

/// `text` for the inside of an element or of a quoted attribute, of HTML and of XML.
[[nodiscard]] std::string escaped(std::string_view text);

}  // namespace tertulia::load
