#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "automata/language/dfa.hpp"
#include "core/lrnn/model.hpp"

namespace statewright::automata {

/// Letters as signed partial permutations of integer coordinates, with something added:
/// (A_a H + B_a)[i] = sign[a][i] H[pull[a][i]] + add[a][i], the first term absent where pull[a][i]
/// is core::kNothing. No letter pulls a coordinate twice, so |A_a| <= 1. SignedAction
/// (signed_action.hpp) is the case without holes and without B.
struct PartialAction {
  std::size_t n = 0;
  std::vector<std::vector<std::uint32_t>> pull;  ///< [letters][n]
  std::vector<std::vector<std::int8_t>> sign;    ///< [letters][n], +-1
  std::vector<std::vector<std::int64_t>> add;    ///< [letters][n]
  std::vector<std::int64_t> start;               ///< [n]

  /// No coordinates yet, `letters` letters.
  explicit PartialAction(std::size_t letters) : pull(letters), sign(letters), add(letters) {}
  /// A new coordinate that starts at `value` and that every letter sets to 0; returns its index.
  std::uint32_t add_coordinate(std::int64_t value);
  /// The state after letter a. Cost: O(n).
  std::vector<std::int64_t> apply(Letter a, const std::vector<std::int64_t>& state) const;
};

/// One layer with the action's letters as products of rank(A - I) factors, the least possible, or
/// as diagonal transitions if no letter moves a coordinate. Readout left empty.
core::Layer layer_of(const PartialAction& action);

/// A readout (W, c) of integers that gives every vector its output as the strict maximum, by the
/// first that applies: nearest neighbour if every output has one vector; indicator sums for vectors
/// that are one-hot or 0; a linear function that is 1 on the output's vectors and 0 on the others;
/// linear_readout (signed_action.hpp) with few updates. Nothing if none does; the outputs may be
/// separable all the same where the last one gave up. Vectors are distinct.
std::optional<core::Readout> affine_readout(const std::vector<std::vector<std::int64_t>>& vectors,
                                            const std::vector<Output>& output, std::size_t outputs);

/// How a layer's state becomes an output.
enum class Decoder {
  linear,  ///< argmax of linear functions of the state: the layer's own readout
  table,   ///< any function: the layer emits which vector it holds, and a second layer without
           ///< memory (A = 0) maps that to the output
};

/// The model with this action, if the action's state determines the output of `dfa` after every
/// word: one layer if it does so linearly (affine_readout), nothing otherwise unless `decoder` is
/// `table`, which then takes a second layer, of one number. All pairs of an automaton state and a
/// vector that words lead to are visited, at most `max_pairs`. About is left empty.
std::optional<core::Model> model_of(const Dfa& dfa, const PartialAction& action,
                                    Decoder decoder = Decoder::linear,
                                    std::size_t max_pairs = 100'000);

}  // namespace statewright::automata
