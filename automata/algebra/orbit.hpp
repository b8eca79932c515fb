#pragma once

// Internal: strongly connected parts of the graph of an orbit, and the permutations that its loops
// induce. Images under multiplication from the right and kernels from the left are both orbits.

#include <cstdint>
#include <functional>
#include <limits>
#include <variant>
#include <vector>

#include "automata/algebra/permutation_group.hpp"
#include "core/limits.hpp"
#include "core/verdict.hpp"

namespace statewright::automata::detail {

/// Strongly connected components of a graph with the same number of edges from every node.
/// Components are numbered by their least node, members ascend.
struct Components {
  std::vector<std::uint32_t> of;       ///< [nodes]
  std::vector<std::uint32_t> begin;    ///< [components + 1]: where members of each start
  std::vector<std::uint32_t> members;  ///< [nodes], component by component

  std::size_t size() const noexcept { return begin.size() - 1; }
  std::size_t size(std::uint32_t c) const { return begin[c + 1] - begin[c]; }
  std::uint32_t root(std::uint32_t c) const { return members[begin[c]]; }
};

/// next: [nodes, degree], row-major. Tarjan 1972, without recursion. Cost: O(nodes * degree).
Components strong_components(const std::vector<std::uint32_t>& next, std::size_t nodes,
                             std::size_t degree);
/// The same for two graphs on the same nodes, both kinds of edges taken together.
Components strong_components(const std::vector<std::uint32_t>& first,
                             const std::vector<std::uint32_t>& second, std::size_t nodes,
                             std::size_t degree);

/// What an edge inside a component does to the `rank` positions (points of a set, classes of a
/// partition): position i goes to out[i].
using EdgeMap = std::function<void(std::uint32_t node, Letter letter, State* out)>;

/// A component with a breadth-first tree from its root and the bijections along it.
struct ComponentTree {
  static constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();
  std::size_t rank = 0;
  std::vector<std::uint32_t> members;  ///< ascending; the root first
  std::vector<std::uint32_t> parent;   ///< [members] as places in `members`; kNone for the root
  std::vector<Letter> letter;          ///< [members] of the edge from the parent
  std::vector<State> to;               ///< [members, rank]: where the root's positions go
  std::vector<State> from;             ///< [members, rank]: the inverse

  /// The place of a node in `members`. Cost: O(log).
  std::size_t place(std::uint32_t node) const;
};

ComponentTree component_tree(const std::vector<std::uint32_t>& next, std::size_t letters,
                             const Components& components, std::uint32_t component,
                             std::size_t rank, const EdgeMap& edge);

/// The group of the permutations of the root's positions along loops at the root, with a loop for
/// each generator (its letters in the order of travel).
struct LoopGroup {
  PermutationGroup group;
  std::vector<std::vector<Letter>> loops;
};

/// Every loop is a product of loops "down the tree, over one edge, back by a tree of shortest ways
/// home" and their inverses; those that enlarge the group are kept. Cost: one test of membership an
/// edge.
std::variant<LoopGroup, core::LimitHit> loop_group(const std::vector<std::uint32_t>& next,
                                                   std::size_t letters,
                                                   const Components& components,
                                                   const ComponentTree& tree, const EdgeMap& edge,
                                                   core::Meter& meter);

}  // namespace statewright::automata::detail
