#pragma once

#include <optional>

#include "automata/compile/compile.hpp"
#include "automata/language/language.hpp"
#include "core/lrnn/model.hpp"

namespace statewright::automata {

/// A letter that does not permute the states, and two states that it merges.
struct Merge {
  Letter letter = 0;
  State p = 0, q = 0;  ///< p < q
};

/// The first such letter; nothing for a permutation automaton. Cost: O(states letters).
std::optional<Merge> find_merge(const Dfa& dfa);

/// Theorem 3: one layer with B = 0, letters products of n - #cycles reflections. Requires:
/// minimal.dfa is minimal and has no merge. Errors: Error{unsupported} if the state code does not
/// fit. Source: Grazzi et al., ICLR 2025, Theorems 3 and 6.
core::Model compile_permutations(const Language& minimal, StateCode code);

}  // namespace statewright::automata
