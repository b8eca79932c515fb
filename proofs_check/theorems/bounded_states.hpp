#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "core/limits.hpp"
#include "core/lrnn/model.hpp"
#include "core/verdict.hpp"
#include "proofs_check/theorems/form_part.hpp"
#include "proofs_check/theorems/growth_form.hpp"
#include "proofs_check/theorems/stability.hpp"

namespace statewright::proofs {

/// What is known of the powers of one input's matrix.
struct InputStability {
  std::size_t input = 0;
  bool is_isometry = false;            ///< A^T A = 1
  bool is_contraction = false;         ///< |A| <= 1
  std::optional<Stability> stability;  ///< of A; not for isometries, nor irrational matrices
  /// H = A H + B has no solution although the powers of A are bounded: the state drifts.
  bool drifts = false;

  /// Absent: not decided.
  std::optional<Powers> powers() const noexcept;
};

/// A word of inputs whose repetition makes the state, or the powers of the matrix, unbounded.
struct GrowingWord {
  std::vector<std::size_t> inputs;   ///< the first applied first
  Stability stability;               ///< of (A B; 0 1) for what they make of a state, A H + B
  bool by_additions = false;         ///< the powers of A are bounded: it is B that does it
  bool from_start = false;           ///< the layer's own start grows
  GrowthForm growth;                 ///< of that matrix, [n + d, n + d]
  std::vector<core::Integer> start;  ///< [n + d], the vector of `growth` that grows
};

/// What is known of one layer.
struct LayerStability {
  std::size_t layer = 0;
  std::vector<InputStability> inputs;   ///< of every input, in order
  std::optional<FormPart> common;       ///< one form for all inputs
  std::vector<FormPart> single;         ///< if there is none: for the inputs one by one
  std::optional<GrowingWord> growing;   ///< the shortest that was found
  std::optional<std::size_t> products;  ///< all there are of (A B; 0 1), if few: bounded by that
  bool irrational = false;
  std::string open;  ///< what is missing for an answer, if there is none

  /// proved: the state stays bounded on every word. refuted: some word makes it grow, or the powers
  /// of a product of its matrices.
  core::Outcome outcome() const noexcept;
};

/// Whether the states of the layers stay bounded, whatever they read: for each input its powers,
/// decided exactly; for each layer a quadratic form that no input increases, looked for among the
/// Euclidean norm, forms of single matrices and what a search finds, and a ball of it that the
/// state cannot leave; products that grow. Irrational layers are answered only where |A| <= 1
/// decides. Limits: max_states limits the distinct products that are looked at, 400 without it.
std::vector<LayerStability> bounded_states(const core::Model& model,
                                           const core::Limits& limits = {});

}  // namespace statewright::proofs
