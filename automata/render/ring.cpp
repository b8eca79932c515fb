// States on a circle, drawn by hand.
//
// Ranks are the wrong picture for a cycle: Graphviz's `dot` stretches mod:12 into a line with one
// long edge back, its `circo` and `neato` put labels onto the lines they name and every loop on
// the same side (and the spline router behind `neato` 2.42 overruns its heap on some graphs of 60
// states). So positions are computed here and handed over through `layout=nop2`, which draws what
// it is given; Graphviz keeps the fonts and the file formats.
//
// The start stands at nine o'clock and the order runs clockwise. Neighbours are joined by arcs of
// the circle itself, the way back by flatter arcs inside; other edges are chords, straight or, if
// an edge leads back, both bent to their left. Loops point outwards. All curves start at the
// centres of nodes and are then cut at their outlines. Labels are placed one after the other,
// each at the first of a few candidate points along its curve that covers least: other labels and
// nodes count most, then curves.

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>
#include <set>
#include <utility>

#include "automata/render/diagram.hpp"
#include "automata/render/text.hpp"

namespace statewright::automata::render {
namespace {

constexpr double kPi = std::numbers::pi;
constexpr double kArrow = 7;      // points, arrowsize 0.7
constexpr double kPeriphery = 4;  // Graphviz's distance of the outer line of a doubled node
constexpr double kLabelSize = 11, kLabelLine = 13.5;

struct Point {
  double x = 0, y = 0;
};
Point operator+(Point a, Point b) { return {a.x + b.x, a.y + b.y}; }
Point operator-(Point a, Point b) { return {a.x - b.x, a.y - b.y}; }
Point operator*(double k, Point a) { return {k * a.x, k * a.y}; }
double length(Point a) { return std::hypot(a.x, a.y); }
Point towards(double angle) { return {std::cos(angle), std::sin(angle)}; }

using Curve = std::array<Point, 4>;  // a cubic Bézier

Point at(const Curve& c, double t) {
  const double s = 1 - t;
  return s * s * s * c[0] + 3 * s * s * t * c[1] + 3 * s * t * t * c[2] + t * t * t * c[3];
}

Point normal_at(const Curve& c, double t) {  // to the left of the direction of travel
  const double s = 1 - t;
  const Point d = s * s * (c[1] - c[0]) + 2 * s * t * (c[2] - c[1]) + t * t * (c[3] - c[2]);
  const double size = length(d);
  return size > 0 ? Point{-d.y / size, d.x / size} : Point{0, 1};
}

// The part between two parameters, by blossoming.
Curve part(const Curve& c, double from, double to) {
  const auto blossom = [&](double u, double v, double w) {
    const auto mix = [](Point a, Point b, double t) { return (1 - t) * a + t * b; };
    const Point p = mix(c[0], c[1], u), q = mix(c[1], c[2], u), r = mix(c[2], c[3], u);
    return mix(mix(p, q, v), mix(q, r, v), w);
  };
  return {blossom(from, from, from), blossom(from, from, to), blossom(from, to, to),
          blossom(to, to, to)};
}

// The first parameter from one end at which `left_behind` holds, to a thousandth of a point or so.
template <class Test>
double first_after(const Curve& c, bool from_end, const Test& left_behind) {
  constexpr int kSteps = 128, kHalvings = 20;
  const auto point = [&](double t) { return at(c, from_end ? 1 - t : t); };
  double low = 0, high = 1;
  for (int i = 1; i <= kSteps; ++i) {
    high = static_cast<double>(i) / kSteps;
    if (left_behind(point(high))) break;
    low = high;
  }
  for (int i = 0; i < kHalvings; ++i) {
    const double middle = (low + high) / 2;
    (left_behind(point(middle)) ? high : low) = middle;
  }
  return from_end ? 1 - high : high;
}

struct Outline {  // of a node: an ellipse or a box around `centre`
  Point centre;
  double a = 0, b = 0;
  bool box = false;

