#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "core/limits.hpp"
#include "core/lrnn/model.hpp"
#include "core/verdict.hpp"
#include "proofs_check/theorems/spectrum.hpp"

namespace statewright::proofs {

/// The inputs that layer `layer` can read while the tokens are all `letter`: tuples whose token is
/// that letter everywhere and whose symbols of one source are equal. Which symbols earlier layers
/// really emit is not asked, so that what is concluded holds for any readouts. Ascending.
std::vector<std::size_t> inputs_under(const core::Model& model, std::size_t layer,
                                      core::Letter letter);

/// A product A(x_k) .. A(x_1) of a layer's matrices.
struct InputProduct {
  std::vector<std::size_t> inputs;  ///< x_1, .., x_k
  Spectrum spectrum;
};

/// The eigenvalues of all products of `length` of a layer's matrices over some of its inputs.
struct LayerSpectra {
  std::size_t layer = 0;
  std::uint64_t length = 1;  ///< a power of two
  Spectra demand = Spectra::real;
  std::vector<std::size_t> inputs;
  /// All matrices are triangular in this order of the coordinates, and so are all products; then
  /// `products` holds only one that violates.
  std::optional<std::vector<std::size_t>> common_order;
  /// The distinct products, in the order of FORMAT.md 4.7; if one violates, it is the last.
  std::vector<InputProduct> products;
  std::optional<core::Unknown> unknown;

  core::Outcome outcome() const noexcept;
  /// The product that is not as demanded; null if there is none.
  const InputProduct* violation() const noexcept;
};

/// Decides whether all products of `length` of the matrices of these inputs have spectra as
/// demanded. First a common triangular order is looked for, which settles every length at once;
/// else distinct products are formed by doubling and decided one by one.
/// Requires: `length` is a power of two. Limits: products count as states, 20,000 unless
/// max_states is set. Cost: (distinct products) x (cost of decide_spectrum).
LayerSpectra spectra_of_products(const core::Model& model, std::size_t layer,
                                 std::vector<std::size_t> inputs, std::uint64_t length,
                                 Spectra demand, const core::Limits& limits = {});

}  // namespace statewright::proofs
