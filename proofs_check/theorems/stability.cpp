#include "proofs_check/theorems/stability.hpp"

#include <cmath>
#include <utility>

#include "proofs_check/theorems/integer_kernel.hpp"

namespace statewright::proofs {

using core::Integer;
using core::Matrix;
using core::Rational;

namespace {

/// The size of the largest Jordan block of the factor's eigenvalues: the least k for which p(A)^k
/// has its final rank.
std::size_t largest_block(const Matrix<Integer>& m, const Integer& denominator,
                          const CharacteristicFactor& factor) {
  const std::size_t final_nullity = factor.multiplicity * factor.degree();
  const Matrix<Integer> p = without_content(evaluated(factor.coefficients, m, denominator));
  Matrix<Integer> power = p;
  for (std::size_t k = 1;; ++k) {
    if (k == factor.multiplicity || integer_kernel(power).size() == final_nullity) return k;
    power = without_content(power * p);
  }
}

}  // namespace

Stability decide_stability(const Matrix<Rational>& a) {
  Stability result;
  result.factors = characteristic_factors(a);
  const Integer denominator = core::common_denominator(a.entries());
  Matrix<Integer> m(a.rows(), a.columns());
  for (std::size_t i = 0; i < a.entries().size(); ++i) {
    m.entries()[i] = core::numerator_of(a.entries()[i] * Rational(denominator));
  }
  Rational largest = 0;
  for (std::size_t f = 0; f < result.factors.size(); ++f) {
    const CharacteristicFactor& factor = result.factors[f];
    const Side side = side_of_circle(factor.coefficients);
    result.sides.push_back(side);
    if (side == Side::outside) {
      const Rational square = largest_root(factor, side).square;
      if (result.powers == Powers::exponential && square <= largest) continue;
      largest = square;
      result.powers = Powers::exponential;
      result.worst = f;
    } else if (side == Side::on && result.powers != Powers::exponential) {
      const std::size_t block =
          factor.multiplicity == 1 ? 1 : largest_block(m, denominator, factor);
      if (block == 1) {
        if (result.powers == Powers::vanish) result.powers = Powers::bounded;
      } else if (result.powers != Powers::polynomial || block - 1 > result.degree) {
        result.powers = Powers::polynomial;
        result.worst = f;
        result.degree = block - 1;
      }
    }
  }
  if (result.powers != Powers::polynomial) result.degree = 0;
  return result;
}

LargestEigenvalue largest_root(const CharacteristicFactor& factor, Side side) {
  LargestEigenvalue best;
  bool first = true;
  for (Eigenvalue& root : eigenvalues_of(factor)) {
    if (root.imaginary.upper < 0) continue;  // of two conjugates the other one
    const bool known = root.exact && root.exact->is_rational();
    const Rational real = known ? root.exact->rational() : root.real.middle();
    const Rational imaginary = root.imaginary.middle();
    const Rational square = side == Side::on ? 1 : Rational(real * real + imaginary * imaginary);
    if (!first && square <= best.square) continue;
    best = {std::move(root), square, side};
    first = false;
  }
  return best;
}

LargestEigenvalue largest_eigenvalue(const Stability& stability) {
  LargestEigenvalue best;
  for (std::size_t f = 0; f < stability.factors.size(); ++f) {
    LargestEigenvalue root = largest_root(stability.factors[f], stability.sides[f]);
    const bool larger = root.side == best.side ? root.square > best.square : root.side > best.side;
    if (f == 0 || larger) best = std::move(root);
  }
  return best;
}

}  // namespace statewright::proofs
