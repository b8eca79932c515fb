#pragma once

#include <optional>
#include <vector>

#include "core/linalg/matrix.hpp"
#include "core/number/rational.hpp"
#include "core/number/real.hpp"
#include "proofs_check/theorems/characteristic.hpp"
#include "proofs_check/theorems/factor_enclosure.hpp"

namespace statewright::proofs {

/// What is asked of all eigenvalues of a matrix.
enum class Spectra { real, nonnegative };

/// An eigenvalue that is not what was asked for, enclosed in a box of the complex plane that the
/// axes leave no doubt about: `imaginary` is 0 or does not contain 0, and if it is 0, `real` is
/// below 0.
struct Eigenvalue {
  Interval real, imaginary;         ///< of the two conjugates the one above the axis
  std::optional<core::Real> exact;  ///< if it is known in closed form
  /// If rational coefficients do: the irreducible polynomial that it is a root of, coprime
  /// integers, constant term first.
  std::vector<core::Integer> polynomial;

  bool is_real() const { return imaginary.lower == 0 && imaginary.upper == 0; }
};

/// An eigenvalue of A that violates the demand, or nothing if there is none: the decision by
/// isolation of the roots of the characteristic polynomial, exact and independent of trace-Hankel
/// matrices. Of several one that violates most simply: negative before non-real, polynomials of
/// small degree first. Cost: a characteristic polynomial and its factorisation. Source: FLINT, Arb
/// (arb_fmpz_poly_complex_roots).
std::optional<Eigenvalue> violating_eigenvalue(const core::Matrix<core::Rational>& a,
                                               Spectra demand);

/// The same for [2, 2] matrices of any real numbers, by the quadratic formula.
std::optional<Eigenvalue> violating_eigenvalue_2x2(const core::Matrix<core::Real>& a,
                                                   Spectra demand);

/// All roots of an irreducible polynomial. Real ones have the imaginary part 0 exactly, and no
/// other box meets the real axis, nor 0 (unless it is the root). Of two conjugates both are there.
std::vector<Eigenvalue> eigenvalues_of(const CharacteristicFactor& factor);

/// An eigenvalue known in closed form.
Eigenvalue exact_eigenvalue(const core::Real& value);

}  // namespace statewright::proofs
