#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "automata/language/congruence.hpp"
#include "automata/language/language.hpp"
#include "core/lrnn/model.hpp"

namespace statewright::automata {

/// Letters as signed permutations of coordinates, (A_a H)[i] = sign[a][i] H[pull[a][i]], and a
/// start state: all that Theorem 3's constructions differ in. A sign other than +1 only stands at
/// coordinates that every letter keeps in place, so each costs one reflection more.
struct SignedAction {
  std::size_t n = 0, d = 1;
  std::vector<core::Permutation> pull;         ///< [letters][n]
  std::vector<std::vector<std::int8_t>> sign;  ///< [letters][n]
  std::vector<std::int64_t> start;             ///< [n, d]

  /// The state after letter a. Cost: O(n d).
  std::vector<std::int64_t> apply(Letter a, const std::vector<std::int64_t>& state) const;
};

/// Letters permute n = dfa.size() coordinates, start = e_{start}: the state is one-hot in q.
SignedAction one_hot_action(const Dfa& dfa);

/// The quotient by each congruence, side by side, each with a one-hot start; blocks in one
/// congruence are its points.
SignedAction quotient_action(const Dfa& dfa, const std::vector<Partition>& congruences);

/// The action of a named group on its points with its start vector.
SignedAction points_action(const PermutationAction& action);

/// Replaces every orbit of exactly two points whose start values differ by one coordinate of value
/// +-1 (the scalar construction for parity). Start: +1. d must be 1.
SignedAction with_signs(const SignedAction& action);

/// The same letters on n x n matrices with start = identity.
SignedAction on_matrices(SignedAction action);

/// The network state that belongs to each automaton state, if that is well defined: reading any
/// word leads to a network state that determines the automaton state, one to one. [states][n d].
/// `check_all` compares along every edge; without it only a spanning tree is followed (for actions
/// known to be right; verification still checks the model).
std::optional<std::vector<std::vector<std::int64_t>>> state_vectors(const Dfa& dfa,
                                                                    const SignedAction& action,
                                                                    bool check_all);

/// One layer with the action's letters as products of n - #cycles reflections (plus one per sign),
/// or as diagonal transitions if no letter moves a coordinate. Readout left empty.
core::Layer layer_of(const SignedAction& action, std::size_t letters);

/// An integer readout (W, c) that gives every listed state vector its output as the strict maximum.
/// One row per output if every output has one vector (then W = those vectors: equal norms);
/// indicator sums for one-hot states; otherwise Kesler's multi-class perceptron (Duda and Hart,
/// 1973), which ends with integers if the outputs are linearly separable, and is given up after
/// `max_work` multiplications (the default takes well under a second). Nothing if given up.
std::optional<core::Readout> linear_readout(const std::vector<std::vector<std::int64_t>>& vectors,
                                            const std::vector<Output>& output, std::size_t outputs,
                                            std::size_t max_work = 200'000'000);

}  // namespace statewright::automata
