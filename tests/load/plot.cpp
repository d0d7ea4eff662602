// tests/load/plot.cpp: see plot.hpp.
// Thread: any.
// Owner: whoever holds the result.
#include "tests/load/plot.hpp"

#include "tests/load/text.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace tertulia::load {
namespace {

constexpr double width = 560;
constexpr double height = 260;
constexpr double left = 56;
constexpr double right = width - 16;
constexpr double top = 16;
constexpr double bottom = height - 48;
constexpr double rule_step = 14;        // each rule's name stands below the one before
constexpr std::size_t most_dots = 200;  // of a line; more can't be pointed at

std::string at(double value) {
    return fixed(value, 1);
}

std::string attribute(std::string_view name, double value) {
    return " " + std::string(name) + "=\"" + at(value) + "\"";
}

std::string line(std::string_view kind, double x1, double y1, double x2, double y2) {
    return "<line class=\"" + std::string(kind) + "\"" + attribute("x1", x1) + attribute("y1", y1) +
           attribute("x2", x2) + attribute("y2", y2) + "/>\n";
}

std::string words(std::string_view kind, double x, double y, std::string_view anchor, std::string_view text,
                  std::string_view more = {}) {
    return "<text class=\"" + std::string(kind) + "\"" + attribute("x", x) + attribute("y", y) + " text-anchor=\"" +
           std::string(anchor) + "\"" + std::string(more) + ">" + escaped(text) + "</text>\n";
}

std::string rectangle(std::string_view kind, double x1, double y1, double x2, double y2, std::string_view says) {
    std::string text = "<rect class=\"" + std::string(kind) + "\"" + attribute("x", x1) + attribute("y", y1) +
                       attribute("width", std::max(0.0, x2 - x1)) + attribute("height", std::max(0.0, y2 - y1));
    if (says.empty()) return text + "/>\n";
    return text + "><title>" + escaped(says) + "</title></rect>\n";
}

class drawing {
public:
    explicit drawing(const plot& p) : p_(p) {}

    std::string all() {
        out_ = "<svg viewBox=\"0 0 " + fixed(width, 0) + " " + fixed(height, 0) + R"(" role="img" aria-label=")" +
               escaped(p_.label) + R"(" xmlns="http://www.w3.org/2000/svg">)" + '\n';
        if (p_.shaded.first < p_.shaded.second)
            out_ += rectangle("shaded", x(p_.shaded.first), top, x(p_.shaded.second), bottom, {});
        add_axes();
        for (const auto& b : p_.bars) out_ += rectangle("bar s0", x(b.x), y(b.y), x(b.x_to) - 1, bottom, b.says);
        for (std::size_t i = 0; i < p_.lines.size(); ++i) add_line(p_.lines[i], " s" + std::to_string(i));
        for (std::size_t i = 0; i < p_.rules.size(); ++i) {
            const auto where = x(p_.rules[i].at);
            out_ += line("rule", where, top, where, bottom);
            const bool at_end = where > (left + right) / 2;
            out_ += words("tick", where + (at_end ? -4 : 4), top + rule_step * static_cast<double>(i + 1),
                          at_end ? "end" : "start", p_.rules[i].label);
        }
        return out_ + "</svg>\n";
    }

private:
    [[nodiscard]] double x(double value) const { return left + p_.x.share(value) * (right - left); }
    [[nodiscard]] double y(double value) const { return bottom - p_.y.share(value) * (bottom - top); }

    void add_axes() {
        for (const auto& t : p_.y.ticks) {
            out_ += line("grid", left, y(t.at), right, y(t.at));
            out_ += words("tick", left - 6, y(t.at) + 4, "end", t.label);
        }
        for (const auto& t : p_.x.ticks) {
            out_ += line("frame", x(t.at), bottom, x(t.at), bottom + 4);
            out_ += words("tick", x(t.at), bottom + 18, "middle", t.label);
        }
        out_ += line("frame", left, bottom, right, bottom);
        out_ += words("title", (left + right) / 2, height - 8, "middle", p_.x.title);
        out_ += words("title", 0, 0, "middle", p_.y.title,
                      " transform=\"translate(14 " + at((top + bottom) / 2) + ") rotate(-90)\"");
    }

    void add_line(const series& of, const std::string& number) {
        std::string path;
        bool down = false;
        for (const auto& m : of.marks) {
            if (!std::isnan(m.y)) path += (down ? "L" : "M") + at(x(m.x)) + " " + at(y(m.y));
            down = !std::isnan(m.y);
        }
        out_ += "<path class=\"line" + number + "\" d=\"" + path + "\"/>\n";
        if (of.marks.size() > most_dots) return;
        for (const auto& m : of.marks)
            if (!std::isnan(m.y))
                out_ += "<circle class=\"dot" + number + "\"" + attribute("cx", x(m.x)) + attribute("cy", y(m.y)) +
                        " r=\"5\"><title>" + escaped(m.says) + "</title></circle>\n";
    }

    const plot& p_;
    std::string out_;
};

}  // namespace

std::string svg_of(const plot& p) {
    return drawing(p).all();
}

std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        switch (c) {
            case '&': out += "&amp;"; break;
            case '<': out += "&lt;"; break;
            case '>': out += "&gt;"; break;
            case '"': out += "&quot;"; break;
            default: out += c;
        }
    }
    return out;
}

}  // namespace tertulia::load
