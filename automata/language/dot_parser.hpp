#pragma once

// Internal: Graphviz' DOT language, as far as automata are written in it.

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "automata/language/scanner.hpp"

namespace statewright::automata::formats {

struct DotAttribute {
  std::string_view text;  ///< in DotGraph::texts; \" decoded, other escapes kept
  At at = 0;
  bool given = false;
  bool html = false;
};

struct DotNode {
  std::string id;  ///< raw, see dot_id
  At at = 0;
  bool stated = false;  ///< it has a node statement, not only mentions in edges
  DotAttribute label, shape, style, peripheries, output;
};

struct DotEdge {
  std::uint32_t from = 0, to = 0;  ///< indices into nodes
  At at = 0;
  DotAttribute label;
};

/// Movable, not copyable: attributes are views of `texts`, so that a default shared by a million
/// edges is stored once.
struct DotGraph {
  DotGraph() = default;
  DotGraph(DotGraph&&) = default;
  DotGraph& operator=(DotGraph&&) = default;

  std::deque<std::string> texts;
  bool strict = false;
  std::map<std::string, DotAttribute, std::less<>> attributes;  ///< of the outermost graph
  std::vector<DotNode> nodes;                                   ///< in order of first mention
  std::vector<DotEdge> edges;
};

/// Parses one digraph. Defaults (`node [..]`, `edge [..]`) hold for what is created after them
/// within their subgraph. Errors: Error{syntax}; Error{unsupported} for undirected graphs,
/// subgraphs as ends of edges, and more than 100 levels of nesting. Cost: linear.
DotGraph parse_dot(const Source& source);

/// An ID as a name: \\ is a backslash; other escapes stay as they are.
std::string dot_id(std::string_view raw);
/// A label as shown: \n, \l and \r are line breaks, \\ a backslash, \x is x.
std::string dot_label(std::string_view raw);
bool is_dot_keyword(std::string_view word);

}  // namespace statewright::automata::formats
