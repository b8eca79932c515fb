#include "automata/render/diagram.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>
#include <utility>

#include "automata/render/edge_label.hpp"
#include "automata/render/text.hpp"

namespace statewright::automata::render {
namespace {

constexpr std::size_t kNone = std::numeric_limits<std::size_t>::max();
constexpr std::size_t kNameColumns = 72, kNameLineColumns = 24, kOutputColumns = 24;
constexpr double kNameSize = 13, kOutputSize = 10;  // points
constexpr double kWidestInCircle = 36, kSmallestCircle = 34;

// Okabe and Ito's palette for every kind of colour vision, without its yellow and with its light
// tones darkened so that letters in them can be read on white. The label always says the same.
constexpr const char* kPalette[] = {"#0072B2", "#C44E00", "#00795A", "#A8437F",
                                    "#8A6100", "#555555", "#3B93CC"};
constexpr std::size_t kEdgesWorthColour = 16;
constexpr std::size_t kMostDashed = 3;  // up to so many colours, every second one is dashed too

constexpr std::size_t kPairsWorthJoining = 4, kStatesWorthJoining = 6;
constexpr std::size_t kSmallestRing = 5, kLargestDenseRing = 10;
constexpr std::size_t kLongestChordLabel = 7;  // columns

bool is_sink(const Dfa& dfa, State q) {
  if (q == dfa.start || dfa.output[q] != kReject) return false;
  for (Letter a = 0; a < dfa.letters.size(); ++a) {
    if (dfa.step(q, a) != q) return false;
  }
  return true;
}

// Breadth-first from the start, then what is not reachable; sinks left out if asked for.
std::vector<State> states_to_draw(const Dfa& dfa, bool drop_sink) {
  const bool drops = drop_sink && is_acceptor(dfa) && dfa.letters.size() > 0;
  std::vector<bool> seen(dfa.size(), false);
  std::vector<State> order;
  const auto add = [&](State q) {
    if (seen[q]) return;
    seen[q] = true;
    if (!(drops && is_sink(dfa, q))) order.push_back(q);
  };
  std::size_t done = 0;
  const auto explore = [&] {
    for (; done < order.size(); ++done) {
      for (Letter a = 0; a < dfa.letters.size(); ++a) add(dfa.step(order[done], a));
    }
  };
  add(dfa.start);
  explore();
  for (State q = 0; q < dfa.size(); ++q) {
    add(q);
    explore();
  }
  return order;
}

Node make_node(const Dfa& dfa, State q, bool output_is_name) {
  Node node;
  node.state = q;
  const std::string output = printable(dfa.labels[dfa.output[q]]);
  std::string name = output_is_name ? output : printable(dfa.state_name(q));
  if (name.empty()) name = "\"\"";
  node.lines = wrapped(clipped(name, kNameColumns), kNameLineColumns);
  if (is_acceptor(dfa)) {
    node.doubled = dfa.output[q] == kAccept;
  } else if (!output_is_name) {
    node.output = output.empty() ? "\"\"" : clipped(output, kOutputColumns);
  }
  return node;
}

// One shape and one size for all, so that a picture looks calm.
void choose_shape(Diagram& diagram) {
  double widest = 0;
  std::size_t most_lines = 1;
  bool outputs = false;
  for (const Node& node : diagram.nodes) {
    for (const std::string& line : node.lines) {
      widest = std::max(widest, width_in_points(line, kNameSize));
    }
    widest = std::max(widest, width_in_points(node.output, kOutputSize));
    most_lines = std::max(most_lines, node.lines.size());
    outputs = outputs || !node.output.empty();
  }
  diagram.boxes = widest > kWidestInCircle || most_lines > 1;
  if (diagram.boxes) {
    diagram.width = std::ceil(widest + 18);
    diagram.height = 16.0 * static_cast<double>(most_lines) + (outputs ? 13 : 0) + 12;
  } else {
    const double across = outputs ? std::hypot(widest, 22) + 10 : widest + 12;
    diagram.width = diagram.height = std::max(kSmallestCircle, std::ceil(across));
  }
}

std::vector<Edge> merged_edges(const Dfa& dfa, const std::vector<std::size_t>& place,
                               const std::vector<Node>& nodes) {
  std::map<std::pair<std::size_t, std::size_t>, std::vector<Letter>> letters;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    for (Letter a = 0; a < dfa.letters.size(); ++a) {
      const std::size_t to = place[dfa.step(nodes[i].state, a)];
      if (to != kNone) letters[{i, to}].push_back(a);
    }
  }
  // Where many edges lead back by the same letters, as those of involutions do, one line for both.
  const auto pairs_up = [&](const auto& entry) {
    const auto [from, to] = entry.first;
    if (from == to) return false;
    const auto back = letters.find({to, from});
    return back != letters.end() && back->second == entry.second;
  };
  const auto halves =
      static_cast<std::size_t>(std::count_if(letters.begin(), letters.end(), pairs_up));
  const bool pairing = halves >= 2 * kPairsWorthJoining && nodes.size() >= kStatesWorthJoining;

