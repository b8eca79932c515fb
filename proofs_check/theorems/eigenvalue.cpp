#include "proofs_check/theorems/eigenvalue.hpp"

#include <utility>

#include "proofs_check/theorems/arb.hpp"
#include "proofs_check/theorems/characteristic.hpp"

namespace statewright::proofs {

using core::Integer;
using core::Matrix;
using core::Rational;
using core::Real;

namespace {

constexpr slong kBits = 64;

bool violates(const Eigenvalue& root, Spectra demand) {
  if (!root.is_real()) return root.imaginary.lower > 0;  // one of the two conjugates
  return demand == Spectra::nonnegative && root.real.upper < 0;
}

/// The square root of a number between these, which are >= 0, with `bits` bits after the point.
Interval square_root(const Interval& x, long bits) {
  const auto scaled_root = [&](const Rational& y) {
    const Integer scaled =
        (core::numerator_of(y) << static_cast<unsigned>(2 * bits)) / core::denominator_of(y);
    return Integer(sqrt(scaled));
  };
  const Integer unit = Integer(1) << static_cast<unsigned>(bits);
  return {Rational(scaled_root(x.lower), unit), Rational(scaled_root(x.upper) + 1, unit)};
}

Interval enclosed(const Real& x, long bits) {
  const auto [lower, upper] = x.bounds(static_cast<int>(bits));
  return {lower, upper};
}

}  // namespace

std::vector<Eigenvalue> eigenvalues_of(const CharacteristicFactor& factor) {
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
    for (Eigenvalue& root : eigenvalues_of(factor)) {
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
  const int square_sign = square.sign();
  const bool negative = determinant.sign() < 0 || trace.sign() < 0;
  if (square_sign >= 0 && (demand == Spectra::real || !negative)) return {};
  // What is bounded below is not 0, so that enough bits tell it from 0.
  for (long bits = kBits;; bits *= 2) {
    const Interval middle = enclosed(trace / 2, bits + 2);
    Interval size = enclosed(square_sign < 0 ? -square : square, 4 * bits);
    if (size.lower < 0) size.lower = 0;
    const Interval root = square_root(size, bits);
    Eigenvalue eigenvalue;
    if (square_sign < 0) {
      eigenvalue.real = middle;
      eigenvalue.imaginary = root;
      if (root.lower > 0) return eigenvalue;
    } else {
      eigenvalue.real = {middle.lower - root.upper, middle.upper - root.lower};
      if (eigenvalue.real.upper < 0) return eigenvalue;
    }
  }
}

}  // namespace statewright::proofs