  bool contains(Point p) const {
    const double x = (p.x - centre.x) / a, y = (p.y - centre.y) / b;
    return box ? std::abs(x) < 1 && std::abs(y) < 1 : x * x + y * y < 1;
  }
  double reach(double angle) const {  // distance of the outline from the centre
    const double c = std::abs(std::cos(angle)) / a, s = std::abs(std::sin(angle)) / b;
    return box ? 1 / std::max(c, s) : 1 / std::hypot(c, s);
  }
};

struct Box {
  Point centre;
  double a = 0, b = 0;
};

bool overlap(const Box& p, const Box& q) {
  return std::abs(p.centre.x - q.centre.x) < p.a + q.a &&
         std::abs(p.centre.y - q.centre.y) < p.b + q.b;
}
bool covers(const Box& box, Point p) {
  return std::abs(p.x - box.centre.x) < box.a && std::abs(p.y - box.centre.y) < box.b;
}

std::string spelled(Point p) { return decimal(p.x) + "," + decimal(p.y); }

struct Line {  // an edge on its way: the full curve, and what remains of it between the outlines
  Curve curve;
  std::string spline;  // Graphviz's spelling
};

Line cut(const Curve& whole, const Outline& from, const Outline& to, bool both_ways) {
  double begin = first_after(whole, false, [&](Point p) { return !from.contains(p); });
  double end = first_after(whole, true, [&](Point p) { return !to.contains(p); });
  const Curve visible = part(whole, begin, end);
  const Point tail = visible[0], tip = visible[3];
  // An arrow head covers the last points before the outline; the line stops behind it.
  const double shaft_end =
      first_after(visible, true, [&](Point p) { return length(p - tip) >= kArrow; });
  const double shaft_begin =
      both_ways ? first_after(visible, false, [&](Point p) { return length(p - tail) >= kArrow; })
                : 0;
  std::string spline = both_ways ? "s," + spelled(tail) + " " : "";
  spline += "e," + spelled(tip);
  for (const Point p : part(visible, shaft_begin, shaft_end)) spline += " " + spelled(p);
  return {visible, spline};
}

Box label_box(const Edge& edge) {
  double widest = 0;
  for (const std::string& line : edge.label) {
    widest = std::max(widest, width_in_points(line, kLabelSize));
  }
  return {{}, widest / 2 + 1, kLabelLine * static_cast<double>(edge.label.size()) / 2};
}

// How far the centre of a box must be from a line with this normal so as not to touch it.
double clearance(const Box& box, Point normal) {
  return 2 + std::abs(normal.x) * box.a + std::abs(normal.y) * box.b * 0.8;
}

struct Ring {
  Diagram& diagram;
  const std::vector<std::size_t>& order;
  std::size_t n = order.size();
  double radius = 0;
  std::size_t chords = 0;              // edges that are neither loops nor between neighbours
  std::vector<std::size_t> seat = {};  // node -> place on the circle
  std::vector<Outline> outlines = {};
  std::vector<Line> lines = {};  // one per edge
  std::vector<Box> taken = {};   // labels placed so far

  double angle(std::size_t node) const {
    return kPi - 2 * kPi * static_cast<double>(seat[node]) / static_cast<double>(n);
  }
  std::size_t steps(const Edge& edge) const { return (seat[edge.to] + n - seat[edge.from]) % n; }
  bool arc(const Edge& edge) const { return steps(edge) == 1 || steps(edge) == n - 1; }

  void seat_nodes() {
    seat.resize(n);
    for (std::size_t i = 0; i < n; ++i) seat[order[i]] = i;
    double label = 0, chord_label = 0;
    for (const Edge& edge : diagram.edges) {
      if (edge.from == edge.to) continue;
      if (arc(edge)) label = std::max(label, 2 * label_box(edge).a);
      if (!arc(edge)) {
        ++chords;
        chord_label = std::max(chord_label, 2 * label_box(edge).a);
      }
    }
    const double side = std::max(diagram.width, diagram.height) + std::max(34.0, 0.7 * label + 24);
    radius = side / (2 * std::sin(kPi / static_cast<double>(n)));
    if (chords > 0) {
      const auto crowd = static_cast<double>(std::min<std::size_t>(chords, 30));
      radius = std::max(radius, 80 + 4.5 * crowd + 0.5 * chord_label);
    }
    for (std::size_t i = 0; i < n; ++i) {
      Node& node = diagram.nodes[i];
      const double more = node.doubled ? kPeriphery : 0;
      const Point centre = radius * towards(angle(i));
      outlines.push_back(
          {centre, diagram.width / 2 + more, diagram.height / 2 + more, diagram.boxes});
      node.at = spelled(centre);
    }
  }

  // The start's loop and its arrow share the sector outside the circle.
  double loop_angle(std::size_t node) const { return angle(node) - (node == 0 ? kPi / 5 : 0); }

  Curve loop(std::size_t node) const {
    const Outline& outline = outlines[node];
    const double middle = loop_angle(node), half = kPi / 5.5;
    const double far = (outline.reach(middle) + 19) / (0.75 * std::cos(half));
    return {outline.centre, outline.centre + far * towards(middle + half),
            outline.centre + far * towards(middle - half), outline.centre};
  }