  std::vector<Edge> edges;
  std::vector<bool> found(nodes.size(), false);
  found[0] = true;
  for (const auto& entry : letters) {
    const auto [from, to] = entry.first;
    const bool both = pairing && pairs_up(entry);
    if (both && from > to) continue;
    Edge edge;
    edge.from = from;
    edge.to = to;
    edge.letters = entry.second;
    edge.label = edge_label(dfa.letters, entry.second);
    edge.both_ways = both;
    edge.discovers = !pairing && !found[to];
    found[to] = true;
    edges.push_back(std::move(edge));
  }
  return edges;
}

// A colour for each letter, if there are enough edges to tell apart, few enough letters to do it
// by colour, and most edges read just one letter.
void colour_edges(Diagram& diagram) {
  std::size_t proper = 0, single = 0;
  std::map<Letter, std::size_t> rank;
  for (const Edge& edge : diagram.edges) {
    if (edge.from == edge.to) continue;
    ++proper;
    if (edge.letters.size() > 1) continue;
    ++single;
    rank.emplace(edge.letters.front(), 0);
  }
  if (proper < kEdgesWorthColour || 4 * single < 3 * proper || rank.size() < 2 ||
      rank.size() > std::size(kPalette)) {
    return;
  }
  std::size_t next = 0;
  for (auto& [letter, place] : rank) place = next++;
  for (Edge& edge : diagram.edges) {
    const auto found = rank.find(edge.letters.front());
    if (edge.letters.size() > 1 || found == rank.end()) continue;
    edge.colour = kPalette[found->second];
    edge.dashed = rank.size() <= kMostDashed && found->second % 2 == 1;
  }
}

}  // namespace

bool outputs_name_states(const Dfa& dfa) {
  if (is_acceptor(dfa) || dfa.size() < 2) return false;
  const std::set<Output> distinct(dfa.output.begin(), dfa.output.end());
  return distinct.size() == dfa.size();
}

Diagram make_diagram(const Dfa& dfa, bool drop_sink) {
  Diagram diagram;
  const std::vector<State> states = states_to_draw(dfa, drop_sink);
  diagram.sink_dropped = states.size() < dfa.size();
  const bool output_is_name = outputs_name_states(dfa);
  std::vector<std::size_t> place(dfa.size(), kNone);
  for (const State q : states) {
    place[q] = diagram.nodes.size();
    diagram.nodes.push_back(make_node(dfa, q, output_is_name));
  }
  choose_shape(diagram);
  diagram.edges = merged_edges(dfa, place, diagram.nodes);
  colour_edges(diagram);
  return diagram;
}

