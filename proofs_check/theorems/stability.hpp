#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "core/linalg/matrix.hpp"
#include "core/number/rational.hpp"
#include "proofs_check/theorems/characteristic.hpp"
#include "proofs_check/theorems/eigenvalue.hpp"
#include "proofs_check/theorems/unit_circle.hpp"

namespace statewright::proofs {

/// What the powers of a matrix do.
enum class Powers {
  vanish,       ///< all |lambda| < 1
  bounded,      ///< all |lambda| <= 1, and no Jordan block of one with |lambda| = 1
  polynomial,   ///< all |lambda| <= 1, with such a block
  exponential,  ///< some |lambda| > 1
};

/// The exact answer for one matrix, with what it rests on.
struct Stability {
  Powers powers = Powers::vanish;
  std::vector<CharacteristicFactor> factors;  ///< of the characteristic polynomial
  std::vector<Side> sides;                    ///< of each factor
  /// polynomial, exponential: the factor that is to blame. Of several the one with the largest
  /// Jordan block, or the largest root.
  std::optional<std::size_t> worst;
  std::size_t degree = 0;  ///< polynomial: the powers grow like k^degree, >= 1

  bool is_bounded() const noexcept { return powers == Powers::vanish || powers == Powers::bounded; }
};

/// Decides what the powers of A, [n, n], do. Nothing is rounded but to find the largest of several
/// roots outside the circle. Cost: a characteristic polynomial, its factorisation, and one rank for
/// each repeated factor on the circle. Source: unit_circle.cpp; a factor p of multiplicity m has no
/// Jordan blocks of size above k iff the rank of p(A)^k is n - m deg p.
Stability decide_stability(const core::Matrix<core::Rational>& a);

/// The eigenvalue with the largest modulus, and the square of it as a number to print: 1 on the
/// circle, else of the middle of its enclosure, which the side of the circle need not show.
/// Requires: n >= 1.
struct LargestEigenvalue {
  Eigenvalue eigenvalue;
  core::Rational square;
  Side side = Side::inside;
};
LargestEigenvalue largest_eigenvalue(const Stability& stability);

/// The same among the roots of one factor.
LargestEigenvalue largest_root(const CharacteristicFactor& factor, Side side);

}  // namespace statewright::proofs
