#pragma once

#include <cstdint>
#include <vector>

#include "automata/cascade/cascade.hpp"
#include "core/limits.hpp"

namespace statewright::automata {

/// All coordinate tuples of a cascade that words reach, and how letters lead from one to another.
struct ReachableCascade {
  struct Edge {
    std::uint32_t from = 0, to = 0;
    Letter letter = 0;
  };
  std::vector<Coordinates> tuples;                   ///< tuples[0] is the start
  std::vector<std::vector<std::uint32_t>> contexts;  ///< [tuple][level], levels + 1 of them
  std::vector<State> states;                         ///< [tuple] the automaton's state
  std::vector<Edge> edges;                           ///< by tuple, then letter
};

/// Breadth-first. Errors: Error{limit} beyond limits.states() tuples or at the deadline.
/// Cost: O(tuples * letters * levels).
ReachableCascade reach(const Cascade& cascade, std::size_t letters, const core::Limits& limits);

}  // namespace statewright::automata