  Curve bent(Point from, Point to, double sagitta) const {  // to the left if positive
    const Point way = to - from;
    const double size = length(way);
    const Point left = {-way.y / size, way.x / size};
    const Point off = (sagitta * 4 / 3) * left;
    return {from, from + (1.0 / 3) * way + off, from + (2.0 / 3) * way + off, to};
  }

  Curve curve(const Edge& edge,
              const std::set<std::pair<std::size_t, std::size_t>>& present) const {
    if (edge.from == edge.to) return loop(edge.from);
    const Point from = outlines[edge.from].centre, to = outlines[edge.to].centre;
    const bool back = present.contains({edge.to, edge.from});
    const double side = length(to - from);
    if (arc(edge)) {
      const double outwards = radius * (1 - std::cos(kPi / static_cast<double>(n)));
      const bool clockwise = steps(edge) == 1;
      if (clockwise) return bent(from, to, std::max(outwards, 0.06 * side));
      return back ? bent(from, to, (chords > 0 ? 0.05 : 0.14) * side) : bent(from, to, -outwards);
    }
    return bent(from, to, back ? 0.05 * side : 0);
  }

  void draw_lines() {
    std::set<std::pair<std::size_t, std::size_t>> present;
    for (const Edge& edge : diagram.edges) present.insert({edge.from, edge.to});
    for (Edge& edge : diagram.edges) {
      lines.push_back(
          cut(curve(edge, present), outlines[edge.from], outlines[edge.to], edge.both_ways));
      edge.curve = lines.back().spline;
    }
    const Outline& start = outlines[0];
    const double way = kPi + kPi / 7;
    const Point from = start.centre + (start.reach(way) + 30) * towards(way);
    diagram.start_at = spelled(from);
    const Outline nothing = {from, 0.01, 0.01, false};
    diagram.start_curve = cut(bent(from, start.centre, 0), nothing, start, false).spline;
  }

  std::size_t cost(const Box& box, std::size_t own) const {
    std::size_t total = 0;
    for (const Box& other : taken) total += overlap(box, other) ? 200U : 0U;
    for (const Outline& node : outlines) {
      total += overlap(box, {node.centre, node.a, node.b}) ? 200U : 0U;
    }
    constexpr int kSamples = 48;
    for (std::size_t i = 0; i < lines.size(); ++i) {
      for (int k = 0; k <= kSamples; ++k) {
        if (covers(box, at(lines[i].curve, static_cast<double>(k) / kSamples))) {
          total += i == own ? 40 : 12;
          break;
        }
      }
    }
    return total;
  }

  void place_label(std::size_t index) {
    Edge& edge = diagram.edges[index];
    const Curve& c = lines[index].curve;
    Box best = label_box(edge);
    std::size_t least = std::numeric_limits<std::size_t>::max();
    const bool early = !arc(edge) && edge.from != edge.to && !edge.both_ways;
    static constexpr std::array<double, 9> kMiddle = {.5, .44, .56, .38, .62, .32, .68, .26, .74};
    static constexpr std::array<double, 9> kEarly = {.3, .34, .26, .38, .42, .22, .46, .5, .18};
    for (std::size_t k = 0; k < kMiddle.size(); ++k) {
      const double t = (early ? kEarly : kMiddle)[k];
      const Point normal = normal_at(c, t);
      for (const double side : {1.0, -1.0}) {
        Box box = best;
        box.centre = at(c, t) + (side * clearance(box, normal)) * normal;
        const std::size_t price = 2 * k + (side < 0 ? 5 : 0) + cost(box, index);
        if (price < least) {
          least = price;
          edge.label_at = spelled(box.centre);
          best.centre = box.centre;
        }
      }
    }
    taken.push_back(best);
  }

  void place_labels() {
    const auto pass = [&](const auto& wanted) {
      for (std::size_t i = 0; i < diagram.edges.size(); ++i) {
        if (wanted(diagram.edges[i])) place_label(i);
      }
    };
    pass([](const Edge& e) { return e.from == e.to; });
    pass([&](const Edge& e) { return e.from != e.to && arc(e); });
    pass([&](const Edge& e) { return e.from != e.to && !arc(e); });
  }
};

}  // namespace

void place_on_ring(Diagram& diagram, const std::vector<std::size_t>& order) {
  Ring ring{diagram, order};
  ring.seat_nodes();
  ring.draw_lines();
  ring.place_labels();
}

}  // namespace statewright::automata::render
