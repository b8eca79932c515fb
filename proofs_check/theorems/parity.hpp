#pragma once

#include <vector>

#include "core/limits.hpp"
#include "core/lrnn/model.hpp"
#include "proofs_check/theorems/products.hpp"

namespace statewright::proofs {

/// What Theorem 1 says of a network about the words a, aa, aaa, .. of one letter a.
struct LetterParity {
  core::Letter letter = 0;
  std::vector<LayerSpectra> layers;  ///< demand nonnegative, length 1; of every layer

  /// proved: all eigenvalues of all layers are real and >= 0, and so the output is in the end
  /// constant on these words. refuted: some eigenvalue is not; the theorem says nothing then.
  core::Outcome outcome() const noexcept;
};

/// Decides the hypothesis of Theorem 1 for every letter of the network (parity.cpp has its
/// statement and proof). Structure is looked at first, every answer is exact. Limits: as
/// spectra_of_products. Cost: one decide_spectrum for each distinct matrix of an input.
std::vector<LetterParity> parity_theorem(const core::Model& model, const core::Limits& limits = {});

}  // namespace statewright::proofs