namespace {

bool every_letter_permutes(const Dfa& dfa) {
  for (Letter a = 0; a < dfa.letters.size(); ++a) {
    std::vector<bool> reached(dfa.size(), false);
    for (State q = 0; q < dfa.size(); ++q) reached[dfa.step(q, a)] = true;
    if (std::count(reached.begin(), reached.end(), false) > 0) return false;
  }
  return true;
}

}  // namespace

std::vector<std::size_t> ring_order(const Dfa& dfa, const Diagram& diagram) {
  const std::size_t n = diagram.nodes.size();
  // Four states in a square: Graphviz bends the two-way edges of Klein's group badly in ranks.
  const bool square = n == 4 && n == dfa.size() && every_letter_permutes(dfa);
  if (n < kSmallestRing && !square) return {};
  std::vector<std::size_t> place(dfa.size(), kNone);
  for (std::size_t i = 0; i < n; ++i) place[diagram.nodes[i].state] = i;
  const auto step = [&](std::size_t i, Letter a) {
    return place[dfa.step(diagram.nodes[i].state, a)];
  };

  // Of several such letters, the one that keeps to the numbers of the states: + before -.
  std::vector<std::size_t> best;
  const auto states_of = [&](const std::vector<std::size_t>& order) {
    std::vector<State> states;
    for (const std::size_t i : order) states.push_back(diagram.nodes[i].state);
    return states;
  };
  for (Letter a = 0; a < dfa.letters.size(); ++a) {
    std::vector<std::size_t> order = {0};
    std::vector<bool> seen(n, false);
    seen[0] = true;
    for (std::size_t i = step(0, a); i != kNone && !seen[i]; i = step(i, a)) {
      seen[i] = true;
      order.push_back(i);
    }
    if (order.size() < n || step(order.back(), a) != 0) continue;
    if (best.empty() || states_of(order) < states_of(best)) best = order;
  }
  const bool labels_fit =
      std::all_of(diagram.edges.begin(), diagram.edges.end(), [](const Edge& edge) {
        return edge.from == edge.to ||
               (edge.label.size() == 1 && columns(edge.label.front()) <= kLongestChordLabel);
      });
  if (square && !best.empty()) return {};  // one cycle of four looks well in ranks
  if (!best.empty()) {
    const auto chords = static_cast<std::size_t>(
        std::count_if(diagram.edges.begin(), diagram.edges.end(),
                      [](const Edge& edge) { return edge.from != edge.to; }));
    if (labels_fit || chords <= 2 * n) return best;
  }
  if (!labels_fit) return {};

  std::set<std::pair<std::size_t, std::size_t>> joined;
  for (const Edge& edge : diagram.edges) {
    if (edge.from != edge.to) joined.insert(std::minmax(edge.from, edge.to));
  }
  // At least three fifths of the pairs.
  if (n > kLargestDenseRing || 10 * joined.size() < 3 * n * (n - 1)) return {};
  std::vector<bool> seen(n, false);
  std::vector<std::size_t> order = {0};
  seen[0] = true;
  while (order.size() < n) {  // follow the first letter that leads somewhere new
    std::size_t next = kNone;
    for (Letter a = 0; a < dfa.letters.size() && next == kNone; ++a) {
      const std::size_t to = step(order.back(), a);
      if (to != kNone && !seen[to]) next = to;
    }
    for (std::size_t i = 0; i < n && next == kNone; ++i) {
      if (!seen[i]) next = i;
    }
    seen[next] = true;
    order.push_back(next);
  }
  return order;
}

bool too_dense(const Diagram& diagram) {
  // Measured on random automata: beyond these a picture is a tangle and `dot` needs many seconds.
  const std::size_t n = diagram.nodes.size();
  const std::size_t readable = std::max<std::size_t>(
      60, std::min<std::size_t>(4 * n, std::max<std::size_t>(150, 5 * n / 2)));
  const auto proper = static_cast<std::size_t>(
      std::count_if(diagram.edges.begin(), diagram.edges.end(),
                    [](const Edge& edge) { return edge.from != edge.to; }));
  return proper > readable;
}

}  // namespace statewright::automata::render
