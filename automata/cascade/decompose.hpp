#pragma once

#include <cstdint>
#include <vector>

#include "automata/cascade/cascade.hpp"

namespace statewright::automata {

struct DecomposeOptions {
  core::Limits limits = {};
  /// Cascades that reach more tuples of coordinates are taken only if all do: what follows a
  /// cascade, a network or a proof about it, visits them one by one.
  std::uint64_t max_tuples = 20'000;
};

/// A cascade with what it costs.
struct Decomposition {
  Cascade cascade;
  std::uint64_t tuples = 0;  ///< reachable ones, max_tuples + 1 for more
  std::size_t numbers = 0;   ///< coordinates of levels with permutations, bits of the others
};

/// Several decompositions of an automaton, best first: within max_tuples, then fewest levels, then
/// fewest numbers, then fewest tuples. They are the holonomy decomposition by either order of
/// levels; the one that refines every image set as early as it may, with the tiles that resets need
/// (set_cascade.hpp), with and without the demand that groups divide the automaton's monoid; and
/// that one after each of the automaton's coarsest congruences, so that a quotient automaton is
/// decomposed first and the insides of its blocks below it. All are simplified (simplify.hpp) and
/// proved right by check_cascade. At least one. Deterministic.
///
/// Requires: all states are reachable. Errors: Error{unsupported} above 256 states, Error{limit}.
/// Cost: a dozen holonomy decompositions.
std::vector<Decomposition> decompositions(const Dfa& dfa, const DecomposeOptions& options = {});

/// The best of them.
Cascade decompose(const Dfa& dfa, const DecomposeOptions& options = {});

}  // namespace statewright::automata
