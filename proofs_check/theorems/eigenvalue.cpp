#include "proofs_check/theorems/eigenvalue.hpp"

#include <utility>

#include "proofs_check/theorems/arb.hpp"
#include "proofs_check/theorems/characteristic.hpp"

#if __has_include(<flint/arb_fmpz_poly.h>)
#include <flint/arb_fmpz_poly.h>
#else
#include <arb_fmpz_poly.h>
#endif

namespace statewright::proofs {

using core::Integer;
using core::Matrix;
using core::Rational;
using core::Real;

namespace {

constexpr slong kBits = 64;

/// All roots of an irreducible polynomial. Real ones have the imaginary part 0 exactly, and no
/// other box meets the real axis, nor 0 (unless it is the root).
std::vector<Eigenvalue> roots_of(const CharacteristicFactor& factor) {
  if (factor.degree() == 1) {
    Eigenvalue root =
        exact_eigenvalue(-Rational(factor.coefficients[0]) / Rational(factor.coefficients[1]));
    root.polynomial = factor.coefficients;
    return {root};
  }
  fmpz_poly_t polynomial;
  fmpz_poly_init(polynomial);
  for (std::size_t i = 0; i < factor.coefficients.size(); ++i) {
    fmpz_t c;
    fmpz_init(c);
    fmpz_set_mpz(c, factor.coefficients[i].backend().data());
    fmpz_poly_set_coeff_fmpz(polynomial, static_cast<slong>(i), c);
    fmpz_clear(c);
  }
  const auto degree = static_cast<slong>(factor.degree());
  acb_ptr balls = _acb_vec_init(degree);
  // Relative accuracy of kBits: the boxes of roots that are not 0 do not contain 0.
  arb_fmpz_poly_complex_roots(balls, polynomial, 0, kBits);
  std::vector<Eigenvalue> roots;
  for (slong i = 0; i < degree; ++i) {
    Eigenvalue root;
    root.real = interval_of(acb_realref(balls + i), 2 * kBits);
    root.imaginary = interval_of(acb_imagref(balls + i), 2 * kBits);
    root.polynomial = factor.coefficients;
    roots.push_back(std::move(root));
  }
  _acb_vec_clear(balls, degree);
  fmpz_poly_clear(polynomial);
  return roots;
}

bool violates(const Eigenvalue& root, Spectra demand) {
  if (!root.is_real()) return root.imaginary.lower > 0;  // one of the two conjugates
  return demand == Spectra::nonnegative && root.real.upper < 0;
}

/// floor or ceiling of the square root of x >= 0 with 64 bits after the point.
Interval square_root(const Rational& lower, const Rational& upper) {
  const auto scaled_root = [](const Rational& x) {
    const Integer scaled = (core::numerator_of(x) << 128) / core::denominator_of(x);
    return Integer(sqrt(scaled));
  };
  const Integer unit = Integer(1) << 64;
  return {Rational(scaled_root(lower), unit), Rational(scaled_root(upper) + 1, unit)};
}

}  // namespace

Eigenvalue exact_eigenvalue(const Real& value) {
  const auto [lower, upper] = value.bounds(kBits);
  Eigenvalue eigenvalue;
  eigenvalue.real = {lower, upper};
  eigenvalue.exact = value;
  return eigenvalue;
}

std::optional<Eigenvalue> violating_eigenvalue(const Matrix<Rational>& a, Spectra demand) {
  std::optional<Eigenvalue> complex;
  for (const CharacteristicFactor& factor : characteristic_factors(a)) {
    if (demand == Spectra::real && factor.real_roots == factor.degree()) continue;
    for (Eigenvalue& root : roots_of(factor)) {
      if (!violates(root, demand)) continue;
      if (root.is_real()) return std::move(root);
      if (!complex) complex = std::move(root);
    }
  }
  return complex;
}

std::optional<Eigenvalue> violating_eigenvalue_2x2(const Matrix<Real>& a, Spectra demand) {
  const Real trace = a(0, 0) + a(1, 1);
  const Real determinant = a(0, 0) * a(1, 1) - a(0, 1) * a(1, 0);
  const Real square = trace * trace / 4 - determinant;  // lambda = trace / 2 +- its root
  const auto [middle, above] = (trace / 2).bounds(kBits + 2);
  Eigenvalue eigenvalue;
  if (square.sign() < 0) {
    const auto [lower, upper] = (-square).bounds(4 * kBits);
    eigenvalue.real = {middle, above};
    eigenvalue.imaginary = square_root(lower, upper);
    return eigenvalue;
  }
  const bool negative = determinant.sign() < 0 || (trace.sign() < 0);
  if (demand == Spectra::real || !negative) return {};
  const auto [lower, upper] = square.bounds(4 * kBits);
  const Interval root = square_root(lower < 0 ? Rational(0) : lower, upper);
  eigenvalue.real = {middle - root.upper, above - root.lower};
  return eigenvalue;
}

}  // namespace statewright::proofs
