#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "automata/language/dfa.hpp"

// What is drawn, before it is written down: the states that remain, the edges after merging, and
// every decision about their looks. `ring.cpp` fills in positions where we place states ourselves;
// `dot.cpp` writes the result.
namespace statewright::automata::render {

struct Node {
  State state = 0;
  std::vector<std::string> lines;  ///< the name
  std::string output = {};         ///< of a Moore machine, under the name; empty if not shown
  bool doubled = false;
  const char* fill = nullptr;  ///< "#rrggbb", or null: not filled
  std::string at = {};         ///< "x,y" in points, or empty: Graphviz places it
};

struct Edge {
  std::size_t from = 0, to = 0;      ///< indices into Diagram::nodes
  std::vector<Letter> letters = {};  ///< ascending
  std::vector<std::string> label = {};
  bool both_ways = false;        ///< the same letters lead back
  bool discovers = false;        ///< should be short: a breadth-first search found `to` by it
  const char* colour = nullptr;  ///< "#rrggbb", or null: black
  bool dashed = false;
  std::string curve = {}, label_at = {};  ///< as Node::at
};

struct Diagram {
  std::vector<Node> nodes;       ///< breadth-first from the start, unreachable states last
  std::vector<Edge> edges;       ///< by (from, to); every pair at most once
  bool boxes = false;            ///< rounded boxes instead of circles, all alike
  double width = 0, height = 0;  ///< of a node, in points; for boxes only a ring keeps to it
  bool sink_dropped = false;
  std::string start_at = {}, start_curve = {};  ///< the start arrow's invisible point and its edge
};

/// Whether every state has an output of its own, which then serves as its name.
/// Cost: O(states log states).
bool outputs_name_states(const Dfa& dfa);

/// Nodes and edges of `dfa`, merged, labelled and coloured.
/// Cost: O(states letters log(states letters)).
Diagram make_diagram(const Dfa& dfa, bool drop_sink);

/// An order of the nodes, the start first, that looks well on a circle; empty if the automaton
/// should be drawn in ranks. A circle is for five states or more when some letter moves all of
/// them in one cycle, for five to ten states of which most pairs are joined, and for four that all
/// letters permute, but none in one cycle.
/// Cost: O(states letters).
std::vector<std::size_t> ring_order(const Dfa& dfa, const Diagram& diagram);

/// Positions for nodes, edges and labels with the nodes on a circle in that order.
/// Cost: O(edges^2) for the places of labels.
void place_on_ring(Diagram& diagram, const std::vector<std::size_t>& order);

/// Too many edges for any layout to be read.
bool too_dense(const Diagram& diagram);

}  // namespace statewright::automata::render
