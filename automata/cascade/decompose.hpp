#pragma once

#include <compare>
#include <cstdint>
#include <string>

#include "automata/cascade/cascade.hpp"

namespace statewright::automata {

/// What a network pays for a cascade, most important first.
struct CascadeCost {
  std::size_t levels = 0;   ///< layers
  std::size_t numbers = 0;  ///< coordinates written down: log2(size) of pure resets, else size
  std::size_t pairs = 0;    ///< pairs (context before, context after), over all levels
  auto operator<=>(const CascadeCost&) const = default;
};
CascadeCost cost_of(const Cascade& cascade);

struct DecomposeOptions {
  /// Whether all groups must divide the automaton's transition monoid, as Krohn and Rhodes have it:
  /// an aperiodic automaton then gets pure resets only. May take more levels.
  bool divisors = false;
  std::size_t max_congruences = 64;  ///< of the automaton, that are tried
  core::Limits limits = {};          ///< max_states: contexts and triples of one candidate
};

/// The cheapest cascade found among
///   - the holonomy decomposition, levels by height, if it has at most 100,000 contexts and
///   triples;
///   - needed tiles with every set refined as early as possible, or all sets of one state less
///     (set_cascade.hpp);
///   - the same through a congruence: the quotient first, then the inside of the blocks; and
///   through
///     chains of them, found greedily;
/// the best few simplified (simplify.hpp). The result has been proved by check_cascade. It has at
/// most |Q| - 1 levels, Q the reachable states, if `divisors` is false; and a single level if every
/// letter permutes or resets all states. Deterministic unless a time limit is set. Errors:
/// Error{unsupported} for more than 256 states, Error{limit} if no candidate stays within the
/// limits.
Cascade decompose(const Dfa& dfa, const DecomposeOptions& options = {});

/// "3 levels: 2,1 / 4,S4 / 3,S3; at most 5 by |Q| - 1, 64 by 2^|Q|", the sizes and groups of the
/// levels beside the bounds.
std::string describe(const Cascade& cascade, const Dfa& dfa);

}  // namespace statewright::automata
