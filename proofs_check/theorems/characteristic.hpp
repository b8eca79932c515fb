#pragma once

#include <cstddef>
#include <vector>

#include "core/linalg/matrix.hpp"
#include "core/number/rational.hpp"

namespace statewright::proofs {

/// An irreducible factor of a characteristic polynomial over the rationals.
struct CharacteristicFactor {
  std::vector<core::Integer> coefficients;  ///< coprime, constant term first
  std::size_t multiplicity = 1;
  std::size_t real_roots = 0;  ///< distinct ones, counted exactly

  std::size_t degree() const noexcept { return coefficients.size() - 1; }
  bool operator==(const CharacteristicFactor&) const = default;
};

/// The irreducible factors of det(t - K), K [n, n], by rising degree, then coefficients. Real roots
/// are counted by Sturm's theorem. Cost: O(n^4) rational operations, and a factorisation over the
/// integers. Source: FLINT (fmpq_mat_charpoly, fmpz_poly_factor, fmpz_poly_num_real_roots).
std::vector<CharacteristicFactor> characteristic_factors(const core::Matrix<core::Rational>& K);

}  // namespace statewright::proofs
