#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/limits.hpp"
#include "core/lrnn/model.hpp"
#include "proofs_check/theorems/products.hpp"

namespace statewright::proofs {

/// What Theorem 2 says of a network about the words a, aa, aaa, .. of one letter a.
struct LetterCounting {
  core::Letter letter = 0;
  std::vector<LayerSpectra> layers;  ///< of every layer up to the first that is not as needed
  /// If all layers are as needed: the output has in the end this period, a power of two, on the
  /// words of this letter.
  std::optional<std::uint64_t> period;

  /// proved: `period` is there and no multiple of the modulus, which therefore is not counted.
  /// refuted: some product has a non-real eigenvalue, or the period is a multiple; the theorem says
  /// nothing then.
  core::Outcome outcome(std::uint64_t modulus) const noexcept;
};

/// Decides the hypothesis of Theorem 2 for every letter of the network, sharpened: a layer all of
/// whose products have real non-negative spectra does not double the period (counting.cpp).
/// Limits: as spectra_of_products. Cost: products of at most 2^(L-1) matrices in layer L.
std::vector<LetterCounting> counting_theorem(const core::Model& model,
                                             const core::Limits& limits = {});

}  // namespace statewright::proofs
